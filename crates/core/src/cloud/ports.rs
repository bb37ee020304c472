//! The ports to AWS: one trait for each service.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;

use jiff::Timestamp;

use super::Answer;
use super::{Alarms, Balancing, Metrics, Preconditions};
use crate::release::EcrImage;
use crate::release::ids::{
    Caller, ClusterName, DeploymentId, ServiceDeploymentArn, ServiceId, ServiceRevisionArn,
    TaskArn, TaskDefinitionArn,
};
use crate::release::{
    ContainerInstance, DesiredStatus, Document, HookAction, LiveService, LiveTask,
    LiveTaskDefinition, LogLine, LogPage, LogStream, Scaling, ScalingWrite, ServiceDeployment,
    ServiceRevision, StoppedTask,
};

/// What mlship asks of the Security Token Service.
pub trait Identity {
    /// Returns who is calling, and where to.
    fn caller(&self) -> impl Future<Output = Answer<Caller>>;
}

/// What mlship asks of Amazon ECS. Reads may be repeated; each write is sent once.
pub trait Ecs {
    /// Returns a service, or nothing when the cluster has none of that name or had one once.
    fn service(&self, id: &ServiceId) -> impl Future<Output = Answer<Option<LiveService>>>;

    /// Returns every service of the account in the region.
    fn services(&self) -> impl Future<Output = Answer<Vec<ServiceId>>>;

    /// Creates a service.
    fn create_service(&self, document: &Document) -> impl Future<Output = Answer<LiveService>>;

    /// Updates a service.
    fn update_service(&self, document: &Document) -> impl Future<Output = Answer<LiveService>>;

    /// Adds tags to a service or a task definition.
    fn tag_resource(
        &self,
        arn: &str,
        tags: &BTreeMap<String, String>,
    ) -> impl Future<Output = Answer<()>>;

    /// Takes tags off a service or a task definition.
    fn untag_resource(&self, arn: &str, keys: &[String]) -> impl Future<Output = Answer<()>>;

    /// Returns a task definition by ARN, `family:revision`, or the newest active one of a family.
    fn task_definition(
        &self,
        name: &str,
    ) -> impl Future<Output = Answer<Option<LiveTaskDefinition>>>;

    /// Registers a revision and returns its ARN.
    fn register_task_definition(
        &self,
        document: &Document,
    ) -> impl Future<Output = Answer<TaskDefinitionArn>>;

    /// Returns the newest active revisions of a family, newest first.
    fn revisions_of_family(
        &self,
        family: &str,
        most: usize,
    ) -> impl Future<Output = Answer<Vec<TaskDefinitionArn>>>;

    /// Returns a service's newest deployments, newest first.
    fn service_deployments(
        &self,
        service: &ServiceId,
    ) -> impl Future<Output = Answer<Vec<ServiceDeployment>>>;

    /// Returns all of a service's deployments that ECS still knows, newest first.
    fn all_service_deployments(
        &self,
        service: &ServiceId,
    ) -> impl Future<Output = Answer<Vec<ServiceDeployment>>>;

    /// Returns service deployments in full.
    fn describe_service_deployments(
        &self,
        arns: &[ServiceDeploymentArn],
    ) -> impl Future<Output = Answer<Vec<ServiceDeployment>>>;

    /// Asks ECS to stop a service deployment and to roll it back.
    fn stop_service_deployment(
        &self,
        deployment: &ServiceDeploymentArn,
    ) -> impl Future<Output = Answer<()>>;

    /// Tells a service deployment that waits at a hook to go on, or to go back.
    fn continue_service_deployment(
        &self,
        deployment: &ServiceDeploymentArn,
        hook: &str,
        action: HookAction,
    ) -> impl Future<Output = Answer<()>>;

    /// Returns service revisions.
    fn service_revisions(
        &self,
        arns: &[ServiceRevisionArn],
    ) -> impl Future<Output = Answer<Vec<ServiceRevision>>>;

    /// Returns the tasks of a service, those that stopped as long as ECS remembers them.
    fn service_tasks(
        &self,
        service: &ServiceId,
        wanted: DesiredStatus,
    ) -> impl Future<Output = Answer<Vec<TaskArn>>>;

