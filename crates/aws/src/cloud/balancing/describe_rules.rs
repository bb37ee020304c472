//! `DescribeRules`: one rule, or those of a listener. Tags are not among what it tells.

use std::collections::BTreeMap;

use super::super::api::BalancingApi;
use aws_sdk_elasticloadbalancingv2::types::Rule;

use super::super::lacks::{Lacks, about, first, member, text};
use super::super::operation::Operation;
use super::actions;
use super::carried::Carried;
use super::describe_existing::is;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::{ListenerArn, RuleArn};
use mlship_core::release::{ListenerRule, Opaque, Routing};

/// The code of a rule that is not there.
pub(super) const GONE: &str = "RuleNotFound";

pub(super) async fn by_arn(client: &BalancingApi, arn: &RuleArn) -> Answer<Option<ListenerRule>> {
    let request = |marker| {
        let request = client.describe_rules().rule_arns(arn.as_str());
        request.set_marker(marker).send()
    };
    // A rule that is gone is an error; a list without it says nothing.
    let found = client.pages(Operation::DescribeRules, 1, request, |answer| {
        let next = answer.next_marker.clone();
        let found = first(answer.rules(), next.as_deref(), "rule")?;
        let found = found.map(rule).transpose()?;
        about(found.iter().all(|found| found.arn == *arn), "rule")?;
        Ok((found.into_iter().collect(), next))
    });
    match found.await {
        Ok(mut found) => Ok(found.pop()),
        Err(error) if is(&error, GONE) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) async fn of_listener(
    client: &BalancingApi,
    listener: &ListenerArn,
) -> Answer<Vec<ListenerRule>> {
    let request = |marker| {
        let request = client.describe_rules().listener_arn(listener.as_str());
        request.set_marker(marker).send()
    };
    client
        .pages(Operation::DescribeRules, usize::MAX, request, |answer| {
            let rules = member(answer.rules, "Rules")?;
            let rules = rules.iter().map(rule).collect::<Result<_, Lacks>>()?;
            Ok((rules, answer.next_marker))
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
    let kinds = preceding.iter().filter_map(|action| action.r#type());
    let before = kinds.map(|kind| kind.as_str().to_owned()).collect();
    Ok(ListenerRule {
        before,
        arn: RuleArn::new(text(rule.rule_arn(), "RuleArn")?),
        // The default rule's is the word `default`.
        priority: priority.parse().ok(),
        carried: Opaque::new(Carried::new(rule, preceding)),
        routing,
        tags: BTreeMap::new(),
    })
}
