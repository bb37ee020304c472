//! The causes of failed releases: the values of `failure.cause`, which are never renamed.

use serde::{Deserialize, Serialize};

/// The classes of failure that a report names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The registry has no such image.
    ImageNotFound,
    /// The registry refuses the pull.
    ImageDenied,
    /// The task cannot reach the registry.
    ImageNetwork,
    /// The image is for another processor.
    ImageArchitecture,
    /// A secret or parameter does not exist.
    SecretMissing,
    /// The execution role may not read a secret.
    SecretDenied,
    /// The task cannot reach the secret store.
    SecretNetwork,
    /// The container used more memory than it may.
    OutOfMemory,
    /// The program is for another processor.
    ExecFormat,
    /// The command does not exist in the image, or cannot be executed.
    CommandNotFound,
    /// The container exited.
    ContainerExited,
    /// The container's own health check fails.
    ContainerUnhealthy,
    /// The load balancer's health check fails.
    LoadBalancerUnhealthy,
    /// The model loads for longer than it is given before checks count.
    SlowStart,
    /// There is no room for the task.
    NoCapacity,
    /// The network interface could not be made.
    NetworkInterface,
    /// Logging could not start.
    LogDriver,
    /// A volume could not be mounted.
    Volume,
    /// The weights are not in S3, or the task role may not read them.
    WeightsMissing,
    /// The weights are not those that the manifest's checksum is of.
    WeightsCorrupt,
    /// A role cannot be assumed, or is denied what it needs.
    RoleDenied,
    /// An alarm fired.
    Alarm,
    /// It is worse than the release that serves.
    Analysis,
    /// A function that a stage asks said no, or did not answer.
    HookFailed,
    /// Nobody said in time that it may go on.
    PauseTimedOut,
    /// Somebody stopped the task, or asked for the rollback.
    StoppedBySomeone,
    /// ECS says nothing that is known.
    Unknown,
}
