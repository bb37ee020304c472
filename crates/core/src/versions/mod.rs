//! Two versions of a model: what their training runs measured beside what production said of them,
//! test by test. Pure. Tests are never pooled: each has clients, metric and level of its own.

mod facts;
mod offline;
mod production;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod verdict;

use std::collections::BTreeMap;

pub use facts::{FactSource, VersionFacts};
pub use offline::{OfflineMetric, OfflineState};
pub use production::{Effect, GuardrailFinding, NoEffect, SharedTest, Side};
pub use verdict::TestResult;

use jiff::Timestamp;

use crate::ledger::{ExperimentRecord, Part, StartId};
use crate::release::as_tag;
use mlship_manifest::schema::Better;

/// One of the two versions, in the order in which they were named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one that the other is held against.
    First,
    /// The one whose differences are told.
    Second,
}

/// What a comparison is made of.
#[derive(Debug, Clone)]
pub struct Material<'a> {
    /// The model, by its name in the registry or its own.
    pub model: &'a str,
    /// The two versions.
    pub versions: [VersionFacts; 2],
    /// What ledgers have.
    pub records: &'a [ExperimentRecord],
    /// Which values of metrics are better, where somebody says so.
    pub better: &'a BTreeMap<String, Better>,
}

/// Two versions beside each other. All differences are of the second to the first.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionComparison {
    /// The model.
    pub model: String,
    /// The two versions.
    pub versions: [VersionFacts; 2],
    /// The metrics of their training runs, by name.
    pub offline: Vec<OfflineMetric>,
    /// The tests in which both took part, newest first.
    pub tests: Vec<SharedTest>,
    /// The other tests of each, newest first.
    pub others: Vec<OtherTest>,
    /// Tests with a variant of which nobody knows what served there.
    pub unknown: Vec<StartId>,
}

/// A test in which one of the versions took part without the other.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherTest {
    /// Which one.
    pub which: Which,
    /// The test.
    pub experiment: String,
    /// The id of its start.
    pub id: StartId,
    /// When it ended.
    pub ended: Timestamp,
    /// The verdict at which it was ended, by its word.
    pub outcome: String,
    /// The variant that got all the traffic.
    pub winner: String,
    /// The variant that the version was.
    pub variant: String,
    /// Whether the others were compared with it.
    pub control: bool,
    /// The other variants.
    pub against: Vec<Part>,
}

impl VersionComparison {
    /// Compares two versions.
    #[must_use]
    pub fn of(material: Material<'_>) -> Self {
        let Material {
            model,
            versions,
            records,
            better,
        } = material;
        let numbers = versions.each_ref().map(|facts| &*facts.version);
        let [first, second] = versions.each_ref().map(|facts| &facts.metrics);
        let offline = offline::compared(first, second, better);
        let (mut tests, mut others, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
        for record in newest_first(records) {
            let [first, second] = numbers.map(|version| parts_of(record, model, version));
            for one in &first {
                let pairs = second.iter().map(|other| [*one, *other]);
                tests.extend(pairs.map(|pair| SharedTest::of(record, pair)));
            }
            if first.is_empty() || second.is_empty() {
                let own = [(Which::First, &first), (Which::Second, &second)];
                for (which, parts) in own {
                    others.extend(parts.iter().map(|part| OtherTest::of(which, record, part)));
                }
                if record.variants.iter().any(is_unknown) {
                    unknown.push(record.id.clone());
                }
            }
        }
        Self {
            model: model.to_owned(),
            versions,
            offline,
            tests,
            others,
            unknown,
        }
    }
}

impl VersionComparison {
    /// Returns the metrics of training that speak for the other version than a test decided for.
    #[must_use]
    pub fn contradicted_by(&self, test: &SharedTest) -> Vec<&OfflineMetric> {
        let Some(decided) = test.result.decides_for() else {
            return Vec::new();
        };
        let speaks = |metric: &&OfflineMetric| {
            let favours = metric.state.favours();
            favours.is_some_and(|favoured| favoured != decided)
        };
        self.offline.iter().filter(speaks).collect()
    }
}

impl OtherTest {
    fn of(which: Which, record: &ExperimentRecord, part: &Part) -> Self {
        let against = record.variants.iter();
        let against = against.filter(|other| other.name != part.name);
        Self {
            which,
            experiment: record.experiment.clone(),
            id: record.id.clone(),
            ended: record.ended,
            outcome: record.outcome.clone(),
            winner: record.winner.clone(),
            variant: part.name.clone(),
            control: part.control,
            against: against.cloned().collect(),
        }
    }
}

/// Returns the variants of an experiment that a version of a model was.
#[must_use]
pub fn parts_of<'a>(record: &'a ExperimentRecord, model: &str, version: &str) -> Vec<&'a Part> {
    let was = |part: &&Part| {
        let release = part.release.as_ref();
        release.is_some_and(|release| {
            is_named(release.model.as_deref(), model)
                && is_named(release.version.as_deref(), version)
        })
    };
    record.variants.iter().filter(was).collect()
}

/// A tag, which either side may know a name from, does not take every character of it.
fn is_named(recorded: Option<&str>, asked: &str) -> bool {
    recorded.is_some_and(|recorded| {
        recorded == asked || recorded == as_tag(asked) || as_tag(recorded) == asked
    })
}

fn is_unknown(part: &Part) -> bool {
    let release = part.release.as_ref();
    release.is_none_or(|release| release.model.is_none() || release.version.is_none())
}

fn newest_first(records: &[ExperimentRecord]) -> Vec<&ExperimentRecord> {
    let mut records: Vec<&ExperimentRecord> = records.iter().collect();
    records.sort_by(|one, other| (other.ended, &other.id).cmp(&(one.ended, &one.id)));
    records
}
