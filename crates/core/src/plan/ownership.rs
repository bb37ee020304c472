//! Whose a service is, by its tags and those of the revision that serves.

use std::collections::BTreeMap;

use super::Observed;
use crate::release::{LiveService, LiveTaskDefinition, MODEL, PREFIX, Release};

/// Whose a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ownership {
    /// mlship made it or took it over: by the service's tags, or where those were stripped or an
    /// older version never wrote them, by the revision's.
    Ours,
    /// Neither carries anything of mlship's.
    Foreign,
}

impl Ownership {
    pub(super) fn of(observed: &Observed) -> Self {
        let of_service = observed.service.as_ref().map(LiveService::tags);
        let of_revision = observed.task_definition.as_ref();
        let is_ours = of_service.as_ref().is_some_and(has_ours)
            || of_revision.is_some_and(|live| has_ours(&live.tags));
        if is_ours { Self::Ours } else { Self::Foreign }
    }
}

/// Says whether nothing of mlship's is on a revision: nobody knows which release it is.
pub(super) fn is_untagged(live: &LiveTaskDefinition) -> bool {
    !has_ours(&live.tags)
}

fn has_ours(tags: &BTreeMap<String, String>) -> bool {
    tags.keys().any(|key| key.starts_with(PREFIX))
}

/// Returns the model that a service's tags name, if it is another than the release's.
pub(super) fn other_model(observed: &Observed, release: &Release) -> Option<String> {
    let service = observed.service.as_ref()?;
    let named = service.tags().remove(MODEL).or_else(|| {
        let live = observed.task_definition.as_ref()?;
        live.tags.get(MODEL).cloned()
    });
    named.filter(|name| *name != release.model.name)
}
