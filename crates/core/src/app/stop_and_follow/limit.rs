//! How long taking a deployment back may take in all.

use std::time::Duration;

use tokio::time::Instant;

/// How long a rescue may take, from its first request on.
pub(super) struct Limit {
    start: Instant,
    timeout: Duration,
}

impl Limit {
    pub(super) fn of(timeout: Duration) -> Self {
        Self {
            start: Instant::now(),
            timeout,
        }
    }

    /// Returns what is left of it.
    pub(super) fn left(&self) -> Duration {
        self.timeout.saturating_sub(self.start.elapsed())
    }
}
