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
pub(super) enum EndedWhen {
    /// By this command: what serves is what was compared, whatever ECS's clock says.
    Now,
    /// By an earlier one: services may have got other releases since.
    Earlier,
}

impl EndedWhen {
    /// Returns until when the variants were what was compared; none where they still are.
    pub(super) fn until(self, record: &Record) -> Option<Timestamp> {
        match (self, &record.promotion) {
            (_, Some(promotion)) => Some(promotion.since),
            (Self::Now, None) => None,
            (Self::Earlier, None) => record.end.as_ref().map(|end| end.at),
        }
    }
}

/// Returns the deployment by which a variant served at a time, or serves now; none where ECS has
/// forgotten, or the service is gone.
pub(super) async fn served<C: Cloud>(
    cloud: &C,
    arm: &Arm,
    at: Option<Timestamp>,
) -> Answer<Option<Entry>> {
    let entries = match history(cloud, &arm.service, DEPLOYMENTS).await {
        Ok(history) => history.entries,
        Err(error) if error.kind == ErrorKind::Missing => return Ok(None),
        Err(error) => return Err(error),
    };
    let served = |entry: &Entry| {
        let settled = entry.finished.or(entry.started);
        let is_before = at.is_none_or(|at| settled.is_some_and(|settled| settled <= at));
        entry.outcome == Some(Outcome::Succeeded) && is_before
    };
    Ok(entries.into_iter().find(served))
}
