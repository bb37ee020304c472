//! Alarms of mlship's own: what a described one is called, and what `CloudWatch` gets of it.

mod queries;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

pub use queries::ONLY_METRIC;

use super::Document;
use super::ids::{RuleArn, ServiceId, TargetGroupArn};
use crate::shape::items;
use mlship_manifest::schema::{ModelRelease, Traffic};
use mlship_manifest::{AlarmMetric, AlarmTerms};
use mlship_text::arn::Arn;
use mlship_text::digest::digest;

/// On a service: alarms were made for it here, so that `CloudWatch` is asked for them even when the
/// manifest describes none any more.
pub const ALARMED: &str = "mlship:alarms";
/// On an alarm: the service that it was made for, as `cluster/name`.
pub const ALARM_OF: &str = "mlship:service";

/// The most characters of a service's name that an alarm's name has.
const LONGEST_SERVICE: usize = 128;
/// An alarm that a manifest describes, on one target group.
#[derive(Debug, Clone, PartialEq)]
pub struct DesiredAlarm {
    /// Its name in `CloudWatch`.
    pub name: String,
    /// The target group that it watches.
    pub group: TargetGroupArn,
    /// The rule that requests come by, where the manifest names it: its load balancer tells of them,
    /// also before the rule has the group.
    pub rule: Option<RuleArn>,
    /// What it watches, and when it goes off.
    pub terms: AlarmTerms,
}

/// Where a metric's points come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AlarmSource {
    /// A metric, each minute.
    Metric {
        /// Such as `AWS/ApplicationELB`.
        namespace: String,
        /// Its name.
        name: String,
        /// Its dimensions.
        dimensions: BTreeMap<String, String>,
        /// Such as `Sum` or `p95`.
        statistic: String,
        /// Seconds that a point stands for.
        period: u32,
    },
    /// Metric math over the others, by their ids.
    Expression(String),
}

/// One of the metrics that an alarm is made of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AlarmQuery {
    /// How expressions call it.
    pub id: String,
    /// Whether it is what the alarm is about.
    pub is_returned: bool,
    /// Where its points come from.
    pub source: AlarmSource,
}

/// An alarm as `PutMetricAlarm` takes it, which makes it or writes it anew as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlarmDefinition {
    /// Its name.
    pub name: String,
    /// What it says of itself.
    pub description: String,
    /// What it is made of, by the order of the ids.
    pub queries: Vec<AlarmQuery>,
    /// Such as `GreaterThanThreshold`.
    pub comparison: String,
    /// The limit: percent, seconds or tasks.
    pub threshold: f64,
    /// Minutes that it looks at.
    pub periods: u32,
    /// How many of them have to be beyond the limit.
    pub points: u32,
    /// What a minute without data counts as.
    pub missing: String,
    /// Whether it does something when it goes off.
    pub acts: bool,
}

/// An alarm that is there under a name of mlship's.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveAlarm {
    /// Its name.
    pub name: String,
    /// What it is; nothing where it is none that `PutMetricAlarm` makes of single metrics.
    pub definition: Option<AlarmDefinition>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl LiveAlarm {
    /// Says whether it was made for this service, by its tags.
    #[must_use]
    pub fn is_of(&self, service: &ServiceId) -> bool {
        self.tags.get(ALARM_OF) == Some(&owner(service))
    }
}

/// A write to `CloudWatch`. Sent twice it does what it does once: both go by the alarm's name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AlarmWrites {
    /// Made, or written anew, before the service names them.
    #[serde(default)]
    pub put: Vec<AlarmDefinition>,
    /// Deleted once the service names them no longer and its deployment has succeeded.
    #[serde(default)]
    pub delete: Vec<String>,
    /// Whether none is left then, so that the mark on the service goes.
    #[serde(default)]
    pub unmark: bool,
}

impl AlarmWrites {
    /// Says whether nothing is written.
    #[must_use]
    pub fn are_none(&self) -> bool {
        self.put.is_empty() && self.delete.is_empty()
    }
}

/// Returns the names of the alarms in a service's document.
pub fn alarm_names(service: &Document) -> impl Iterator<Item = &str> {
    let configuration = service.get("deploymentConfiguration");
    let alarms = configuration.and_then(|configuration| configuration.get("alarms"));
    let names = items(alarms.and_then(|alarms| alarms.get("alarmNames")));
    names.filter_map(serde_json::Value::as_str)
}

/// Returns the value of the tag that says whose an alarm is.
#[must_use]
pub(super) fn owner(service: &ServiceId) -> String {
    format!("{}/{}", service.cluster.short(), service.name)
}

