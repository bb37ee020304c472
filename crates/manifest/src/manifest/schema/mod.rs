//! The manifest's fields as types, and nothing that decides.
//!
//! The doc comments here are what an editor shows: they become the descriptions of the JSON
//! Schema, and the help of a diagnostic. Hence plain words, the unit, and the default. Numbers
//! carry their range. Optional fields stay optional: a later stage applies defaults.

mod alarm;
mod analysis;
mod experiment;
mod model;
mod rollout;
mod runtime;
mod service;
mod strategy;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use alarm::{DescribedAlarm, HostLimit, LatencyLimit, RolloutAlarm, ShareLimit};
pub use analysis::{Analysis, AnalysisMetric, BalancerMetric};
pub use experiment::{
    Answers, Assignment, Breach, Direction, Experiment, ExperimentKind, Guardrail, Metadata,
    Metric, MetricType, OnWinner, Primary, Stamp, TestDesign, Unit, Variant,
};
pub use model::{
    Artifact, Baseline, Better, Delivery, MetricGate, Model, Registry, RegistryType, Require,
};
pub use rollout::{Autoscaling, Rollout};
pub use runtime::{Arch, CapacityProvider, Compute, Logs, Roles, Runtime};
pub use service::{
    BalancedTraffic, ContainerCheck, DetachedTraffic, Health, Network, NetworkMode, Service,
    Traffic,
};
pub use strategy::{Hook, OnTimeout, Pause, Stage, Strategy};

use super::schema_check::{Period, Text};

/// A model release: which model, which image, how it runs on Amazon ECS, how it rolls out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelRelease {
    /// The version of this format.
    pub api_version: ApiVersion,
    /// What this file describes.
    pub kind: Kind,
    /// The model that is released.
    pub model: Model,
    /// The container image: a repository with a tag or, better, a digest.
    #[schemars(length(min = 1), example = &"111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:${GIT_SHA}")]
    pub image: String,
    /// The 12-digit AWS account this may be released to; any other caller is refused. Quoted,
    /// since it may begin with 0.
    #[schemars(length(min = 1), regex(pattern = r"^[0-9]{12}$"), example = &"111122223333")]
    pub account: Option<String>,
    /// The ECS service that runs the model.
    pub service: Service,
    /// How the model's container runs.
    pub runtime: Runtime,
    /// The network the tasks run in; needed to create a service.
    pub network: Option<Network>,
    /// How ECS knows that a task works.
    pub health: Option<Health>,
    /// How requests reach the model.
    pub traffic: Option<Traffic>,
    /// How a new release replaces the old one.
    pub rollout: Option<Rollout>,
    /// How the number of tasks follows the load.
    pub autoscaling: Option<Autoscaling>,
    /// Tags on the service and its task definition: at most 37, keys up to 128 characters and
    /// values up to 256.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Text>")]
    pub tags: BTreeMap<String, String>,
    /// Fields that belong to somebody else, by the paths that a diff shows: they are left as they
    /// are, and so is what is below them.
    #[serde(default)]
    #[schemars(length(max = 100), inner(length(min = 1)), extend("examples" = [["service.desired"]]))]
    pub ignore: Vec<String>,
    /// The escape hatch: ECS's own field names, merged last.
    pub overrides: Option<Overrides>,
}

impl ModelRelease {
    /// Returns the name of the model's container.
    #[must_use]
    pub fn container(&self) -> &str {
        self.runtime
            .container
            .as_deref()
            .unwrap_or(&self.model.name)
    }

    /// Returns how traffic moves to it, as it is written or by default.
    #[must_use]
    pub fn strategy(&self) -> Strategy {
        let written = self.rollout.as_ref().and_then(|rollout| rollout.strategy);
        written.unwrap_or(Strategy::Rolling)
    }

    /// Returns the task definition's family.
    #[must_use]
    pub fn family(&self) -> &str {
        self.service.family.as_deref().unwrap_or(&self.service.name)
    }
}

/// The version of the manifest's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ApiVersion {
    /// The only one so far.
    #[serde(rename = "mlship/v1")]
    V1,
}

/// What a manifest describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Kind {
    /// A model, released to one ECS service.
    ModelRelease,
}

/// Fields in ECS's own names, merged last: objects merge, `containerDefinitions` merge by name,
/// other lists replace.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Overrides {
    /// Fields of `RegisterTaskDefinition`.
    #[serde(default)]
    pub task_definition: serde_json::Map<String, serde_json::Value>,
    /// Fields of `CreateService` and `UpdateService`.
    #[serde(default)]
    pub service: serde_json::Map<String, serde_json::Value>,
}
