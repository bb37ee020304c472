//! How many requests of each kind AWS takes, by account and region.

use super::Rate;

macro_rules! kinds {
    ($($(#[$note:meta])* $name:ident $burst:literal $refill:literal;)*) => {
        /// A kind of request that AWS counts together.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum RequestKind {
            $($(#[$note])* $name,)*
        }

        impl RequestKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns how many of it AWS takes.
            #[must_use]
            pub fn rate(self) -> Rate {
                match self {
                    $(Self::$name => Rate { burst: $burst, refill: $refill },)*
                }
            }
        }
    };
}

// The burst, and how many a second: Amazon ECS API Reference, "Request throttling for the Amazon
// ECS API". What no row of it names is paced as most of its reads are.
kinds! {
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
    /// `StopServiceDeployment` and `ContinueServiceDeployment`, which no row names.
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