/// Returns the tags of the alarms that are made for a service.
#[must_use]
pub fn alarm_tags(service: &ServiceId) -> BTreeMap<String, String> {
    BTreeMap::from([(ALARM_OF.to_owned(), owner(service))])
}

/// Returns what the names of all alarms of a service begin with. No other service's do.
#[must_use]
pub fn alarm_prefix(service: &ServiceId) -> String {
    let digest = digest(&json!(owner(service)));
    let name: String = service
        .name
        .as_str()
        .chars()
        .take(LONGEST_SERVICE)
        .collect();
    format!("mlship-{name}-{}-", &digest[..8])
}

/// Returns the alarms that a manifest describes: one of each on each of the target groups, since
/// releases alternate between them.
#[must_use]
pub(super) fn described(manifest: &ModelRelease, service: &ServiceId) -> Vec<DesiredAlarm> {
    let rollout = manifest.rollout.as_ref();
    let all = rollout.map(mlship_manifest::schema::Rollout::described_alarms);
    let groups = groups(manifest);
    let rule = rule(manifest);
    let prefix = alarm_prefix(service);
    let each = all.into_iter().flatten().flat_map(|terms| {
        let on = |group: &TargetGroupArn| DesiredAlarm {
            name: format!("{prefix}{}-{}", group.name(), terms.metric.name()),
            group: group.clone(),
            rule: rule.clone(),
            terms,
        };
        groups.iter().map(on).collect::<Vec<_>>()
    });
    each.collect()
}

/// The groups in an order of their own: which of a pair is written first says nothing.
fn groups(manifest: &ModelRelease) -> Vec<TargetGroupArn> {
    let Some(Traffic::Balanced(traffic)) = &manifest.traffic else {
        return Vec::new();
    };
    let all = traffic.target_group.iter().chain(&traffic.target_groups);
    let mut all: Vec<TargetGroupArn> = all.map(TargetGroupArn::new).collect();
    all.sort();
    all.dedup();
    all
}

fn rule(manifest: &ModelRelease) -> Option<RuleArn> {
    let Some(Traffic::Balanced(traffic)) = &manifest.traffic else {
        return None;
    };
    traffic.listener_rule.as_ref().map(RuleArn::new)
}

impl DesiredAlarm {
    /// Says when it goes off, and on which group.
    #[must_use]
    pub fn words(&self) -> String {
        let group = self.group.name();
        words(
            self.terms.metric,
            self.terms.above,
            self.terms.minutes,
            group,
        )
    }

    /// Returns what `CloudWatch` gets of it, by the load balancer in front of its group.
    #[must_use]
    pub fn definition(&self, load_balancer: &str, service: &ServiceId) -> AlarmDefinition {
        let AlarmTerms {
            metric,
            above,
            minutes,
        } = self.terms;
        let dimensions = BTreeMap::from([
            ("LoadBalancer".to_owned(), dimension(load_balancer)),
            ("TargetGroup".to_owned(), group_dimension(&self.group)),
        ]);
        AlarmDefinition {
            name: self.name.clone(),
            description: format!(
                "Fails deployments of {}: {} {}. Made by mlship.",
                owner(service),
                metric.name(),
                self.words()
            ),
            queries: queries::queries(metric, &dimensions),
            comparison: "GreaterThanThreshold".to_owned(),
            threshold: above,
            periods: minutes,
            points: minutes,
            missing: "notBreaching".to_owned(),
            acts: false,
        }
    }
}

/// Says when an alarm on a metric goes off.
#[must_use]
pub fn words(metric: AlarmMetric, above: f64, minutes: u32, group: &str) -> String {
    let limit = match metric {
        AlarmMetric::ErrorRate => format!("{above} %"),
        AlarmMetric::AverageLatency | AlarmMetric::Percentile(_) if above < 1.0 => {
            format!("{} ms", (above * 1e6).round() / 1e3)
        }
        AlarmMetric::AverageLatency | AlarmMetric::Percentile(_) => format!("{above} s"),
        AlarmMetric::UnhealthyHosts => format!("{above}"),
    };
    format!("above {limit} for {minutes} min on {group}")
}

/// Returns a target group as metrics name it.
#[must_use]
pub fn group_dimension(group: &TargetGroupArn) -> String {
    dimension(group.as_str())
}

/// `app/name/id` of a load balancer, `targetgroup/name/id` of a group.
fn dimension(arn: &str) -> String {
    let resource = Arn::parse(arn).map_or(arn, |arn| arn.resource);
    resource
        .strip_prefix("loadbalancer/")
        .unwrap_or(resource)
        .to_owned()
}

#[cfg(test)]
mod tests;
