//! The port to ECS that the fake fleet answers at.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::World;
use super::{FakeFleet, Region};
use crate::cloud::{Answer, Answers, Ecs, RequestKind as Kind};
use crate::release::ids::{
    ClusterName, DeploymentId, ServiceDeploymentArn, ServiceId, ServiceName, ServiceRevisionArn,
    TaskArn, TaskDefinitionArn,
};
use crate::release::{
    ContainerInstance, DesiredStatus, Document, HookAction, LiveService, LiveTask,
    LiveTaskDefinition, ServiceDeployment, ServiceRevision, StoppedTask,
};

impl Region {
    async fn services(
        self: Arc<Self>,
        names: Vec<ServiceName>,
    ) -> Answer<Answers<ServiceName, Option<LiveService>>> {
        let find = |region: &Self| {
            let found = names.iter().map(|name| {
                let service = region.of(name.as_str(), |world| world.service.clone());
                (name.clone(), Ok(service.flatten()))
            });
            found.collect()
        };
        self.read(Kind::Services, "DescribeServices", find).await
    }

    async fn deployments(
        self: Arc<Self>,
        arns: Vec<ServiceDeploymentArn>,
    ) -> Answer<Answers<ServiceDeploymentArn, Option<ServiceDeployment>>> {
        let of_one = |world: &mut World, arn: &ServiceDeploymentArn| {
            let mut all = world.deployments.iter();
            let found = all.find(|deployment| deployment.service_deployment_arn == *arn);
            found.cloned()
        };
        let find = |region: &Self| {
            let found = arns.iter().map(|arn| {
                let deployment = region.of_arn(arn.as_str(), |world| of_one(world, arn));
                (arn.clone(), Ok(deployment.flatten()))
            });
            found.collect()
        };
        self.read(Kind::Deployments, "DescribeServiceDeployments", find)
            .await
    }

    async fn revisions(
        self: Arc<Self>,
        arns: Vec<ServiceRevisionArn>,
    ) -> Answer<Answers<ServiceRevisionArn, Option<ServiceRevision>>> {
        let find = |region: &Self| {
            let found = arns.iter().map(|arn| {
                let one = std::slice::from_ref(arn);
                let found = region.of_arn(arn.as_str(), |world| world.revisions(one).pop());
                (arn.clone(), Ok(found.flatten()))
            });
            found.collect()
        };
        self.read(Kind::Revisions, "DescribeServiceRevisions", find)
            .await
    }
}

fn text(document: &Document, name: &str) -> String {
    let text = document.get(name).and_then(|value| value.as_str());
    text.unwrap_or_default().to_owned()
}

impl Ecs for FakeFleet {
    async fn service(&self, id: &ServiceId) -> Answer<Option<LiveService>> {
        let region = Arc::clone(&self.region);
        let send = move |_, names| Arc::clone(&region).services(names);
        let (cluster, name) = (id.cluster.clone(), id.name.clone());
        self.services.ask(cluster, name, send).await
    }

    async fn services(&self) -> Answer<Vec<ServiceId>> {
        Ok(Vec::new())
    }

    async fn create_service(&self, document: &Document) -> Answer<LiveService> {
        let name = text(document, "serviceName");
        let create = |world: &mut World| world.create(document);
        let region = &self.region;
        let write = async || {
            region
                .write(Kind::ServiceWrites, "CreateService", &name, create)
                .await
        };
        self.balancer.kill.around(write).await
    }

    async fn update_service(&self, document: &Document) -> Answer<LiveService> {
        let name = text(document, "service");
        let update = |world: &mut World| {
            let is_there = world.service.is_some();
            is_there.then(|| world.take_update(document))
        };
        let region = &self.region;
        let write = async || {
            region
                .write(Kind::ServiceWrites, "UpdateService", &name, update)
                .await
        };
        self.balancer.kill.around(write).await
    }

    async fn tag_resource(&self, arn: &str, tags: &BTreeMap<String, String>) -> Answer<()> {
        let tag = |world: &mut World| {
            let is_there = world.service.is_some();
            is_there.then(|| world.change_tags(arn, |all| all.extend(tags.clone())))
        };
        let name = super::named_in(arn);
        let write = async || {
            self.region
                .write(Kind::Tags, "TagResource", name, tag)
                .await
        };
        self.balancer.kill.around(write).await
    }

    async fn untag_resource(&self, arn: &str, keys: &[String]) -> Answer<()> {
        let untag = |world: &mut World| {
            let is_there = world.service.is_some();
            let untag = || world.change_tags(arn, |all| all.retain(|key, _| !keys.contains(key)));
            is_there.then(untag)
        };
        let name = super::named_in(arn);
        self.region
            .write(Kind::Tags, "UntagResource", name, untag)
            .await
    }

