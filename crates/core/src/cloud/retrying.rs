//! The waits between the attempts of one request, by a policy of [`retry`](super::retry).

use tokio::time::Instant;

use super::ErrorKind;
use super::retry::{Next, Policy};
use crate::pause::sleep;

/// The attempts of one request: counts them, and knows since when they go on.
#[derive(Debug)]
pub struct Retrying {
    policy: &'static Policy,
    start: Instant,
    attempts: u32,
}

impl Retrying {
    /// Begins with the first attempt.
    #[must_use]
    pub fn by(policy: &'static Policy) -> Self {
        Self {
            policy,
            start: Instant::now(),
            attempts: 0,
        }
    }

    /// Waits until the next attempt is due, after one that failed in this way; says no where there
    /// is to be none.
    pub async fn is_due(&mut self, kind: ErrorKind) -> bool {
        self.attempts += 1;
        let elapsed = self.start.elapsed();
        match (self.policy).next(kind, self.attempts, elapsed, fastrand::f64()) {
            Next::Wait(wait) => {
                sleep(wait).await;
                true
            }
            Next::GiveUp => false,
        }
    }
}
