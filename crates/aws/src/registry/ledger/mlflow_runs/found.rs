//! A run as MLflow has it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::super::mlflow::pairs;

/// A run.
pub(super) struct Found {
    pub(super) id: String,
    /// Where its artifacts are.
    pub(super) artifacts: String,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) tags: BTreeMap<String, String>,
}

impl Found {
    pub(super) fn read(run: &Value) -> Option<Self> {
        let (info, data) = (&run["info"], &run["data"]);
        Some(Self {
            id: super::id(&info["run_id"])?,
            artifacts: info["artifact_uri"].as_str().unwrap_or_default().to_owned(),
            parameters: pairs(&data["params"]),
            tags: pairs(&data["tags"]),
        })
    }
}