    async fn task_definition(&self, name: &str) -> Answer<Option<LiveTaskDefinition>> {
        let find = |region: &Region| {
            let found = region.of_arn(name, |world| world.task_definition(name));
            found.flatten()
        };
        let region = &self.region;
        region
            .read(Kind::TaskDefinitions, "DescribeTaskDefinition", find)
            .await
    }

    async fn register_task_definition(&self, document: &Document) -> Answer<TaskDefinitionArn> {
        let family = text(document, "family");
        let register = |world: &mut World| Some(world.register(document));
        let region = &self.region;
        let write = async || {
            region
                .write(Kind::Registers, "RegisterTaskDefinition", &family, register)
                .await
        };
        self.balancer.kill.around(write).await
    }

    async fn revisions_of_family(
        &self,
        family: &str,
        most: usize,
    ) -> Answer<Vec<TaskDefinitionArn>> {
        let newest = |world: &mut World| {
            let newest = world.task_definitions.iter().rev().take(most);
            newest.map(|revision| revision.arn.clone()).collect()
        };
        let list = |region: &Region| region.of(family, newest).unwrap_or_default();
        let region = &self.region;
        region
            .read(Kind::TaskDefinitions, "ListTaskDefinitions", list)
            .await
    }

    async fn service_deployments(&self, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
        let name = service.name.as_str();
        let list = |region: &Region| {
            let all = region.of(name, |world| world.deployments.clone());
            all.unwrap_or_default()
        };
        self.region
            .read(Kind::Deployments, "ListServiceDeployments", list)
            .await
    }

    async fn all_service_deployments(&self, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
        self.service_deployments(service).await
    }

    async fn describe_service_deployments(
        &self,
        arns: &[ServiceDeploymentArn],
    ) -> Answer<Vec<ServiceDeployment>> {
        let region = Arc::clone(&self.region);
        let send = move |(), arns| Arc::clone(&region).deployments(arns);
        let found = self.deployments.ask_all((), arns, send).await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn stop_service_deployment(&self, deployment: &ServiceDeploymentArn) -> Answer<()> {
        let arn = deployment.as_str();
        self.region
            .write(
                Kind::Stops,
                "StopServiceDeployment",
                super::named_in(arn),
                |world: &mut World| {
                    let newest = world.deployments.first()?;
                    let is_newest = newest.service_deployment_arn == *deployment;
                    (is_newest && world.is_under_way()).then(|| world.stop())
                },
            )
            .await
    }

    async fn continue_service_deployment(
        &self,
        deployment: &ServiceDeploymentArn,
        hook: &str,
        action: HookAction,
    ) -> Answer<()> {
        self.region
            .write(
                Kind::Stops,
                "ContinueServiceDeployment",
                super::named_in(deployment.as_str()),
                |world: &mut World| world.answer(deployment, hook, action).then_some(()),
            )
            .await
    }

    async fn service_revisions(&self, arns: &[ServiceRevisionArn]) -> Answer<Vec<ServiceRevision>> {
        let region = Arc::clone(&self.region);
        let send = move |(), arns| Arc::clone(&region).revisions(arns);
        let found = self.revisions.ask_all((), arns, send).await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn service_tasks(&self, _: &ServiceId, _: DesiredStatus) -> Answer<Vec<TaskArn>> {
        self.region
            .read(Kind::Tasks, "ListTasks", |_| Vec::new())
            .await
    }

    async fn running_tasks(&self, _: &ClusterName, id: &DeploymentId) -> Answer<Vec<LiveTask>> {
        let service = id.as_str().split('/').nth(1).unwrap_or_default();
        let alive = |region: &super::Region| {
            let alive = region.of(service, |world| world.alive.clone());
            alive.unwrap_or_default()
        };
        self.region.read(Kind::Tasks, "ListTasks", alive).await
    }

    async fn stopped_tasks(&self, _: &ClusterName, _: &DeploymentId) -> Answer<Vec<StoppedTask>> {
        self.region
            .read(Kind::Tasks, "ListTasks", |_| Vec::new())
            .await
    }

    async fn tasks(&self, _: &ClusterName, _: &[TaskArn]) -> Answer<Vec<LiveTask>> {
        self.region
            .read(Kind::Tasks, "DescribeTasks", |_| Vec::new())
            .await
    }

    async fn container_instances(&self, _: &ClusterName) -> Answer<Vec<ContainerInstance>> {
        self.region
            .read(Kind::Tasks, "ListContainerInstances", |_| Vec::new())
            .await
    }
}
