//! How often and how long a request to a registry is tried.

use std::time::Duration;

use mlship_core::cloud::ErrorKind;
use mlship_core::cloud::retry::{Next, Policy, REGISTRY};

/// Bounds on the attempts of one request.
#[derive(Debug, Clone, Copy)]
pub(in crate::registry) struct RetryPolicy {
    /// How long one of them may take, from connecting to the last byte.
    pub(in crate::registry) attempt: Duration,
    /// How often and how soon there is another.
    pub(in crate::registry) retries: Policy,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(15),
            retries: REGISTRY,
        }
    }
}

impl RetryPolicy {
    /// Returns the wait after so many attempts that found the registry busy or out of reach: what
    /// it asked for, or one of ours; none where it is given up.
    pub(super) fn wait(&self, attempts: u32, asked: Option<Duration>) -> Option<Duration> {
        let (kind, start) = (ErrorKind::Unreachable, Duration::ZERO);
        match self.retries.next(kind, attempts, start, fastrand::f64()) {
            Next::Wait(own) => Some(asked.map_or(own, |asked| self.retries.asked(asked))),
            Next::GiveUp => None,
        }
    }
}
