//! What there is, as far as planning needs it.

use super::{ObservedAlarms, settings};
use crate::release::ids::ServiceId;
use crate::release::{LiveService, LiveTaskDefinition, PREFIX, Scaling, ServiceRevision};
use crate::traffic::Inspection;

/// What AWS has of a service, as far as planning needs it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Observed {
    /// The service, unless there is none.
    pub service: Option<LiveService>,
    /// The task definition it runs.
    pub task_definition: Option<LiveTaskDefinition>,
    /// The newest revision of the release's family, where that was asked for.
    pub newest: Option<Box<LiveTaskDefinition>>,
    /// How its number of tasks follows the load, where that was asked for.
    pub scaling: Option<Scaling>,
    /// The service revision that it states, where that was asked for.
    pub revision: Option<ServiceRevision>,
    /// The alarms that were made for it, where those were asked for.
    pub alarms: Option<ObservedAlarms>,
    /// What load balancers do with its requests, where ECS moves them.
    pub traffic: Option<Box<Inspection>>,
    /// Whether its task definition is another service's by its tags, which are then left out of
    /// it, and stay as they are.
    pub shares_revision: bool,
}

impl Observed {
    /// What is there of a service: what a revision's tags tell of another service that runs it,
    /// too, is no word about this one.
    #[must_use]
    pub fn of(
        id: &ServiceId,
        service: Option<LiveService>,
        mut task_definition: Option<LiveTaskDefinition>,
    ) -> Self {
        let shares_revision = task_definition
            .as_ref()
            .is_some_and(|live| is_of_another_service(live, id));
        if let (true, Some(live)) = (shares_revision, &mut task_definition) {
            live.tags.retain(|key, _| !key.starts_with(PREFIX));
        }
        Self {
            service,
            task_definition,
            newest: None,
            scaling: None,
            revision: None,
            alarms: None,
            traffic: None,
            shares_revision,
        }
    }
}

/// Says whether a revision was released to another service than this one, by its tags.
#[must_use]
pub fn is_of_another_service(revision: &LiveTaskDefinition, id: &ServiceId) -> bool {
    settings::names_another(&revision.tags, id)
}
