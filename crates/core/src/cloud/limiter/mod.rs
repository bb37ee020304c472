//! Paces requests to the rate that AWS documents, or to what others leave of it.

mod bucket;
mod kind;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bucket::Bucket;
pub use bucket::Rate;
pub use kind::RequestKind;
use tokio::sync;
use tokio::time::Instant;

use crate::pause::{elapsed, sleep};

/// One bucket of tokens, which all requests of one kind share: first come, first served.
#[derive(Debug)]
pub struct Limiter {
    bucket: Mutex<Bucket>,
    /// Who stands first in the queue.
    turn: sync::Mutex<()>,
    start: Instant,
}

impl Limiter {
    /// Begins with a full bucket.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self {
            bucket: Mutex::new(Bucket::new(rate)),
            turn: sync::Mutex::new(()),
            start: Instant::now(),
        }
    }

    /// Waits for a token of its own, after all that came before.
    pub async fn permit(&self) {
        let _turn = self.turn.lock().await;
        self.token().await;
    }

    /// Waits for a token after AWS was too busy for the request: it has had its turn already.
    pub async fn permit_again(&self) {
        self.token().await;
    }

    /// Learns that AWS was too busy for a request.
    pub fn refused(&self) {
        self.with(Bucket::refused);
    }

    async fn token(&self) {
        while let Err(wait) = self.with(Bucket::take) {
            sleep(wait).await;
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Bucket, Duration) -> T) -> T {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut bucket, elapsed(self.start))
    }
}

#[cfg(test)]
mod tests;
