//! Amazon ECS: one file for each kind of resource.

mod deployments;
mod services;
mod task_definitions;
mod tasks;

use std::collections::BTreeMap;
use std::future::Future;
use std::hash::Hash;

use super::AwsCloud;
use mlship_core::cloud::{Answer, Answers, Batch, Ecs};
use mlship_core::release::ids::{
    ClusterName, DeploymentId, ServiceDeploymentArn, ServiceId, ServiceName, ServiceRevisionArn,
    TaskArn, TaskDefinitionArn,
};
use mlship_core::release::{
    ContainerInstance, DesiredStatus, Document, HookAction, LiveService, LiveTask,
    LiveTaskDefinition, ServiceDeployment, ServiceRevision, StoppedTask,
};
use tasks::{Described, Tasks};

/// The questions that one request can carry several of.
#[derive(Debug)]
pub(super) struct Batches {
    services: Batch<ClusterName, ServiceName, Option<LiveService>>,
    deployments: Batch<(), ServiceDeploymentArn, Option<ServiceDeployment>>,
    revisions: Batch<(), ServiceRevisionArn, Option<ServiceRevision>>,
    tasks: Described,
}

impl Batches {
    pub(super) fn new() -> Self {
        Self {
            services: Batch::of_at_most(services::AT_ONCE),
            deployments: Batch::of_at_most(deployments::AT_ONCE),
            revisions: Batch::of_at_most(deployments::AT_ONCE),
            tasks: Batch::of_at_most(tasks::AT_ONCE),
        }
    }
}

/// Asks about several things, and returns those that are there.
async fn of_all<K, V, F>(
    batch: &Batch<(), K, Option<V>>,
    asked: &[K],
    send: impl Fn((), Vec<K>) -> F + Clone + Send + 'static,
) -> Answer<Vec<V>>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    F: Future<Output = Answer<Answers<K, Option<V>>>> + Send,
{
    let found = batch.ask_all((), asked, send).await?;
    Ok(found.into_iter().flatten().collect())
}

impl AwsCloud {
    fn tasks_of(&self) -> Tasks<'_> {
        Tasks {
            client: &self.ecs,
            described: &self.batches.tasks,
        }
    }
}

impl Ecs for AwsCloud {
    async fn service(&self, id: &ServiceId) -> Answer<Option<LiveService>> {
        let ecs = self.ecs.clone();
        let send = move |cluster, names| services::described(ecs.clone(), cluster, names);
        let (cluster, name) = (id.cluster.clone(), id.name.clone());
        self.batches.services.ask(cluster, name, send).await
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
        let ecs = self.ecs.clone();
        let send = move |(), arns| deployments::described(ecs.clone(), (), arns);
        of_all(&self.batches.deployments, arns, send).await
    }

    async fn stop_service_deployment(&self, deployment: &ServiceDeploymentArn) -> Answer<()> {
        deployments::stop(&self.ecs, deployment).await
    }

    async fn continue_service_deployment(
        &self,
        deployment: &ServiceDeploymentArn,
        hook: &str,
        action: HookAction,
    ) -> Answer<()> {
        deployments::go_on(&self.ecs, deployment, hook, action).await
    }

    async fn service_revisions(&self, arns: &[ServiceRevisionArn]) -> Answer<Vec<ServiceRevision>> {
        let ecs = self.ecs.clone();
        let send = move |(), arns| deployments::revisions(ecs.clone(), (), arns);
        of_all(&self.batches.revisions, arns, send).await
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
        tasks::running(self.tasks_of(), cluster, deployment).await
    }

    async fn stopped_tasks(
        &self,
        cluster: &ClusterName,
        deployment: &DeploymentId,
    ) -> Answer<Vec<StoppedTask>> {
        tasks::stopped(self.tasks_of(), cluster, deployment).await
    }

    async fn tasks(&self, cluster: &ClusterName, arns: &[TaskArn]) -> Answer<Vec<LiveTask>> {
        tasks::describe(self.tasks_of(), cluster, arns).await
    }

    async fn container_instances(&self, cluster: &ClusterName) -> Answer<Vec<ContainerInstance>> {
        tasks::container_instances(&self.ecs, cluster).await
    }
}
