//! What a variant served when its experiment ended: whatever its service got since.

use jiff::Timestamp;

use crate::app::history::history;
use crate::cloud::{Answer, Cloud, ErrorKind};
use crate::experiment::{Arm, Record};
use crate::history::{Entry, Outcome};

/// How many deployments of a variant are looked at for the one that served at the end.
const DEPLOYMENTS: usize = 20;

/// When an experiment ended, seen from who tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum EndedWhen {
    /// By this command: what serves is what was compared, whatever ECS's clock says.
    Now,
    /// By an earlier one: services may have got other releases since.
    Earlier,
}

impl EndedWhen {
    /// Returns by what the release of a variant is found that was compared.
    pub(in crate::app) fn tested<'a>(self, record: &'a Record, arm: &Arm) -> Tested<'a> {
        match (self, &record.promotion) {
            (_, Some(promotion)) => promotion
                .ran(&arm.name)
                .map_or(Tested::Until(promotion.since), Tested::Revision),
            (Self::Now, None) => Tested::Still,
            (Self::Earlier, None) => {
                let end = record.end.as_ref();
                end.map_or(Tested::Still, |end| Tested::Until(end.at))
            }
        }
    }
}

/// By what the release of a variant is found that was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Tested<'a> {
    /// It still serves.
    Still,
    /// It ran this `family:revision`, as was put down.
    Revision(&'a str),
    /// It served then.
    Until(Timestamp),
}

/// Returns the deployment by which a variant served what was compared; none where ECS has forgotten,
/// or the service is gone.
pub(in crate::app) async fn served<C: Cloud>(
    cloud: &C,
    arm: &Arm,
    tested: Tested<'_>,
) -> Answer<Option<Entry>> {
    let entries = match history(cloud, &arm.service, DEPLOYMENTS).await {
        Ok(history) => history.entries,
        Err(error) if error.kind == ErrorKind::Missing => return Ok(None),
        Err(error) => return Err(error),
    };
    let served = |entry: &Entry| {
        let is_tested = match tested {
            Tested::Still => true,
            Tested::Revision(name) => {
                let revision = entry.task_definition.as_ref();
                revision.is_some_and(|revision| revision.short() == name)
            }
            Tested::Until(at) => {
                let settled = entry.finished.or(entry.started);
                settled.is_some_and(|settled| settled <= at)
            }
        };
        entry.outcome == Some(Outcome::Succeeded) && is_tested
    };
    Ok(entries.into_iter().find(served))
}
