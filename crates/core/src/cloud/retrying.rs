//! The waits before a request and between its attempts, by its limiter and a policy of
//! [`retry`](super::retry).

use std::future::Future;

use tokio::time::Instant;

use super::retry::{Next, Policy};
use super::{Answer, ErrorKind, Limiter};
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

/// Sends a request once it is its turn, and again where its policy says so.
///
/// # Errors
/// What came of the last attempt.
pub async fn in_turn<T, F: Future<Output = Answer<T>>>(
    limiter: &Limiter,
    policy: &'static Policy,
    request: impl Fn() -> F,
) -> Answer<T> {
    limiter.permit().await;
    // Only now: in a long queue the time that a policy gives would be over before the first attempt.
    let mut retrying = Retrying::by(policy);
    loop {
        let error = match request().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        if error.kind == ErrorKind::Throttled {
            limiter.refused();
        }
        if !retrying.is_due(error.kind).await {
            return Err(error);
        }
        limiter.permit_again().await;
    }
}
