//! The adapter to AWS: one operation a file, SDK types inside only.
//!
//! Every request goes through [`call::ask`], whose reader says what an answer must have. Reads are
//! asked again where there is none. Writes are sent once, except after throttling, since ECS's
//! `RegisterTaskDefinition` and `UpdateService` take no client token and would be carried out
//! twice.

mod autoscaling;
mod balancing;
pub mod body;
mod call;
mod caller;
mod classify;
mod connect;
mod container_instances;
mod counter;
mod create_service;
mod credentials;
mod deployment_tasks;
mod describe_images;
mod describe_parameters;
mod describe_secret;
mod describe_service_deployments;
mod describe_service_revisions;
mod describe_services;
mod describe_task_definition;
mod describe_tasks;
mod filter_log_events;
mod get_log_events;
mod get_metric_data;
pub mod known_fields;
mod lacks;
mod list_service_deployments;
mod list_services;
mod list_task_definitions;
mod list_tasks;
mod operation;
mod reception;
mod register_task_definition;
mod secret_name;
mod stop_service_deployment;
mod tag_resource;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod update_service;
pub mod wire;

use std::collections::BTreeMap;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
pub use classify::kind_of;
pub use connect::{CREDENTIALS_HINT, Options, connect};
use counter::Counter;
use jiff::Timestamp;
use secret_name::SecretName;

use mlship_core::cloud::request::Observer;
use mlship_core::cloud::{Answer, Cloud};
use mlship_core::release::EcrImage;
use mlship_core::release::ids::{
    Caller, ClusterName, DeploymentId, ServiceDeploymentArn, ServiceId, ServiceRevisionArn,
    TaskArn, TaskDefinitionArn,
};
use mlship_core::release::{
    ContainerInstance, Document, LiveService, LiveTask, LiveTaskDefinition, LogLine, LogPage,
    LogStream, Scaling, ScalingWrite, ServiceDeployment, ServiceRevision, StoppedTask, Wanted,
};

/// AWS, reached through its SDK.
#[derive(Debug)]
pub struct AwsCloud {
    ecs: aws_sdk_ecs::Client,
    sts: aws_sdk_sts::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
    scaling: aws_sdk_applicationautoscaling::Client,
    ecr: aws_sdk_ecr::Client,
    secrets: aws_sdk_secretsmanager::Client,
    parameters: aws_sdk_ssm::Client,
    balancing: aws_sdk_elasticloadbalancingv2::Client,
    metrics: aws_sdk_cloudwatch::Client,
    credentials: SharedCredentialsProvider,
    sagemaker_endpoint: Option<String>,
    region: String,
    counter: Counter,
}

impl AwsCloud {
    /// Tells this observer of every request from now on.
    pub fn observe(&self, observer: Observer) {
        self.counter.observe(observer);
    }

    /// Returns the region that requests go to.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Returns the address of SageMaker, where it is not AWS's own.
    #[must_use]
    pub fn sagemaker_endpoint(&self) -> Option<&str> {
        self.sagemaker_endpoint.as_deref()
    }

    /// Returns the credentials that requests are signed with, for services that are asked without
    /// their SDK.
    pub async fn credentials(&self) -> Answer<Credentials> {
        credentials::load(&self.credentials).await
    }
}

impl Cloud for AwsCloud {
    async fn caller(&self) -> Answer<Caller> {
        caller::caller(&self.sts, &self.region).await
    }

    async fn service(&self, id: &ServiceId) -> Answer<Option<LiveService>> {
        describe_services::service(&self.ecs, id).await
    }

    async fn task_definition(&self, name: &str) -> Answer<Option<LiveTaskDefinition>> {
        describe_task_definition::task_definition(&self.ecs, name).await
    }

    async fn register_task_definition(&self, document: &Document) -> Answer<TaskDefinitionArn> {
        register_task_definition::register(&self.ecs, document).await
    }

    async fn create_service(&self, document: &Document) -> Answer<LiveService> {
        create_service::create(&self.ecs, document).await
    }

