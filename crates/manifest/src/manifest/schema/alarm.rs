//! `rollout.alarms`: alarms by their names, or by what they watch.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Period, Text};

/// An alarm that fails the release when it goes off: the name of one that is there, or a mapping
/// that says what mlship's own watches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RolloutAlarm {
    /// The name of an alarm that somebody else made.
    Named(#[schemars(length(min = 1, max = 255))] String),
    /// One that mlship makes.
    Described(Box<DescribedAlarm>),
}

/// What an alarm watches: exactly one of these, on each target group of the service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DescribedAlarm {
    /// The share of requests that the tasks answered with 5xx or did not answer at all, in minutes
    /// of at least 20 requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_rate: Option<ShareLimit>,
    /// How long the tasks take to answer on average, in minutes of at least 20 requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_latency: Option<LatencyLimit>,
    /// How long the tasks take at most for half of the requests, in minutes of at least 20.
    #[serde(rename = "p50Latency", skip_serializing_if = "Option::is_none")]
    pub p50_latency: Option<LatencyLimit>,
    /// The same for 90 % of the requests.
    #[serde(rename = "p90Latency", skip_serializing_if = "Option::is_none")]
    pub p90_latency: Option<LatencyLimit>,
    /// The same for 95 % of the requests.
    #[serde(rename = "p95Latency", skip_serializing_if = "Option::is_none")]
    pub p95_latency: Option<LatencyLimit>,
    /// The same for 99 % of the requests.
    #[serde(rename = "p99Latency", skip_serializing_if = "Option::is_none")]
    pub p99_latency: Option<LatencyLimit>,
    /// How many tasks the load balancer finds unhealthy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unhealthy_hosts: Option<HostLimit>,
}

/// Above which share of the requests, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShareLimit {
    /// The share, such as `2%` or `0.5%`: it goes off above it.
    #[schemars(with = "Text", extend("examples" = ["2%"]))]
    pub above: String,
    /// How many minutes in a row it has to be above that, such as `3m`; `2m` by default.
    #[schemars(with = "Period", extend("examples" = ["3m"]))]
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    pub lasting: Option<String>,
}

/// Above which time, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LatencyLimit {
    /// The time, such as `300ms` or `2s`: it goes off above it.
    #[schemars(with = "Period", extend("examples" = ["300ms"]))]
    pub above: String,
    /// How many minutes in a row it has to be above that, such as `3m`; `2m` by default.
    #[schemars(with = "Period", extend("examples" = ["3m"]))]
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    pub lasting: Option<String>,
}

/// Above which number of tasks, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostLimit {
    /// The number: it goes off above it.
    #[schemars(range(min = 0, max = 1000), example = 0)]
    pub above: u32,
    /// How many minutes in a row it has to be above that, such as `3m`; `2m` by default.
    #[schemars(with = "Period", extend("examples" = ["3m"]))]
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    pub lasting: Option<String>,
}
