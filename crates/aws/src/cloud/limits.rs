//! The limiters of one connection: one for each kind of request that AWS counts together.

use std::sync::Arc;

use mlship_core::cloud::Limiter;
pub(super) use mlship_core::cloud::RequestKind as Bucket;

/// The limiters of one connection.
#[derive(Debug, Clone)]
pub(super) struct Limits(Arc<[Limiter]>);

impl Limits {
    /// Begins with full buckets.
    pub(super) fn new() -> Self {
        Self(
            Bucket::ALL
                .iter()
                .map(|bucket| Limiter::new(bucket.rate()))
                .collect(),
        )
    }

    /// Returns the limiter of a kind.
    pub(super) fn of(&self, bucket: Bucket) -> &Limiter {
        &self.0[bucket as usize]
    }
}