    /// Returns the tasks that a deployment started and ECS wants to run.
    fn running_tasks(
        &self,
        cluster: &ClusterName,
        deployment: &DeploymentId,
    ) -> impl Future<Output = Answer<Vec<LiveTask>>>;

    /// Returns the stopped tasks that a deployment started and ECS still remembers.
    fn stopped_tasks(
        &self,
        cluster: &ClusterName,
        deployment: &DeploymentId,
    ) -> impl Future<Output = Answer<Vec<StoppedTask>>>;

    /// Returns tasks in full; those that ECS has forgotten are left out.
    fn tasks(
        &self,
        cluster: &ClusterName,
        arns: &[TaskArn],
    ) -> impl Future<Output = Answer<Vec<LiveTask>>>;

    /// Returns the container instances of a cluster: one page, at most 100.
    fn container_instances(
        &self,
        cluster: &ClusterName,
    ) -> impl Future<Output = Answer<Vec<ContainerInstance>>>;
}

/// What mlship asks of Application Auto Scaling. Reads may be repeated; each write is sent once.
pub trait Autoscaling {
    /// Returns how a service's number of tasks follows the load, if it does.
    fn scaling(&self, service: &ServiceId) -> impl Future<Output = Answer<Option<Scaling>>>;

    /// Changes how a service's number of tasks follows the load.
    fn write_scaling(
        &self,
        service: &ServiceId,
        write: &ScalingWrite,
    ) -> impl Future<Output = Answer<()>>;
}

/// What mlship asks of `CloudWatch` Logs.
pub trait ContainerLogs {
    /// Returns the last lines of a log stream, oldest first; none where there is no such stream.
    fn log_tail(
        &self,
        log: &LogStream,
        lines: u32,
        from: Option<Timestamp>,
    ) -> impl Future<Output = Answer<Vec<LogLine>>>;

    /// Returns lines of up to 100 streams of a log group, oldest first, or the page after one.
    fn log_page(
        &self,
        region: Option<&str>,
        group: &str,
        streams: &[String],
        from: Timestamp,
        page: Option<&str>,
    ) -> impl Future<Output = Answer<LogPage>>;
}

/// What mlship asks of the Elastic Container Registry.
pub trait Images {
    /// Returns the digest of an image, unless its repository has no such image.
    fn image_digest(&self, image: &EcrImage) -> impl Future<Output = Answer<Option<String>>>;
}

/// What mlship asks of Secrets Manager and of the Parameter Store: never for a value.
pub trait Secrets {
    /// Returns whether a secret or parameter is there, given as `valueFrom` has it.
    fn has_secret(&self, value_from: &str) -> impl Future<Output = Answer<bool>>;
}

/// What mlship asks of the Parameter Store for manifests: plain values, each once a run.
pub trait Parameters {
    /// Returns a parameter by its path, with a version or a label where one is named; nothing where
    /// there is none.
    fn parameter(&self, name: &str) -> impl Future<Output = Answer<Option<StoredParameter>>>;
}

/// A parameter.
#[derive(Clone, PartialEq, Eq)]
pub enum StoredParameter {
    /// A plain text.
    Text {
        /// The text.
        value: String,
        /// Which version of it.
        version: i64,
    },
    /// Several texts.
    List,
    /// One that is encrypted, and was not read.
    Secure,
}

impl fmt::Debug for StoredParameter {
    /// Says what kind it is, and not what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { version, .. } => write!(f, "Text(version {version})"),
            Self::List => f.write_str("List"),
            Self::Secure => f.write_str("Secure"),
        }
    }
}

/// What is known of the requests themselves.
pub trait Requests {
    /// Returns how many requests went out so far, retries included.
    fn calls(&self) -> u64;
}

/// All that releases ask of AWS.
pub trait Cloud:
    Identity
    + Ecs
    + Autoscaling
    + ContainerLogs
    + Images
    + Secrets
    + Parameters
    + Preconditions
    + Balancing
    + Alarms
    + Metrics
    + Requests
{
}

impl<T> Cloud for T where
    T: Identity
        + Ecs
        + Autoscaling
        + ContainerLogs
        + Images
        + Secrets
        + Parameters
        + Preconditions
        + Balancing
        + Alarms
        + Metrics
        + Requests
{
}
