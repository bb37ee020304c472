//! Gates: conditions that a registered version must meet before it is released. Pure.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::RegisteredVersion;
use super::truncate::truncated;
use mlship_manifest::member;
use mlship_manifest::schema::{Better, MetricGate, Require};

/// Something that must hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// Bounds on a metric.
    Metric(String),
    /// The value of a tag.
    Tag(String),
    /// Somebody's approval.
    Approved,
    /// The greatest age.
    Age,
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metric(name) => write!(f, "metrics.{name}"),
            Self::Tag(name) => write!(f, "tags.{name}"),
            Self::Approved => f.write_str("approved"),
            Self::Age => f.write_str("maxAgeDays"),
        }
    }
}

/// A gate that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// Which.
    pub gate: Gate,
    /// The field that asks for it.
    pub path: String,
    /// The value, and what was asked for.
    pub message: String,
}

/// What a version is held against.
#[derive(Debug, Clone, Copy)]
pub struct Gates<'a> {
    /// What is asked for.
    pub require: &'a Require,
    /// The version that is to be released.
    pub version: &'a RegisteredVersion,
    /// What serves now.
    pub serving: Serving<'a>,
    /// The present.
    pub now: Timestamp,
}

/// What serves now, as far as the registry knows it.
#[derive(Debug, Clone, Copy)]
pub enum Serving<'a> {
    /// Nothing: any metric is as good as that.
    Nothing,
    /// This version.
    Version(&'a RegisteredVersion),
    /// A version that the registry no longer has.
    Gone(&'a str),
    /// Something that does not say which version it is.
    Unknown(&'a str),
}

impl Gates<'_> {
    /// Returns every gate of the requirements, as it can be overridden.
    #[must_use]
    pub fn all(require: &Require) -> Vec<Gate> {
        let metrics = require.metrics.keys().cloned().map(Gate::Metric);
        let tags = require.tags.keys().cloned().map(Gate::Tag);
        let approved = (require.approved == Some(true)).then_some(Gate::Approved);
        let age = require.max_age_days.map(|_| Gate::Age);
        metrics.chain(tags).chain(approved).chain(age).collect()
    }

    /// Returns every gate that does not hold.
    #[must_use]
    pub fn failed(&self) -> Vec<Failed> {
        let mut found = Vec::new();
        for (name, bounds) in &self.require.metrics {
            found.extend(self.metric(name, bounds));
        }
        for (name, wanted) in &self.require.tags {
            found.extend(self.tag(name, wanted));
        }
        if self.require.approved == Some(true) && !self.version.approved {
            let message = format!("{} is not approved", self.what());
            found.push(failed(Gate::Approved, "approved", message));
        }
        found.extend(self.age());
        found
    }

    fn what(&self) -> String {
        format!("version {}", self.version.version)
    }

    fn metric(&self, name: &str, bounds: &MetricGate) -> Vec<Failed> {
        let fails = |bound: &str, message: String| {
            let path = member("metrics", name);
            failed(
                Gate::Metric(name.to_owned()),
                &format!("{path}{bound}"),
                message,
            )
        };
        let Some(value) = self.version.metrics.get(name).copied() else {
            let message = format!("{} has no metric {name}{}", self.what(), self.has());
            return vec![fails("", message)];
        };
        let what = format!("{name} of {} is {value}", self.what());
        // No bound was meant to let through what a broken computation gives.
        if !value.is_finite() {
            return vec![fails("", format!("{what}, which is no result"))];
        }
        let mut found = Vec::new();
        if let Some(min) = bounds.min.filter(|min| value < *min) {
            found.push(fails(".min", format!("{what}, less than {min}")));
        }
        if let Some(max) = bounds.max.filter(|max| value > *max) {
            found.push(fails(".max", format!("{what}, more than {max}")));
        }
        if bounds.not_worse_than.is_some()
            && let Some(words) = self.worse(name, value, bounds.direction())
        {
            found.push(fails(".notWorseThan", format!("{what}, {words}")));
        }
        found
    }

    /// Says in which way a value is worse than that of what serves.
    fn worse(&self, name: &str, value: f64, better: Better) -> Option<String> {
        let current = match self.serving {
            Serving::Nothing => return None,
            Serving::Gone(version) => {
                return Some(format!(
                    "and version {version}, which serves, is no longer in the registry"
                ));
            }
            Serving::Unknown(what) => {
                return Some(format!(
                    "and {what}, which serves, does not say which registered version it is"
                ));
            }
            Serving::Version(current) => current,
        };
        let Some(before) = current.metrics.get(name) else {
            return Some(format!(
                "and version {}, which serves, has no such metric",
                current.version
            ));
        };
        if !before.is_finite() {
            return Some(format!(
                "and {before} of version {}, which serves, is nothing to compare it with",
                current.version
            ));
        }
        let is_worse = match better {
            Better::Higher => value < *before,
            Better::Lower => value > *before,
        };
        is_worse.then(|| {
            format!(
                "worse than {before} of version {}, which serves",
                current.version
            )
        })
    }

    fn has(&self) -> String {
        const MOST: usize = 8;
        let names: Vec<_> = self
            .version
            .metrics
            .keys()
            .map(|name| truncated(name))
            .collect();
        match names.len() {
            0 => ", nor any other".to_owned(),
            1..=MOST => format!("; it has {}", names.join(", ")),
            more => format!(
                "; it has {} and {} more",
                names[..MOST].join(", "),
                more - MOST
            ),
        }
    }

    fn tag(&self, name: &str, wanted: &str) -> Option<Failed> {
        let message = match self.version.tags.get(name) {
            Some(value) if value == wanted => return None,
            Some(value) => {
                let value = truncated(value);
                format!("tag {name} of {} is {value}, not {wanted}", self.what())
            }
            None => format!("{} has no tag {name}", self.what()),
        };
        let gate = Gate::Tag(name.to_owned());
        Some(failed(gate, &member("tags", name), message))
    }

    fn age(&self) -> Option<Failed> {
        let most = self.require.max_age_days?;
        let message = match self.version.created {
            None => format!("{} does not say when it was registered", self.what()),
            Some(created) => {
                let age = self.now.duration_since(created);
                if age <= SignedDuration::from_hours(24 * i64::from(most)) {
                    return None;
                }
                let days = age.as_hours() / 24;
                format!("{} is {days} days old, more than {most}", self.what())
            }
        };
        Some(failed(Gate::Age, "maxAgeDays", message))
    }
}

fn failed(gate: Gate, field: &str, message: String) -> Failed {
    Failed {
        gate,
        path: format!("model.require.{field}"),
        message,
    }
}

#[cfg(test)]
mod tests;
