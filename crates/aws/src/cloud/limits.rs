//! How many requests of each kind AWS takes, by account and region: of which one connection has one
//! each.

use std::sync::Arc;

use mlship_core::cloud::{Limiter, Rate};

macro_rules! buckets {
    ($($(#[$note:meta])* $name:ident $burst:literal $refill:literal;)*) => {
        /// A kind of request that AWS counts together.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Bucket {
            $($(#[$note])* $name,)*
        }

        impl Bucket {
            /// Every kind.
            const ALL: &[Self] = &[$(Self::$name,)*];

            fn rate(self) -> Rate {
                match self {
                    $(Self::$name => Rate { burst: $burst, refill: $refill },)*
                }
            }
        }
    };
}

// The burst, and how many a second: Amazon ECS API Reference, "Request throttling for the Amazon
// ECS API". What no row of it names is paced as most of its reads are.
buckets! {
    /// Those that register and deregister task definitions.
    Registers 20.0 1.0;
    /// Reads of task definitions.
    TaskDefinitions 50.0 20.0;
    /// Writes of services.
    ServiceWrites 50.0 5.0;
    /// Reads of services.
    Services 100.0 20.0;
    /// Reads of service deployments.
    Deployments 50.0 20.0;
    /// Reads of service revisions.
    Revisions 50.0 20.0;
    /// Reads of tasks and container instances.
    Tasks 100.0 20.0;
    /// Writes of tags.
    Tags 20.0 10.0;
    /// Reads of clusters.
    Clusters 50.0 20.0;
    /// `StopServiceDeployment`, which no row names.
    Stops 50.0 5.0;
    /// Application Auto Scaling.
    Scaling 50.0 20.0;
    /// Elastic Load Balancing, whose reads have 10 a second.
    Balancing 40.0 10.0;
    /// `CloudWatch` and its logs.
    Watching 50.0 20.0;
    /// All other services.
    Others 100.0 20.0;
}

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
