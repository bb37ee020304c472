//! A fake AWS for tests: a small ECS that loses answers, throttles, lags and refuses on demand. It
//! uses tokio's clock, so that tests can pause it.

#![allow(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "for tests alone, also those of other crates, where what is wrong shall fail"
)]

mod balancer;
mod logs;
mod metrics;
mod registry;
mod world;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

pub use balancer::FakeBalancer;
use jiff::Timestamp;
pub use logs::Logs;
pub use metrics::FakeMetrics;
pub use registry::FakeRegistry;
use tokio::time::{Instant, sleep};
pub use world::{World, object};

use super::{
    Answer, Autoscaling, CloudError, ContainerLogs, Ecs, ErrorKind, Identity, Images, Requests,
    Secrets,
};
use crate::release::ids::{
    Caller, ClusterName, DeploymentId, ServiceDeploymentArn, ServiceId, ServiceName,
    ServiceRevisionArn, TaskArn, TaskDefinitionArn,
};
use crate::release::{
    ContainerInstance, DesiredStatus, Document, LiveService, LiveTask, LiveTaskDefinition, LogLine,
    LogPage, LogStream, Scaling, ScalingWrite, ServiceDeployment, ServiceRevision, StoppedTask,
};
use crate::release::{EcrImage, ImageReference};

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request never arrives.
    LostBefore,
    /// The request takes effect, its answer never arrives.
    LostAfter,
    /// The request never gets a connection.
    Unreachable,
    Throttled,
    Denied,
    Expired,
    /// The request is malformed, to this endpoint.
    Rejected,
    /// Somebody on the way answers in its place.
    Garbled,
    /// The request takes effect, and somebody on the way garbles its answer.
    GarbledAfter,
    /// Somebody on the way says that it was done, and it was not.
    Swallowed,
}

impl Fault {
    /// Returns whether the request takes effect all the same.
    #[must_use]
    pub fn takes_effect(self) -> bool {
        matches!(self, Self::LostAfter | Self::GarbledAfter)
    }
}

/// A change that happens by itself after a while.
type Turn = (Duration, Box<dyn FnOnce(&mut World)>);

/// The stand-in.
pub struct FakeCloud {
    started: Instant,
    world: RefCell<World>,
    /// What reads were, newest last.
    past: RefCell<Vec<(Duration, World)>>,
    turns: RefCell<VecDeque<Turn>>,
    faults: RefCell<HashMap<&'static str, VecDeque<Fault>>>,
    always: RefCell<HashMap<&'static str, Fault>>,
    requests: RefCell<Vec<&'static str>>,
    /// How far reads are behind.
    pub lag: Cell<Duration>,
    pub latency: Cell<Duration>,
    pub balancer: FakeBalancer,
    pub metrics: FakeMetrics,
    /// The model registry, unless nobody has one.
    pub registry: RefCell<Option<FakeRegistry>>,
}

impl FakeCloud {
    #[must_use]
    pub fn new(world: World) -> Self {
        Self {
            started: Instant::now(),
            past: RefCell::new(vec![(Duration::ZERO, world.clone())]),
            world: RefCell::new(world),
            turns: RefCell::default(),
            faults: RefCell::default(),
            always: RefCell::default(),
            requests: RefCell::default(),
            lag: Cell::default(),
            latency: Cell::default(),
            balancer: FakeBalancer::default(),
            metrics: FakeMetrics::default(),
            registry: RefCell::default(),
        }
    }

    /// Returns the one service there can be.
    #[must_use]
    pub fn id() -> ServiceId {
        ServiceId {
            cluster: ClusterName::new("ml"),
            name: ServiceName::new("m"),
        }
    }

    /// Lets the next calls of an operation go wrong, one after the other.
    pub fn fail(&self, operation: &'static str, faults: &[Fault]) {
        let mut all = self.faults.borrow_mut();
        all.entry(operation).or_default().extend(faults);
    }

    /// Lets all calls of an operation go wrong from now on, or none.
    pub fn fail_always(&self, operation: &'static str, fault: Option<Fault>) {
        let mut always = self.always.borrow_mut();
        always.remove(operation);
        always.extend(fault.map(|fault| (operation, fault)));
    }

    /// Changes the world once so much time has passed; turns are given in order.
    pub fn after(&self, seconds: u64, turn: impl FnOnce(&mut World) + 'static) {
        let at = Duration::from_secs(seconds);
        self.turns.borrow_mut().push_back((at, Box::new(turn)));
    }

    /// Changes the world once so much time has passed from now on; turns are given in order.
    pub fn after_now(&self, seconds: u64, turn: impl FnOnce(&mut World) + 'static) {
        let at = self.started.elapsed() + Duration::from_secs(seconds);
        self.turns.borrow_mut().push_back((at, Box::new(turn)));
    }