    async fn update_service(&self, document: &Document) -> Answer<LiveService> {
        update_service::update(&self.ecs, document).await
    }

    async fn tag_service(&self, arn: &str, tags: &BTreeMap<String, String>) -> Answer<()> {
        tag_resource::tag(&self.ecs, arn, tags).await
    }

    async fn scaling(&self, service: &ServiceId) -> Answer<Option<Scaling>> {
        autoscaling::scaling(&self.scaling, service).await
    }

    async fn write_scaling(&self, service: &ServiceId, write: &ScalingWrite) -> Answer<()> {
        autoscaling::write(&self.scaling, service, write).await
    }

    async fn service_deployments(&self, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
        list_service_deployments::newest(&self.ecs, service).await
    }

    async fn all_service_deployments(&self, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
        list_service_deployments::all(&self.ecs, service).await
    }

    async fn services(&self) -> Answer<Vec<ServiceId>> {
        list_services::all(&self.ecs).await
    }

    async fn revisions_of_family(
        &self,
        family: &str,
        most: usize,
    ) -> Answer<Vec<TaskDefinitionArn>> {
        list_task_definitions::newest(&self.ecs, family, most).await
    }

    async fn describe_service_deployments(
        &self,
        arns: &[ServiceDeploymentArn],
    ) -> Answer<Vec<ServiceDeployment>> {
        describe_service_deployments::describe(&self.ecs, arns).await
    }

    async fn stop_service_deployment(&self, deployment: &ServiceDeploymentArn) -> Answer<()> {
        stop_service_deployment::stop(&self.ecs, deployment).await
    }

    async fn service_revisions(&self, arns: &[ServiceRevisionArn]) -> Answer<Vec<ServiceRevision>> {
        describe_service_revisions::describe(&self.ecs, arns).await
    }

    async fn stopped_tasks(
        &self,
        cluster: &ClusterName,
        deployment: &DeploymentId,
    ) -> Answer<Vec<StoppedTask>> {
        deployment_tasks::stopped(&self.ecs, cluster, deployment).await
    }

    async fn container_instances(&self, cluster: &ClusterName) -> Answer<Vec<ContainerInstance>> {
        container_instances::container_instances(&self.ecs, cluster).await
    }

    async fn running_tasks(
        &self,
        cluster: &ClusterName,
        deployment: &DeploymentId,
    ) -> Answer<Vec<LiveTask>> {
        deployment_tasks::running(&self.ecs, cluster, deployment).await
    }

    async fn service_tasks(&self, service: &ServiceId, wanted: Wanted) -> Answer<Vec<TaskArn>> {
        list_tasks::of_service(&self.ecs, service, wanted).await
    }

    async fn tasks(&self, cluster: &ClusterName, arns: &[TaskArn]) -> Answer<Vec<LiveTask>> {
        describe_tasks::describe(&self.ecs, cluster, arns).await
    }

    async fn log_tail(
        &self,
        log: &LogStream,
        lines: u32,
        from: Option<Timestamp>,
    ) -> Answer<Vec<LogLine>> {
        get_log_events::tail(&self.logs, log, lines, from).await
    }

    async fn log_page(
        &self,
        region: Option<&str>,
        group: &str,
        streams: &[String],
        from: Timestamp,
        page: Option<&str>,
    ) -> Answer<LogPage> {
        filter_log_events::page(&self.logs, region, group, streams, from, page).await
    }

    async fn image_digest(&self, image: &EcrImage) -> Answer<Option<String>> {
        describe_images::digest(&self.ecr, image).await
    }

    async fn has_secret(&self, value_from: &str) -> Answer<bool> {
        match SecretName::parse(value_from) {
            SecretName::Secret { id, region } => {
                describe_secret::is_there(&self.secrets, id, region).await
            }
            SecretName::Parameter { name, region } => {
                describe_parameters::is_there(&self.parameters, &name, region).await
            }
        }
    }

    async fn has_target_group(&self, arn: &str) -> Answer<bool> {
        balancing::has_target_group(&self.balancing, arn).await
    }

    fn calls(&self) -> u64 {
        self.counter.total()
    }
}
