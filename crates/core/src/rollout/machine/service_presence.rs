//! Tracks whether the service still exists.

use std::time::Duration;

use super::super::ServiceObservation;
use super::CONSISTENT_AFTER;

/// How long a service must be gone before it counts as deleted: one look may be behind.
const CONFIRMED_AFTER: Duration = Duration::from_secs(3);

#[derive(Debug, Default)]
pub(super) struct Presence {
    was_seen: bool,
    /// Since when it is gone, and in how many looks it was.
    gone: Option<(Duration, u32)>,
}

impl Presence {
    pub(super) fn observe(&mut self, service: &ServiceObservation, elapsed: Duration) {
        match service {
            ServiceObservation::Unanswered => {}
            ServiceObservation::Seen(service) if service.status == "ACTIVE" => {
                self.was_seen = true;
                self.gone = None;
            }
            ServiceObservation::Seen(_) | ServiceObservation::Missing => {
                let (since, looks) = self.gone.unwrap_or((elapsed, 0));
                self.gone = Some((since, looks + 1));
            }
        }
    }

    /// Returns whether the last look found no active service.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.gone.is_some()
    }

    /// Returns whether the service was deleted. A deployment that has ended takes away the doubt.
    pub(super) fn is_deleted(&self, has_ended: bool, elapsed: Duration) -> bool {
        let Some((since, looks)) = self.gone else {
            return false;
        };
        // A service that was created a moment ago may not be visible yet.
        let confirmed = if self.was_seen {
            elapsed.saturating_sub(since) >= CONFIRMED_AFTER
        } else {
            elapsed >= CONSISTENT_AFTER
        };
        has_ended || looks > 1 && confirmed
    }
}