    /// Returns the world as it is.
    pub fn world(&self) -> World {
        self.turn();
        self.world.borrow().clone()
    }

    /// Returns how often an operation was asked for.
    pub fn count(&self, operation: &str) -> usize {
        let requests = self.requests.borrow();
        requests
            .iter()
            .filter(|requested| **requested == operation)
            .count()
    }

    /// Returns how often anything was asked for.
    pub fn requests(&self) -> usize {
        self.requests.borrow().len()
    }

    /// Lets happen what is due.
    fn turn(&self) {
        let now = self.started.elapsed();
        let is_due = |turns: &VecDeque<Turn>| turns.front().is_some_and(|(at, _)| *at <= now);
        while is_due(&self.turns.borrow()) {
            let turn = self.turns.borrow_mut().pop_front();
            if let Some((at, change)) = turn {
                self.change(at, change);
            }
        }
    }

    fn change<T>(&self, at: Duration, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world.borrow_mut();
        world.now = at;
        let result = change(&mut world);
        self.past.borrow_mut().push((at, world.clone()));
        result
    }

    async fn read<T>(&self, operation: &'static str, read: impl FnOnce(&World) -> T) -> Answer<T> {
        if let Some(fault) = self.request(operation).await {
            return Err(error(operation, fault));
        }
        // Before the lag is over, reads are of the beginning.
        let seen = self.started.elapsed().checked_sub(self.lag.get());
        let past = self.past.borrow();
        let then = seen.and_then(|seen| past.iter().rev().find(|(at, _)| *at <= seen));
        Ok(read(&then.unwrap_or(&past[0]).1))
    }

    async fn write<T>(
        &self,
        operation: &'static str,
        write: impl FnOnce(&mut World) -> T,
    ) -> Answer<T> {
        let fault = self.request(operation).await;
        if let Some(fault) = fault.filter(|fault| !fault.takes_effect()) {
            return Err(error(operation, fault));
        }
        let answer = self.change(self.started.elapsed(), write);
        fault.map_or(Ok(answer), |fault| Err(error(operation, fault)))
    }

    async fn request(&self, operation: &'static str) -> Option<Fault> {
        self.requests.borrow_mut().push(operation);
        sleep(self.latency.get()).await;
        self.turn();
        let mut faults = self.faults.borrow_mut();
        let next = faults.get_mut(operation).and_then(VecDeque::pop_front);
        next.or_else(|| self.always.borrow().get(operation).copied())
    }
}

#[must_use]
pub fn error(operation: &'static str, fault: Fault) -> CloudError {
    let kind = match fault {
        Fault::LostBefore | Fault::LostAfter => ErrorKind::Lost,
        Fault::Unreachable => ErrorKind::Unreachable,
        Fault::Throttled => ErrorKind::Throttled,
        Fault::Denied => ErrorKind::Denied,
        Fault::Expired => ErrorKind::Credentials,
        Fault::Rejected => ErrorKind::Rejected,
        Fault::Garbled | Fault::GarbledAfter | Fault::Swallowed => ErrorKind::Unreadable,
    };
    CloudError {
        operation,
        kind,
        code: None,
        message: format!("{fault:?}"),
        hint: None,
    }
}

impl Identity for FakeCloud {
    async fn caller(&self) -> Answer<Caller> {
        Ok(Caller {
            account: "111122223333".to_owned(),
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
        created.ok_or_else(|| error("CreateService", Fault::Rejected))
    }

    async fn update_service(&self, document: &Document) -> Answer<LiveService> {
        self.write("UpdateService", |world| world.update(document))
            .await
    }

    async fn tag_service(&self, _: &str, tags: &BTreeMap<String, String>) -> Answer<()> {
        self.write("TagResource", |world| world.tag(tags)).await
    }

    async fn task_definition(&self, name: &str) -> Answer<Option<LiveTaskDefinition>> {
        self.read("DescribeTaskDefinition", |world| {
            world.task_definition(name)
        })
        .await
    }

    async fn register_task_definition(&self, document: &Document) -> Answer<TaskDefinitionArn> {
        self.write("RegisterTaskDefinition", |world| world.register(document))
            .await
    }

    async fn revisions_of_family(&self, _: &str, most: usize) -> Answer<Vec<TaskDefinitionArn>> {
        self.read("ListTaskDefinitions", |world| {
            let newest = world.task_definitions.iter().rev();
            newest
                .take(most)
                .map(|definition| definition.arn.clone())
                .collect()
        })
        .await
    }

    async fn service_deployments(&self, _: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
        self.read("ListServiceDeployments", |world| world.deployments.clone())
            .await
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

impl Requests for FakeCloud {
    fn calls(&self) -> u64 {
        self.requests.borrow().len() as u64
    }
}
