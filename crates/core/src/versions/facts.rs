//! What is known of a version: from its registry, or as it was when it was released for a test.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::parts_of;
use crate::ledger::ExperimentRecord;
use crate::registry::{RegisteredVersion, truncated};

/// Where it is known from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactSource {
    /// The model registry.
    Registry,
    /// The record of this experiment.
    Record(String),
}

/// What is known of a version.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionFacts {
    /// Its number or name.
    pub version: String,
    /// Where it is known from.
    pub source: FactSource,
    /// The training run.
    pub run_id: Option<String>,
    /// The commit of that run; of a record perhaps that of the release.
    pub git_sha: Option<String>,
    /// When it was trained.
    pub trained: Option<Timestamp>,
    /// When it was registered.
    pub registered: Option<Timestamp>,
    /// Where a person reads more about it.
    pub page: Option<String>,
    /// The metrics of the training run.
    pub metrics: BTreeMap<String, f64>,
}

impl VersionFacts {
    /// Takes what a registry says.
    #[must_use]
    pub fn of_registry(version: &RegisteredVersion) -> Self {
        let metrics = version.metrics.iter();
        Self {
            version: version.version.clone(),
            source: FactSource::Registry,
            run_id: version.run_id.as_deref().map(truncated),
            git_sha: version.git_sha.as_deref().map(truncated),
            trained: version.trained,
            registered: version.created,
            page: version.page.clone(),
            metrics: metrics
                .map(|(name, value)| (truncated(name), *value))
                .collect(),
        }
    }

    /// Takes what the newest record of a version says, where there is one.
    #[must_use]
    pub fn of_records(model: &str, version: &str, records: &[ExperimentRecord]) -> Option<Self> {
        let with = records.iter().filter_map(|record| {
            let part = *parts_of(record, model, version).first()?;
            Some((record, part.release.as_ref()?))
        });
        // One that has metrics tells more than a newer one without.
        let (record, release) =
            with.max_by_key(|(record, release)| (!release.offline.is_empty(), record.ended))?;
        Some(Self {
            version: version.to_owned(),
            source: FactSource::Record(record.experiment.clone()),
            run_id: release.run_id.clone(),
            git_sha: release.git_sha.clone(),
            trained: None,
            registered: None,
            page: None,
            metrics: release.offline.clone(),
        })
    }
}
