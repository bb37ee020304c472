//! The last word on a service: the record that ends a JSON stream and fixes the exit code.

use serde::Serialize;

use crate::plan::{Plan, Previous};
use crate::release::Origin;
use crate::release::ids::ServiceId;
use crate::rollout::{Failure, Verdict};

/// How a command on one service ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResultRecord {
    /// One word for it.
    pub verdict: &'static str,
    /// The process's exit code for it.
    pub exit_code: u8,
    /// The service's name.
    pub service: String,
    /// Its cluster.
    pub cluster: String,
    /// What was released.
    pub release: Option<ReleaseRecord>,
    /// The task definition that carries it.
    pub task_definition: Option<String>,
    /// The deployment that was followed.
    pub deployment: Option<String>,
    /// What served before.
    pub previous: Option<Previous>,
    /// Where the model comes from, when a registry was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Box<Origin>>,
    /// What the model registry was told in the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<RegistryRecord>,
    /// Why it failed, when it did.
    pub failure: Option<Box<Failure>>,
    /// Requests sent to AWS, retries included.
    pub api_calls: u64,
    /// By ECS's own clock.
    pub duration_seconds: Option<f64>,
    /// What went wrong when there is no verdict, and the next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// What a model registry was told of a release's end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RegistryRecord {
    /// The versions that carry a tag about it now.
    pub tagged: Vec<String>,
    /// The alias that names another version now.
    pub alias: Option<AliasMove>,
    /// Why not everything could be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The command that tells it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<String>,
}

/// An alias that was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AliasMove {
    /// The alias.
    pub name: String,
    /// The version that it named.
    pub before: Option<String>,
    /// The version that it names.
    pub after: String,
}

/// A release as a report names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleaseRecord {
    /// The model.
    pub model: String,
    /// Its version.
    pub version: String,
    /// The image.
    pub image: String,
}

impl ReleaseRecord {
    /// Returns the release that a plan is about.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        Self {
            model: plan.model.name.clone(),
            version: plan.model.version.clone(),
            image: plan.image.clone(),
        }
    }
}

impl ResultRecord {
    /// Returns a record with nothing in it but how it ended.
    #[must_use]
    pub fn new(service: &ServiceId, verdict: &'static str, exit_code: u8) -> Self {
        Self {
            verdict,
            exit_code,
            service: service.name.to_string(),
            cluster: service.cluster.to_string(),
            release: None,
            task_definition: None,
            deployment: None,
            previous: None,
            origin: None,
            registry: None,
            failure: None,
            api_calls: 0,
            duration_seconds: None,
            error: None,
            hint: None,
        }
    }

    /// Adds what was planned.
    #[must_use]
    pub fn with_plan(mut self, plan: &Plan) -> Self {
        self.release = Some(ReleaseRecord::of(plan));
        self.previous.clone_from(&plan.previous);
        self.origin = plan.origin.clone().map(Box::new);
        self
    }
}

/// Returns the word that stands for a verdict in machine output.
#[must_use]
pub(crate) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Succeeded => "succeeded",
        Verdict::Unchanged => "unchanged",
        Verdict::Started => "started",
        Verdict::RolledBack => "rolled_back",
        Verdict::Failed => "failed",
        Verdict::Superseded => "superseded",
        Verdict::TimedOut => "timed_out",
        Verdict::Paused => "paused",
        Verdict::Interrupted => "interrupted",
        Verdict::Deleted => "error",
    }
}
