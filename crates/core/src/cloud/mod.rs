//! The only way to AWS: ports in domain words, their errors, and a scripted stand-in. No SDK type
//! comes this far: there are documents and ids.

mod error;
#[cfg(any(test, feature = "testing"))]
pub mod fake;
mod load_balancing;
mod ports;
pub mod request;
pub mod retry;
mod retrying;

pub use error::{CloudError, ErrorKind};
pub use load_balancing::{Balancing, Metrics};
pub use ports::{Autoscaling, Cloud, ContainerLogs, Ecs, Identity, Images, Requests, Secrets};
pub use retrying::Retrying;

/// An answer from AWS.
pub type Answer<T> = Result<T, CloudError>;
