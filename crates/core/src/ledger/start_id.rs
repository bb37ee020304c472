//! The id of an experiment's start: the same whoever reckons it from the rule, and no other's.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::release::ids::RuleArn;

/// Which start of an experiment is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StartId(String);

impl StartId {
    /// Returns the id of an experiment that began on a rule at a time: no rule has two at once.
    #[must_use]
    pub fn new(name: &str, rule: &RuleArn, started: Timestamp) -> Self {
        let mut digest = mlship_text::digest::digest(&json!([name, rule]));
        digest.truncate(8);
        Self(format!("{}-{digest}", started.strftime("%Y%m%dT%H%M%SZ")))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StartId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
