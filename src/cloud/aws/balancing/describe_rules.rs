//! `DescribeRules`: one rule, or those of a listener. Tags are not among what it tells.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::Rule;

use super::super::call::read;
use super::sparing::is;
use super::{actions, condition};
use crate::cloud::Answer;
use crate::release::ListenerRule;
use crate::release::ids::{ListenerArn, RuleArn};

/// The code of a rule that is not there.
pub(super) const GONE: &str = "RuleNotFound";

pub(super) async fn by_arn(client: &Client, arn: &RuleArn) -> Answer<Option<ListenerRule>> {
    let request = client.describe_rules().rule_arns(arn.as_str());
    match read("DescribeRules", request.send()).await {
        Ok(answer) => Ok(answer.rules().first().map(rule)),
        Err(error) if is(&error, GONE) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) async fn of_listener(
    client: &Client,
    listener: &ListenerArn,
) -> Answer<Vec<ListenerRule>> {
    let mut found = Vec::new();
    let mut marker = None;
    loop {
        let request = client
            .describe_rules()
            .listener_arn(listener.as_str())
            .set_marker(marker);
        let answer = read("DescribeRules", request.send()).await?;
        found.extend(answer.rules().iter().map(rule));
        marker = answer.next_marker;
        if marker.is_none() {
            return Ok(found);
        }
    }
}

fn rule(rule: &Rule) -> ListenerRule {
    let (before, routing) = actions::described(rule.actions());
    ListenerRule {
        arn: RuleArn::new(rule.rule_arn().unwrap_or_default()),
        // The default rule's is the word `default`.
        priority: rule.priority().and_then(|text| text.parse().ok()),
        conditions: rule.conditions().iter().map(condition::described).collect(),
        before,
        routing,
        tags: BTreeMap::new(),
    }
}
