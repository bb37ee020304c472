//! Decides what must change. Reads no clock, no network and no environment.

mod alarms;
mod at_once;
mod autoscaling;
mod create;
mod diff;
mod document;
mod estimate;
mod field_names;
mod fingerprint;
mod ignored;
mod in_place;
mod kept;
mod kept_ports;
mod model_changes;
mod moving;
mod notes;
mod observed;
mod ownership;
mod planner;
mod refusals;
mod remaining;
mod rollback;
mod room;
mod secret_fields;
mod service_fields;
mod service_tags;
mod settings;
#[cfg(test)]
mod tests;
mod update;
mod wired;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use alarms::{ObservedAlarms, asks_about_alarms, unwatched_note};
pub use autoscaling::{Ask, asks_about_scaling, single_group_notes};
pub use diff::{Change, ChangeValues, SET_BY_ECS, SecretChange};
pub use document::plan_document;
pub use estimate::Estimate;
pub use fingerprint::fingerprint;
pub use in_place::{InPlace, Restoration, in_place};
pub use kept::Kept;
pub use moving::{Meets, moving_notes};
pub use observed::{Observed, is_of_another_service};
pub use planner::{asks_about_revision, plan, with_left_out};
pub use refusals::wrong_account;
pub use remaining::{Remaining, described, registered, remaining};
pub use rollback::{RollbackInput, plan_rollback};
pub use settings::has_succeeded;

use crate::release::ids::{Caller, DeploymentId, ServiceId, TaskDefinitionArn};
use crate::release::{
    AlarmWrites, Document, LiveTaskDefinition, MODEL, ModelVersion, STORY, ScalingWrite, VERSION,
};
use crate::release::{LiveService, Origin};
use crate::shape::{Defaults, meaning};
use crate::traffic::Inspection;
use mlship_manifest::Code;
use mlship_text::digest::digest;
use mlship_text::secrets::KnownSecrets;

/// How a service's deployments go, in the documents of ECS.
const CONFIGURATION: &str = "deploymentConfiguration";

/// What will be done, in full: executing it leaves nothing to choose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Which service.
    pub service: ServiceId,
    /// In which account and region.
    pub caller: Caller,
    /// Which model.
    pub model: ModelVersion,
    /// With which image.
    pub image: String,
    /// Where the model comes from, when a registry was asked.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// What serves now.
    pub previous: Option<Previous>,
    /// What it does to the running tasks.
    pub effect: Effect,
    /// What differs, in the manifest's terms.
    pub changes: Vec<Change>,
    /// What the service has, the manifest leaves out, and mlship never wrote.
    #[serde(default)]
    pub kept: Vec<Kept>,
    /// Fields that are left to somebody else.
    #[serde(default)]
    pub ignored: Vec<String>,
    /// Whether it takes over a service that mlship did not make.
    #[serde(default)]
    pub adopts: bool,
    /// How many tasks the service is to run now, before anything is written.
    #[serde(skip)]
    pub tasks: u32,
    /// How many of them really run.
    #[serde(skip)]
    pub running_tasks: u32,
    /// Whether the service runs no task, and is not told to run another number.
    #[serde(default)]
    pub is_idle: bool,
    /// The model that the service's tags name, if it is another one.
    #[serde(default)]
    pub other_model: Option<String>,
    /// The service's settings that the release writes, as its revision's tag has them.
    #[serde(default)]
    pub settings: String,
    /// The tags of the revision that serves; nothing where they are another service's, and stay.
    #[serde(skip)]
    pub recorded: Option<BTreeMap<String, String>>,
    /// The user's tags.
    #[serde(skip)]
    pub tags: BTreeMap<String, String>,
    /// What a reviewer should read twice.
    pub notes: Vec<String>,
    /// What brings back what it changes in place, which ECS leaves when it rolls back.
    #[serde(skip)]
    pub restoration: Option<Restoration>,
    /// What is written.
    pub writes: Writes,
    /// The deployment under way. It brings what is wanted when nothing starts another.
    pub running: Option<Started>,
    /// Whether that is ECS's way back to an older release, whose success is an old one.
    #[serde(default)]
    pub going_back: bool,
    /// The listener's rule of the experiment that the service takes part in, by its own tag.
    #[serde(default)]
    pub experiment: Option<String>,
    /// The newest revision of its family, as far as it was seen.
    #[serde(skip)]
    pub newest: Option<Box<LiveTaskDefinition>>,
    /// The service as it is there, for whoever looks at what the release leans on.
    #[serde(skip)]
    pub live: Option<Box<LiveService>>,
    /// What load balancers do with the service's requests, where ECS moves them.
    #[serde(skip)]
    pub traffic: Option<Box<Inspection>>,
    /// The state this plan was made from.
    pub observed: String,
    /// What variables with secret names filled in, so that nobody shows the plan without them.
    #[serde(skip, default = "KnownSecrets::none")]
    pub secrets: KnownSecrets,
}

/// A deployment that ECS has accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// Its entry in the service's `deployments`.
    pub deployment: DeploymentId,
    /// When ECS made it, by ECS's clock.
    pub created_at: Option<Timestamp>,
    /// What it brings.
    pub task_definition: TaskDefinitionArn,
    /// The service as the answer to the write that started it showed it, where that names its record:
    /// the first look needs no other.
    #[serde(skip)]
    pub shown: Option<Box<LiveService>>,
}

