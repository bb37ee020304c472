//! Where a release's model comes from, for plans, reports and tags.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a plan keeps of the registry's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The reference, as it was written.
    pub reference: String,
    /// The registered model.
    pub model: String,
    /// The version that the reference named.
    pub version: String,
    /// The training run.
    pub run_id: Option<String>,
    /// Its commit.
    pub git_sha: Option<String>,
    /// The metrics; those that a gate asks for come first in what people read.
    pub metrics: BTreeMap<String, f64>,
    /// The metrics of what serves, where that is known.
    pub before: Option<PreviousVersion>,
    /// Where a person reads more about it.
    pub page: Option<String>,
    /// Gates that did not hold and were overridden, with the reason.
    pub overridden: BTreeMap<String, String>,
    /// The metrics that matter to this release.
    pub required: Vec<String>,
}

/// The version that serves while the plan is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreviousVersion {
    /// Its number.
    pub version: String,
    /// Its metrics.
    pub metrics: BTreeMap<String, f64>,
}

impl Origin {
    /// Returns the metrics in the order of their importance to this release.
    pub fn metrics(&self) -> impl Iterator<Item = (&str, f64)> {
        let required = |name: &String| self.required.contains(name);
        let first = self.metrics.iter().filter(move |(name, _)| required(name));
        let rest = self.metrics.iter().filter(move |(name, _)| !required(name));
        first
            .chain(rest)
            .map(|(name, value)| (name.as_str(), *value))
    }

    /// Returns the metrics of the model as one line, as long as it may be.
    #[must_use]
    pub fn metrics_within(&self, longest: usize) -> String {
        let mut line = String::new();
        for (name, value) in self.metrics() {
            let pair = format!("{name}={value}");
            let space = usize::from(!line.is_empty());
            if line.chars().count() + space + pair.chars().count() > longest {
                break;
            }
            if space == 1 {
                line.push(' ');
            }
            line.push_str(&pair);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        let metrics = [("auc", 0.931), ("f1", 0.8), ("zz", 1.0)];
        let metrics = metrics.map(|(name, value)| (name.to_owned(), value));
        Origin {
            reference: "models:/fraud@champion".to_owned(),
            model: "fraud".to_owned(),
            version: "9".to_owned(),
            run_id: None,
            git_sha: None,
            metrics: metrics.into_iter().collect(),
            before: None,
            page: None,
            overridden: BTreeMap::new(),
            required: vec!["zz".to_owned()],
        }
    }

    #[test]
    fn what_a_gate_asks_for_comes_first() {
        assert_eq!(origin().metrics_within(256), "zz=1 auc=0.931 f1=0.8");
    }

    #[test]
    fn a_line_ends_with_a_whole_metric() {
        assert_eq!(origin().metrics_within(15), "zz=1 auc=0.931");
        assert_eq!(origin().metrics_within(13), "zz=1");
        assert_eq!(origin().metrics_within(3), "");
    }
}
