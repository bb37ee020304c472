//! The ports that the stand-in answers at.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{FakeCloud, Fault, World, error};
use crate::cloud::{
    Answer, Autoscaling, CloudError, ContainerLogs, Ecs, Identity, Images, Parameters, Requests,
    Secrets, StoredParameter,
};
use crate::release::ids::{
    Caller, ClusterName, DeploymentId, ServiceDeploymentArn, ServiceId, ServiceRevisionArn,
    TaskArn, TaskDefinitionArn,
};
use crate::release::{
    ContainerInstance, DesiredStatus, Document, EcrImage, HookAction, ImageReference, LiveService,
    LiveTask, LiveTaskDefinition, LogLine, LogPage, LogStream, Scaling, ScalingWrite,
    ServiceDeployment, ServiceRevision, StoppedTask,
};

impl Identity for FakeCloud {
    async fn caller(&self) -> Answer<Caller> {
        Ok(Caller {
            account: "111122223333".into(),
            region: "us-east-1".to_owned(),
            arn: "arn:aws:iam::111122223333:user/deployer".to_owned(),
        })
    }
}

impl Ecs for FakeCloud {
    async fn service(&self, _: &ServiceId) -> Answer<Option<LiveService>> {
        self.read("DescribeServices", |world| world.service.clone())
            .await
    }

    async fn services(&self) -> Answer<Vec<ServiceId>> {
        let is_there = |world: &World| world.service.is_some();
        let found = self.read("ListServices", is_there).await?;
        Ok(found.then(Self::id).into_iter().collect())
    }

    async fn create_service(&self, document: &Document) -> Answer<LiveService> {
        let created = self
            .write("CreateService", |world| world.create(document))
            .await?;
        created.ok_or_else(|| CloudError {
            message: "Creation of service was not idempotent.".to_owned(),
            ..error("CreateService", Fault::Rejected)
        })
    }

    async fn update_service(&self, document: &Document) -> Answer<LiveService> {
        self.write("UpdateService", |world| world.take_update(document))
            .await
    }

    async fn tag_resource(&self, arn: &str, tags: &BTreeMap<String, String>) -> Answer<()> {
        self.write("TagResource", |world| {
            world.change_tags(arn, |all| all.extend(tags.clone()));
        })
        .await
    }

    async fn untag_resource(&self, arn: &str, keys: &[String]) -> Answer<()> {
        self.write("UntagResource", |world| {
            world.change_tags(arn, |all| all.retain(|key, _| !keys.contains(key)));
        })
        .await
    }

    async fn task_definition(&self, name: &str) -> Answer<Option<LiveTaskDefinition>> {
        self.read("DescribeTaskDefinition", |world| {
            world.task_definition(name)
        })
        .await
    }

    async fn register_task_definition(&self, document: &Document) -> Answer<TaskDefinitionArn> {
        if self.registering.replace(true) {
            self.request("RegisterTaskDefinition").await;
            return Err(error("RegisterTaskDefinition", Fault::Throttled));
        }
        let registered = self
            .write("RegisterTaskDefinition", |world| world.register(document))
            .await;
        self.registering.set(false);
        registered
    }

    async fn revisions_of_family(&self, _: &str, most: usize) -> Answer<Vec<TaskDefinitionArn>> {
        self.read("ListTaskDefinitions", |world| {
            let newest = world.task_definitions.iter().rev();
            newest
                .take(most)
                .map(|revision| revision.arn.clone())
                .collect()
        })
        .await
    }

    async fn service_deployments(&self, _: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
        let elapsed = self.started.elapsed();
        let behind = self.list_lag.get();
        let listed = |world: &World| world.listed(elapsed, behind);
        self.read("ListServiceDeployments", listed).await
    }

    async fn all_service_deployments(&self, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
        self.service_deployments(service).await
    }

    async fn describe_service_deployments(
        &self,
        arns: &[ServiceDeploymentArn],
    ) -> Answer<Vec<ServiceDeployment>> {
        let found = |world: &World| {
            let all = world.deployments.iter();
            let asked = all.filter(|deployment| arns.contains(&deployment.service_deployment_arn));
            asked.cloned().collect()
        };
        self.read("DescribeServiceDeployments", found).await
    }

