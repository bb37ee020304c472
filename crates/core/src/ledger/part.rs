//! A variant of an experiment that ended: what served there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::history::Entry;
use crate::release::ids::{ServiceId, TaskDefinitionArn};
use mlship_manifest::Reference;

/// A variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Whether the others were compared with it.
    pub control: bool,
    /// Its service.
    pub service: ServiceId,
    /// What served there when the experiment ended; none where nobody knows.
    pub release: Option<Release>,
}

/// What a service served.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// The model: by its name in the registry, where it is from one.
    pub model: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The reference that it was released by.
    pub reference: Option<String>,
    /// The training run.
    pub run_id: Option<String>,
    /// The commit of the training run, or of the release.
    pub git_sha: Option<String>,
    /// The metrics of the training run, as they were released.
    #[serde(default)]
    pub offline: BTreeMap<String, f64>,
    /// The image of the model's container.
    pub image: Option<String>,
    /// The digest of that image.
    pub digest: Option<String>,
    /// The task definition.
    pub task_definition: Option<TaskDefinitionArn>,
}

impl Release {
    /// Returns what a deployment brought.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let reference = entry.model_ref.as_deref();
        let registered = reference.and_then(|reference| Reference::parse(reference).ok());
        Self {
            model: registered
                .map(|reference| reference.name)
                .or_else(|| entry.model.clone()),
            version: entry.version.clone(),
            reference: entry.model_ref.clone(),
            run_id: entry.model_run.clone(),
            git_sha: entry
                .model_git_sha
                .clone()
                .or_else(|| entry.git_sha.clone()),
            offline: entry
                .model_metrics
                .as_deref()
                .map(metrics)
                .unwrap_or_default(),
            image: entry.image.clone(),
            digest: entry.digest.clone(),
            task_definition: entry.task_definition.clone(),
        }
    }
}

/// Reads metrics as a task definition's tag has them.
fn metrics(tag: &str) -> BTreeMap<String, f64> {
    let pairs = tag.split(' ').filter_map(|pair| pair.split_once('='));
    let read = pairs.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)));
    read.filter(|(_, value): &(String, f64)| value.is_finite())
        .collect()
}
