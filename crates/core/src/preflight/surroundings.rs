//! Lists what a release leans on, by the documents that ECS gets of it. Pure.

mod alarms;
mod first_step;
mod images;
mod network;
mod room;
mod secrets;
mod service_roles;

use std::collections::BTreeSet;

use serde_json::Value;

pub use alarms::Shifting;
use alarms::watched_alarms;
pub use first_step::{FirstStep, Looker};
pub use images::{Image, ImagePlace};
pub(super) use network::groups;
pub use network::{Balanced, Network};
pub(super) use room::is_fargates;
pub use room::{Compute, Room};
pub use secrets::{Secret, SecretPlace};
pub use service_roles::{Function, RoleUse, ServiceRole};

use crate::cloud::preconditions::{Platform, Question};
use crate::release::Document;
use crate::release::ids::Caller;
use crate::release::weights;
use crate::shape::items;
use mlship_text::arn::Arn;

/// A release as ECS will have it.
#[derive(Debug, Clone, Copy)]
pub struct Documents<'a> {
    /// The task definition.
    pub task_definition: &'a Document,
    /// The service: what is written, over what is there.
    pub service: &'a Document,
}

/// What a release leans on.
#[derive(Debug, Clone, PartialEq)]
pub struct Surroundings {
    /// Who deploys it, and where to.
    pub caller: Caller,
    /// The images.
    pub images: Vec<Image>,
    /// What the tasks run on, where that is said.
    pub platform: Option<Platform>,
    /// Secrets and parameters.
    pub secrets: Vec<Secret>,
    /// The role by which ECS starts tasks.
    pub execution_role: Option<String>,
    /// The role of the model's own code.
    pub task_role: Option<String>,
    /// The roles that ECS itself takes on for the service.
    pub service_roles: Vec<ServiceRole>,
    /// The log groups.
    pub logs: Vec<LogGroup>,
    /// Where the weights are, where a container fetches them from S3.
    pub weights: Option<String>,
    /// What the tasks' addresses are in, where they have their own.
    pub network: Option<Network>,
    /// The target groups.
    pub balanced: Vec<Balanced>,
    /// Whether each task has an address of its own.
    pub is_awsvpc: bool,
    /// Where the tasks run.
    pub compute: Compute,
    /// The cluster.
    pub cluster: String,
    /// What the tasks take.
    pub room: Room,
    /// The alarms that end a rollout.
    pub alarms: Vec<String>,
    /// Those of them that the deploy makes.
    pub described: BTreeSet<String>,
    /// How traffic moves, where it does between two groups.
    pub shifting: Option<Shifting>,
    /// What the first step has to see, where there are several, and traffic that moves.
    pub first_step: Option<FirstStep>,
    /// How long the model's container may take to start, in seconds, where it says so.
    pub start_period: Option<u64>,
    /// How long the load balancer's checks do not count, in seconds.
    pub grace: u64,
}

/// A log group that a container writes to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogGroup {
    /// The region it is in; nothing for that of the service.
    pub region: Option<String>,
    /// Its name.
    pub name: String,
    /// Whether the container's start makes it where it is missing.
    pub is_made: bool,
}

impl LogGroup {
    /// Returns what to ask of it.
    #[must_use]
    pub fn question(&self) -> Question {
        Question::LogGroup {
            region: self.region.clone(),
            name: self.name.clone(),
        }
    }
}

impl Surroundings {
    /// Reads a release's documents.
    #[must_use]
    pub fn of(documents: Documents<'_>, cluster: &str, caller: &Caller) -> Self {
        let Documents {
            task_definition: task,
            service,
        } = documents;
        let text = |name: &str| task.get(name).and_then(Value::as_str).map(str::to_owned);
        let compute = Compute::of(service);
        let is_awsvpc = text("networkMode").as_deref() == Some("awsvpc");
        let mut surroundings = Self {
            caller: caller.clone(),
            images: images::images(task),
            platform: platform(task),
            secrets: secrets::secrets(task),
            execution_role: text("executionRoleArn"),
            task_role: text("taskRoleArn"),
            service_roles: service_roles::service_roles(service),
            logs: logs(task),
            weights: weights_uri(task),
            network: is_awsvpc.then(|| Network::of(service)).flatten(),
            balanced: network::balanced(service),
            is_awsvpc,
            room: Room::of(task, service),
            compute,
            cluster: cluster.to_owned(),
            alarms: watched_alarms(service),
            described: BTreeSet::new(),
            shifting: Shifting::of(service),
            first_step: None,
            start_period: start_period(task),
            grace: number(service.get("healthCheckGracePeriodSeconds")).unwrap_or(0),
        };
        surroundings.logs.sort();
        surroundings.logs.dedup();
        surroundings
    }

    /// Returns the partition, as ARNs name it.
    #[must_use]
    pub fn partition(&self) -> &str {
        let arns = [&self.execution_role, &self.task_role]
            .into_iter()
            .flatten();
        let arns = arns.map(String::as_str).chain([self.caller.arn.as_str()]);
        arns.filter_map(Arn::parse)
            .map(|arn| arn.partition)
            .next()
            .unwrap_or("aws")
    }
}

fn platform(task: &Document) -> Option<Platform> {
    let said = task.get("runtimePlatform")?;
    let architecture = match said["cpuArchitecture"].as_str()? {
        "X86_64" => "amd64",
        "ARM64" => "arm64",
        _ => return None,
    };
    let family = said["operatingSystemFamily"].as_str().unwrap_or("LINUX");
    let system = if family.starts_with("WINDOWS") {
        "windows"
    } else {
        "linux"
    };
    Some(Platform {
        system: system.to_owned(),
        architecture: architecture.to_owned(),
    })
}

fn logs(task: &Document) -> Vec<LogGroup> {
    let containers = items(task.get("containerDefinitions"));
    let groups = containers.filter_map(|container| {
        let logs = &container["logConfiguration"];
        let options = &logs["options"];
        if logs["logDriver"] != "awslogs" {
            return None;
        }
        Some(LogGroup {
            region: options["awslogs-region"].as_str().map(str::to_owned),
            name: options["awslogs-group"].as_str()?.to_owned(),
            is_made: options["awslogs-create-group"] == "true",
        })
    });
    groups.collect()
}

fn weights_uri(task: &Document) -> Option<String> {
    let mut containers = items(task.get("containerDefinitions"));
    let init = containers.find(|container| container["name"] == weights::CONTAINER)?;
    let mut variables = items(init.get("environment"));
    let uri = variables.find(|variable| variable["name"] == "MLSHIP_URI")?;
    uri["value"].as_str().map(str::to_owned)
}

fn start_period(task: &Document) -> Option<u64> {
    let model = items(task.get("containerDefinitions")).next()?;
    number(model["healthCheck"].get("startPeriod"))
}

/// ECS has sizes as numbers in some places and as texts in others.
fn number(value: Option<&Value>) -> Option<u64> {
    let value = value?;
    value
        .as_u64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}
