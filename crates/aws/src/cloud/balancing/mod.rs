//! Elastic Load Balancing, for rules that share requests among releases: one operation a file.

mod actions;
mod add_tags;
mod carried;
mod conditions;
mod create_rule;
mod delete_rule;
mod describe_existing;
mod describe_listeners;
mod describe_load_balancer_attributes;
pub(super) mod describe_load_balancers;
mod describe_rules;
mod describe_tags;
pub(super) mod describe_target_groups;
mod describe_target_health;
mod modify_rule;
mod preceding_actions;
mod remove_tags;
mod rules;
#[cfg(test)]
mod tests;
mod transforms;

use std::collections::BTreeMap;
use std::time::Duration;

#[cfg(test)]
pub(super) use carried::Carried;

use super::AwsCloud;
use super::operation::Operation;
use mlship_core::cloud::{Answer, Balancing, CloudError, ErrorKind};
use mlship_core::release::ids::{ListenerArn, RuleArn, TargetGroupArn};
use mlship_core::release::{Forward, HeaderCondition, ListenerRule, TargetGroup, TargetHealth};

impl Balancing for AwsCloud {
    async fn listener_rule(&self, arn: &RuleArn) -> Answer<Option<ListenerRule>> {
        rules::one(&self.balancing, arn).await
    }

    async fn rules_of(&self, listener: &ListenerArn) -> Answer<Vec<ListenerRule>> {
        rules::of_listener(&self.balancing, listener).await
    }

    async fn all_rules(&self) -> Answer<Vec<ListenerRule>> {
        rules::all(&self.balancing).await
    }

    async fn forward(&self, rule: &ListenerRule, to: &Forward) -> Answer<()> {
        modify_rule::forward(&self.balancing, rule, to).await
    }

    async fn create_rule(
        &self,
        like: &ListenerRule,
        priority: u32,
        header: &HeaderCondition,
        to: &Forward,
        tags: &BTreeMap<String, String>,
    ) -> Answer<RuleArn> {
        create_rule::create(&self.balancing, like, priority, header, to, tags).await
    }

    async fn delete_rule(&self, arn: &RuleArn) -> Answer<()> {
        delete_rule::delete(&self.balancing, arn).await
    }

    async fn tag_rule(&self, arn: &RuleArn, tags: &BTreeMap<String, String>) -> Answer<()> {
        add_tags::add(&self.balancing, arn, tags).await
    }

    async fn untag_rule(&self, arn: &RuleArn, names: &[&str]) -> Answer<()> {
        remove_tags::remove(&self.balancing, arn, names).await
    }

    async fn target_groups(&self, arns: &[TargetGroupArn]) -> Answer<Vec<TargetGroup>> {
        describe_target_groups::groups(&self.balancing, arns).await
    }

    async fn target_health(&self, arn: &TargetGroupArn) -> Answer<TargetHealth> {
        describe_target_health::health(&self.balancing, arn).await
    }

    async fn idle_timeout(&self, rule: &RuleArn) -> Answer<Duration> {
        describe_load_balancer_attributes::idle_timeout(&self.balancing, rule).await
    }

    async fn has_target_group(&self, arn: &str) -> Answer<bool> {
        describe_target_groups::is_there(&self.balancing, arn).await
    }
}

/// A write that would lose something of a rule; nothing was sent.
fn refused(operation: Operation, why: impl Into<String>) -> CloudError {
    CloudError {
        operation: operation.name(),
        kind: ErrorKind::Rejected,
        code: None,
        message: why.into(),
        hint: None,
    }
}
