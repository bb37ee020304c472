//! `runtime`: how the model's container runs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Text;

/// How the model's container runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Runtime {
    /// The name of the model's container; `model.name` by default.
    #[schemars(length(min = 1, max = 255), regex(pattern = r"^[a-zA-Z0-9_-]{1,255}$"), example = &"app")]
    pub container: Option<String>,
    /// What the tasks run on; `fargate` by default.
    pub compute: Option<Compute>,
    /// The capacity providers that tasks are spread over, instead of `compute`; with `compute`
    /// where it says what kind of providers they are.
    #[schemars(length(min = 1, max = 20))]
    pub capacity_providers: Option<Vec<CapacityProvider>>,
    /// CPU of the task, in ECS CPU units: 1024 is one vCPU. Needed on Fargate.
    #[schemars(range(min = 128, max = 196_608), example = 1024)]
    pub cpu: Option<u32>,
    /// Memory of the task, in MiB: 2048 is 2 GiB. Needed on Fargate.
    #[schemars(range(min = 6, max = 33_554_432), example = 2048)]
    pub memory: Option<u32>,
    /// The processor architecture that the image was built for; `x86_64` by default.
    pub arch: Option<Arch>,
    /// GPUs of the container; 0 by default. Not on Fargate.
    #[schemars(range(min = 0, max = 64))]
    pub gpu: Option<u32>,
    /// The port that the container listens on.
    #[schemars(range(min = 1, max = 65535), example = 8080)]
    pub port: Option<u16>,
    /// The ports that the container listens on, instead of `port`; the first is the load
    /// balancer's.
    #[schemars(length(min = 1, max = 100), inner(range(min = 1, max = 65535)))]
    pub ports: Option<Vec<u16>>,
    /// The program that the container runs, instead of the image's entry point.
    #[schemars(length(min = 1))]
    pub entry_point: Option<Vec<String>>,
    /// The arguments of the entry point, instead of the image's command.
    #[schemars(length(min = 1))]
    pub command: Option<Vec<String>>,
    /// Environment variables of the container, readable by anyone who may describe the task
    /// definition; for anything confidential use `secrets`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Text>")]
    pub env: BTreeMap<String, String>,
    /// Environment variables that ECS fills in from AWS: the ARN of a Secrets Manager secret, or
    /// the ARN or name of an SSM parameter.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
    /// The IAM roles of the task.
    pub roles: Option<Roles>,
    /// The size of `/dev/shm`, in MiB. Not on Fargate.
    #[serde(rename = "sharedMemoryMiB")]
    #[schemars(range(min = 1, max = 33_554_432))]
    pub shared_memory_mib: Option<u32>,
    /// Disk of the task, in GiB: 21 to 200. Left out, Fargate gives 20.
    #[serde(rename = "ephemeralStorageGiB")]
    #[schemars(range(min = 21, max = 200))]
    pub ephemeral_storage_gib: Option<u32>,
    /// Where the container's output goes.
    pub logs: Option<Logs>,
}

/// What tasks can run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Compute {
    /// AWS Fargate: no instances to look after.
    Fargate,
    /// EC2 instances that are registered in the cluster.
    Ec2,
    /// EC2 instances that ECS looks after.
    ManagedInstances,
}

/// One capacity provider of a strategy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CapacityProvider {
    /// Its name, such as `FARGATE_SPOT`.
    #[schemars(length(min = 1, max = 255), example = &"FARGATE_SPOT")]
    pub name: String,
    /// Its share of the tasks beyond `base`, relative to the others; 0 by default.
    #[schemars(range(min = 0, max = 1000))]
    pub weight: Option<u32>,
    /// How many tasks it runs before the weights count; 0 by default.
    #[schemars(range(min = 0, max = 100_000))]
    pub base: Option<u32>,
}

impl CapacityProvider {
    /// Returns whether it is one of the two that every cluster can have.
    #[must_use]
    pub fn is_fargate(&self) -> bool {
        matches!(self.name.as_str(), "FARGATE" | "FARGATE_SPOT")
    }
}

/// Processor architectures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Arch {
    /// Intel and AMD.
    #[serde(rename = "x86_64")]
    X86_64,
    /// Graviton.
    #[serde(rename = "arm64")]
    Arm64,
}

/// The IAM roles of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Roles {
    /// The ARN of the role with which ECS pulls the image, reads the secrets and writes the logs; a
    /// name stands for the role at the path `/` of the account.
    #[schemars(length(min = 1), example = &"arn:aws:iam::111122223333:role/ecsTaskExecutionRole")]
    pub execution: Option<String>,
    /// The ARN, or the name, of the role that the model's own code has.
    #[schemars(length(min = 1), example = &"arn:aws:iam::111122223333:role/fraud-scorer")]
    pub task: Option<String>,
}

/// Where the container's output goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Logs {
    /// The `CloudWatch` log group; created when missing.
    #[schemars(length(min = 1, max = 512), example = &"/ml/fraud-scorer")]
    pub group: String,
}
