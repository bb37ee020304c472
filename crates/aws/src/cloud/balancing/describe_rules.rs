//! `DescribeRules`: one rule, or those of a listener. Tags are not among what it tells.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::Rule;

use super::super::call::{ask, pages};
use super::super::lacks::{Lacks, about, member, text};
use super::super::operation::Operation;
use super::actions;
use super::carried::Carried;
use super::describe_existing::is;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::{ListenerArn, RuleArn};
use mlship_core::release::{ListenerRule, Opaque, Routing};

/// The code of a rule that is not there.
pub(super) const GONE: &str = "RuleNotFound";

pub(super) async fn by_arn(client: &Client, arn: &RuleArn) -> Answer<Option<ListenerRule>> {
    let request = || client.describe_rules().rule_arns(arn.as_str()).send();
    // A rule that is gone is an error; a list without it says nothing.
    let found = ask(Operation::DescribeRules, request, |answer| {
        let found = rule(member(answer.rules().first(), "rule")?)?;
        about(found.arn == *arn, "rule")?;
        Ok(found)
    });
    match found.await {
        Ok(found) => Ok(Some(found)),
        Err(error) if is(&error, GONE) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) async fn of_listener(
    client: &Client,
    listener: &ListenerArn,
) -> Answer<Vec<ListenerRule>> {
    pages(Operation::DescribeRules, usize::MAX, async |marker| {
        let request = || {
            client
                .describe_rules()
                .listener_arn(listener.as_str())
                .set_marker(marker.clone())
                .send()
        };
        ask(Operation::DescribeRules, request, |answer| {
            let rules = member(answer.rules, "Rules")?;
            let rules = rules.iter().map(rule).collect::<Result<_, Lacks>>()?;
            Ok((rules, answer.next_marker))
        })
        .await
    })
    .await
}

/// A rule without actions would be taken for one that somebody changed.
fn rule(rule: &Rule) -> Result<ListenerRule, Lacks> {
    let actions = rule.actions();
    member(actions.first(), "Actions")?;
    for action in actions {
        member(action.r#type(), "Type of an action")?;
    }
    let (preceding, routing) = actions::split(actions);
    if matches!(&routing, Routing::Forward(forward) if forward.weights.is_empty()) {
        return Err(Lacks::new("it has no target group"));
    }
    let priority = text(rule.priority(), "Priority of a rule")?;
    Ok(ListenerRule {
        arn: RuleArn::new(text(rule.rule_arn(), "RuleArn")?),
        // The default rule's is the word `default`.
        priority: priority.parse().ok(),
        carried: Opaque::new(Carried::new(rule, preceding)),
        routing,
        tags: BTreeMap::new(),
    })
}
