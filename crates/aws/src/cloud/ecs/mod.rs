//! Amazon ECS: one file for each kind of resource.

mod deployments;
mod services;
mod task_definitions;
mod tasks;

use std::collections::BTreeMap;

use super::AwsCloud;
use mlship_core::cloud::{Answer, Ecs};
use mlship_core::release::ids::{
    ClusterName, DeploymentId, ServiceDeploymentArn, ServiceId, ServiceRevisionArn, TaskArn,
    TaskDefinitionArn,
};
use mlship_core::release::{
    ContainerInstance, DesiredStatus, Document, LiveService, LiveTask, LiveTaskDefinition,
    ServiceDeployment, ServiceRevision, StoppedTask,
};

impl Ecs for AwsCloud {
    async fn service(&self, id: &ServiceId) -> Answer<Option<LiveService>> {
        services::service(&self.ecs, id).await
    }

    async fn services(&self) -> Answer<Vec<ServiceId>> {
        services::all(&self.ecs).await
    }

    async fn create_service(&self, document: &Document) -> Answer<LiveService> {
        services::create(&self.ecs, document).await
    }

    async fn update_service(&self, document: &Document) -> Answer<LiveService> {
        services::update(&self.ecs, document).await
    }

    async fn tag_resource(&self, arn: &str, tags: &BTreeMap<String, String>) -> Answer<()> {
        services::tag(&self.ecs, arn, tags).await
    }

    async fn untag_resource(&self, arn: &str, keys: &[String]) -> Answer<()> {
        services::untag(&self.ecs, arn, keys).await
    }

    async fn task_definition(&self, name: &str) -> Answer<Option<LiveTaskDefinition>> {
        task_definitions::task_definition(&self.ecs, name).await
    }

    async fn register_task_definition(&self, document: &Document) -> Answer<TaskDefinitionArn> {
        task_definitions::register(&self.ecs, document).await
    }

    async fn revisions_of_family(
        &self,
        family: &str,
        most: usize,
    ) -> Answer<Vec<TaskDefinitionArn>> {
        task_definitions::newest(&self.ecs, family, most).await
    }

    async fn service_deployments(&self, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
        deployments::newest(&self.ecs, service).await
    }

    async fn all_service_deployments(&self, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
        deployments::all(&self.ecs, service).await
    }

    async fn describe_service_deployments(
        &self,
        arns: &[ServiceDeploymentArn],
    ) -> Answer<Vec<ServiceDeployment>> {
        deployments::describe(&self.ecs, arns).await
    }

    async fn stop_service_deployment(&self, deployment: &ServiceDeploymentArn) -> Answer<()> {
        deployments::stop(&self.ecs, deployment).await
    }

    async fn service_revisions(&self, arns: &[ServiceRevisionArn]) -> Answer<Vec<ServiceRevision>> {
        deployments::revisions(&self.ecs, arns).await
    }

    async fn service_tasks(
        &self,
        service: &ServiceId,
        wanted: DesiredStatus,
    ) -> Answer<Vec<TaskArn>> {
        tasks::of_service(&self.ecs, service, wanted).await
    }

    async fn running_tasks(
        &self,
        cluster: &ClusterName,
        deployment: &DeploymentId,
    ) -> Answer<Vec<LiveTask>> {
        tasks::running(&self.ecs, cluster, deployment).await
    }

    async fn stopped_tasks(
        &self,
        cluster: &ClusterName,
        deployment: &DeploymentId,
    ) -> Answer<Vec<StoppedTask>> {
        tasks::stopped(&self.ecs, cluster, deployment).await
    }

    async fn tasks(&self, cluster: &ClusterName, arns: &[TaskArn]) -> Answer<Vec<LiveTask>> {
        tasks::describe(&self.ecs, cluster, arns).await
    }

    async fn container_instances(&self, cluster: &ClusterName) -> Answer<Vec<ContainerInstance>> {
        tasks::container_instances(&self.ecs, cluster).await
    }
}
