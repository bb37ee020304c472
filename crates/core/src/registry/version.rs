//! A registered version, in terms common to all registries.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One version of a registered model, as its registry describes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RegisteredVersion {
    /// The registered model.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The training run that made it.
    pub run_id: Option<String>,
    /// The commit of that run.
    pub git_sha: Option<String>,
    /// Its metrics, the model's own before those of the run.
    pub metrics: BTreeMap<String, f64>,
    /// The version's tags.
    pub tags: BTreeMap<String, String>,
    /// Where its files are; a directory has a `/` at its end.
    pub artifact_uri: Option<String>,
    /// When its run ended, or began.
    #[serde(default)]
    pub trained: Option<Timestamp>,
    /// When it was registered.
    pub created: Option<Timestamp>,
    /// Whether somebody approved it, in the registry's own way.
    pub approved: bool,
    /// What keeps it from being used, where the registry says so.
    pub unusable: Option<String>,
    /// Where a person reads more about it.
    pub page: Option<String>,
}
