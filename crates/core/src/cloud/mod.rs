//! Access to AWS: the ports, their errors, retries, and a fake for tests. Uses documents and ids,
//! never SDK types.

mod batch;
mod company;
mod error;
#[cfg(any(test, feature = "testing"))]
pub mod fake;
mod limiter;
mod load_balancing;
mod placement;
mod ports;
pub mod preconditions;
pub mod request;
pub mod retry;
mod retrying;

pub use batch::{Answers, Batch};
pub use company::{Company, closed, company, count_request, own_requests, unless_closed};
pub use error::{CloudError, ErrorKind};
pub use limiter::{Limiter, Rate, RequestKind};
pub use load_balancing::{Alarms, Balancing, Metrics};
pub use placement::{empty_groups, group_of_revision};
pub use ports::{
    Autoscaling, Cloud, ContainerLogs, Ecs, Identity, Images, Parameters, Requests, Secrets,
    StoredParameter,
};
pub use preconditions::Preconditions;
pub use retrying::{Retrying, in_turn};

/// An answer from AWS.
pub type Answer<T> = Result<T, CloudError>;