impl Plan {
    /// Returns a digest of what is written and of what it is written over. Where the release
    /// comes from is no part of it: reviewing and deploying are two runs of a pipeline.
    #[must_use]
    pub fn digest(&self) -> String {
        let register = self.writes.register.as_ref().map(|document| {
            let mut document = document.clone();
            if let Some(serde_json::Value::Array(tags)) = document.get_mut("tags") {
                tags.retain(|tag| !STORY.iter().any(|name| tag["key"] == *name));
            }
            meaning(Defaults::of_task_definition(&document), &document)
        });
        let service = self.writes.service.as_ref().map(|write| {
            let document = write.document();
            // A list that is written empty takes away what there is.
            let written: Vec<&String> = document.keys().collect();
            let meaning = meaning(Defaults::of_service(), document);
            json!([write.call(), written, meaning])
        });
        let mut whole = json!([
            self.service,
            self.caller.account,
            self.caller.region,
            [json!(register), json!(service)],
            [
                json!(self.writes.tags),
                json!(self.writes.untag),
                json!(self.writes.revision_tags)
            ],
            self.writes.scaling,
            self.observed
        ]);
        // Plans that were saved before there were alarms stay what they are.
        let alarms = &self.writes.alarms;
        if let (false, serde_json::Value::Array(parts)) = (alarms.are_none(), &mut whole) {
            parts.push(json!(alarms));
        }
        digest(&whole)
    }

    /// Returns how many tasks the service is to run once it is applied.
    #[must_use]
    pub fn wanted_tasks(&self) -> u32 {
        let document = self.writes.service.as_ref().map(ServiceWrite::document);
        let written = document.and_then(|document| document.get("desiredCount"));
        written.map_or(self.tasks, |count| notes::count(Some(count)))
    }

    /// Returns whether applying it starts a deployment.
    #[must_use]
    pub fn deploys(&self) -> bool {
        match self.effect {
            Effect::Create | Effect::ReplaceTasks => true,
            Effect::InPlace | Effect::None => false,
        }
    }
}

/// The release that serves while the plan is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// Its model, when its tags say so.
    pub model: Option<String>,
    /// Its version, when its tags say so.
    pub version: Option<String>,
    /// Its image.
    pub image: Option<String>,
    /// Its task definition.
    pub task_definition: TaskDefinitionArn,
}

impl Previous {
    /// Returns what a task definition and its tags tell.
    #[must_use]
    pub fn of(live: &LiveTaskDefinition) -> Self {
        Self {
            model: live.tags.get(MODEL).cloned(),
            version: live.tags.get(VERSION).cloned(),
            image: live.image().map(str::to_owned),
            task_definition: live.arn.clone(),
        }
    }

    /// Returns its version, or where no tag says that its revision.
    #[must_use]
    pub fn version_or_revision(&self) -> &str {
        let version = self.version.as_deref();
        version.unwrap_or_else(|| self.task_definition.short())
    }

    /// Names it as people do.
    #[must_use]
    pub fn words(&self) -> String {
        match (&self.model, &self.version) {
            (Some(model), Some(version)) => format!("{model} {version}"),
            (Some(_), None) | (None, Some(_) | None) => self.task_definition.short().to_owned(),
        }
    }
}

/// What a plan does to the running tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The service is made.
    Create,
    /// A deployment replaces the tasks.
    ReplaceTasks,
    /// The service changes, its tasks stay.
    InPlace,
    /// Nothing is written.
    None,
}

/// The writes of a plan, in the order they are made.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Writes {
    /// A revision to register first.
    pub register: Option<Document>,
    /// The one call that changes the service.
    pub service: Option<ServiceWrite>,
    /// Tags to add to the service.
    pub tags: BTreeMap<String, String>,
    /// Tags to take off the service.
    #[serde(default)]
    pub untag: Vec<String>,
    /// Tags to add to the revision that serves, where no other is registered.
    #[serde(default)]
    pub revision_tags: BTreeMap<String, String>,
    /// What makes the number of tasks follow the load, or no longer.
    #[serde(default)]
    pub scaling: Vec<ScalingWrite>,
    /// The alarms that the manifest describes, and those that it no longer does.
    #[serde(default)]
    pub alarms: AlarmWrites,
}

impl Writes {
    /// Says whether the number of tasks is written.
    #[must_use]
    pub fn has_count(&self) -> bool {
        let service = self.service.as_ref().map(ServiceWrite::document);
        service.is_some_and(|document| document.contains_key("desiredCount"))
    }

    /// Says whether nothing is written. A revision is registered for a service's write alone.
    #[must_use]
    pub fn are_none(&self) -> bool {
        let no_tags =
            self.tags.is_empty() && self.untag.is_empty() && self.revision_tags.is_empty();
        self.service.is_none() && no_tags && self.scaling.is_empty() && self.alarms.are_none()
    }
}

/// The one call that changes the service. Two calls would make two deployments, and the second
/// would supersede the first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceWrite {
    /// `CreateService`, which always starts a deployment.
    Create(Document),
    /// `UpdateService` with something in it that starts a deployment.
    Deploy(Document),
    /// `UpdateService` with nothing in it that starts a deployment.
    Adjust(Document),
}

impl ServiceWrite {
    /// Returns what is sent.
    #[must_use]
    pub const fn document(&self) -> &Document {
        match self {
            Self::Create(document) | Self::Deploy(document) | Self::Adjust(document) => document,
        }
    }

    const fn call(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Deploy(_) => "deploy",
            Self::Adjust(_) => "adjust",
        }
    }
}

/// When a deployment is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Redeploy {
    /// When something changes that needs one.
    #[default]
    WhenChanged,
    /// In any case, such as to pull a mutable tag again.
    Always,
}

/// Why a plan is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule that it is of.
    pub code: Code,
    /// The manifest's field at fault.
    pub path: &'static str,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub help: String,
}
