//! The ports to Elastic Load Balancing and to `CloudWatch` metrics.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

use super::Answer;
use crate::release::ids::{ListenerArn, RuleArn, TargetGroupArn};
use crate::release::{
    AlarmDefinition, ExistingMetric, Forward, HeaderCondition, ListenerRule, LiveAlarm,
    MetricFilter, Point, Query, TargetGroup, TargetHealth,
};

/// What mlship asks of Elastic Load Balancing. Reads may be repeated; each write is sent once.
pub trait Balancing {
    /// Returns a rule with its tags, or nothing when there is none.
    fn listener_rule(&self, arn: &RuleArn) -> impl Future<Output = Answer<Option<ListenerRule>>>;

    /// Returns all rules of a listener with their tags. A listener that is not there is refused by
    /// `ListenerNotFound`.
    fn rules_of(&self, listener: &ListenerArn) -> impl Future<Output = Answer<Vec<ListenerRule>>>;

    /// Returns all rules of all application load balancers of the region with their tags.
    fn all_rules(&self) -> impl Future<Output = Answer<Vec<ListenerRule>>>;

    /// Lets a rule share requests in another way; actions that come before stay.
    fn forward(&self, rule: &ListenerRule, to: &Forward) -> impl Future<Output = Answer<()>>;

    /// Makes a rule for those requests of another rule that have a header; the actions that come
    /// before and the transforms are the same. A priority that is taken is refused by `PriorityInUse`. An
    /// `authenticate-oidc` cannot come before: AWS tells nobody its client secret.
    fn create_rule(
        &self,
        like: &ListenerRule,
        priority: u32,
        header: &HeaderCondition,
        to: &Forward,
        tags: &BTreeMap<String, String>,
    ) -> impl Future<Output = Answer<RuleArn>>;

    /// Removes a rule; one that is not there is no error.
    fn delete_rule(&self, arn: &RuleArn) -> impl Future<Output = Answer<()>>;

    /// Adds tags to a rule.
    fn tag_rule(
        &self,
        arn: &RuleArn,
        tags: &BTreeMap<String, String>,
    ) -> impl Future<Output = Answer<()>>;

    /// Takes tags from a rule; those that it lacks are no error.
    fn untag_rule(&self, arn: &RuleArn, names: &[&str]) -> impl Future<Output = Answer<()>>;

    /// Returns target groups, in any order; those that are not there are left out.
    fn target_groups(
        &self,
        arns: &[TargetGroupArn],
    ) -> impl Future<Output = Answer<Vec<TargetGroup>>>;

    /// Returns how the targets of a group are. A group that is not there is refused by
    /// `TargetGroupNotFound`.
    fn target_health(&self, arn: &TargetGroupArn) -> impl Future<Output = Answer<TargetHealth>>;

    /// Returns how long the load balancer of a rule waits for an answer.
    fn idle_timeout(&self, rule: &RuleArn) -> impl Future<Output = Answer<Duration>>;

    /// Returns whether a target group is there.
    fn has_target_group(&self, arn: &str) -> impl Future<Output = Answer<bool>>;
}

/// What mlship asks of `CloudWatch` alarms. Reads may be repeated; each write is sent once, and sent
/// twice it does what it does once.
pub trait Alarms {
    /// Returns the alarms whose names begin with this, with their tags.
    fn alarms(&self, prefix: &str) -> impl Future<Output = Answer<Vec<LiveAlarm>>>;

    /// Makes an alarm with these tags, or writes one of that name anew, which keeps its tags.
    fn put_alarm(
        &self,
        alarm: &AlarmDefinition,
        tags: &BTreeMap<String, String>,
    ) -> impl Future<Output = Answer<()>>;

    /// Deletes alarms, up to 100 at once; those that are not there are no error.
    fn delete_alarms(&self, names: &[String]) -> impl Future<Output = Answer<()>>;
}

/// What mlship asks of `CloudWatch`.
pub trait Metrics {
    /// Returns the points of each query, in the order of the queries, each oldest first. A period
    /// without data has no point. Fails where `CloudWatch` gives a query only part of its data.
    fn points(
        &self,
        queries: &[Query],
        from: Timestamp,
        to: Timestamp,
        period: Duration,
    ) -> impl Future<Output = Answer<Vec<Vec<Point>>>>;

    /// Returns metrics that there have been data of in the last two weeks, some thousands at most.
    fn existing_metrics(
        &self,
        like: &MetricFilter,
    ) -> impl Future<Output = Answer<Vec<ExistingMetric>>>;
}