    async fn stop_service_deployment(&self, _: &ServiceDeploymentArn) -> Answer<()> {
        self.write("StopServiceDeployment", World::stop).await
    }

    async fn continue_service_deployment(
        &self,
        deployment: &ServiceDeploymentArn,
        hook: &str,
        action: HookAction,
    ) -> Answer<()> {
        let operation = "ContinueServiceDeployment";
        let taken = self.write(operation, |world| world.answer(deployment, hook, action));
        let rejected = || error(operation, Fault::Rejected);
        taken.await?.then_some(()).ok_or_else(rejected)
    }

    async fn service_revisions(&self, arns: &[ServiceRevisionArn]) -> Answer<Vec<ServiceRevision>> {
        let found = |world: &World| world.revisions(arns);
        self.read("DescribeServiceRevisions", found).await
    }

    async fn service_tasks(&self, _: &ServiceId, wanted: DesiredStatus) -> Answer<Vec<TaskArn>> {
        self.read("ListTasks", |world| world.logs.listed(wanted))
            .await
    }

    async fn running_tasks(&self, _: &ClusterName, _: &DeploymentId) -> Answer<Vec<LiveTask>> {
        self.read("ListRunningTasks", |world| world.alive.clone())
            .await
    }

    async fn stopped_tasks(
        &self,
        _: &ClusterName,
        deployment: &DeploymentId,
    ) -> Answer<Vec<StoppedTask>> {
        let found = |world: &World| world.stopped.get(deployment).cloned().unwrap_or_default();
        self.read("ListTasks", found).await
    }

    async fn tasks(&self, _: &ClusterName, arns: &[TaskArn]) -> Answer<Vec<LiveTask>> {
        self.read("DescribeTasks", |world| world.logs.described(arns))
            .await
    }

    async fn container_instances(&self, _: &ClusterName) -> Answer<Vec<ContainerInstance>> {
        self.read("ListContainerInstances", |world| world.instances.clone())
            .await
    }
}

impl Autoscaling for FakeCloud {
    async fn scaling(&self, _: &ServiceId) -> Answer<Option<Scaling>> {
        self.read("DescribeScalableTargets", |world| world.scaling.clone())
            .await
    }

    async fn write_scaling(&self, _: &ServiceId, write: &ScalingWrite) -> Answer<()> {
        let write = write.clone();
        self.write("WriteScaling", |world| world.scaled.push(write))
            .await
    }
}

impl ContainerLogs for FakeCloud {
    async fn log_tail(
        &self,
        log: &LogStream,
        lines: u32,
        from: Option<Timestamp>,
    ) -> Answer<Vec<LogLine>> {
        self.read("GetLogEvents", |world| world.logs.tail(log, lines, from))
            .await
    }

    async fn log_page(
        &self,
        _: Option<&str>,
        group: &str,
        streams: &[String],
        from: Timestamp,
        page: Option<&str>,
    ) -> Answer<LogPage> {
        self.read("FilterLogEvents", |world| {
            world.logs.page(group, streams, from, page)
        })
        .await
    }
}

impl Images for FakeCloud {
    async fn image_digest(&self, image: &EcrImage) -> Answer<Option<String>> {
        let found = |world: &World| match &image.reference {
            ImageReference::Tag(tag) => world.image_tags.get(tag).cloned(),
            ImageReference::Digest(digest) => world.image_digests.get(digest).cloned(),
        };
        self.read("DescribeImages", found).await
    }
}

impl Secrets for FakeCloud {
    async fn has_secret(&self, value_from: &str) -> Answer<bool> {
        let found = |world: &World| world.secrets.contains(value_from);
        self.read("DescribeSecret", found).await
    }
}

impl Parameters for FakeCloud {
    async fn parameter(&self, name: &str) -> Answer<Option<StoredParameter>> {
        let found = |world: &World| world.parameters.get(name).cloned();
        self.read("GetParameters", found).await
    }
}

impl Requests for FakeCloud {
    fn calls(&self) -> u64 {
        self.requests.borrow().len() as u64
    }
}
