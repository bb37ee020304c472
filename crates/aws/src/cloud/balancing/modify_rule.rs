//! `ModifyRule`: replaces all actions of a rule; conditions and transforms stay as they are.

use super::super::api::BalancingApi;

use super::super::lacks::{about, member};
use super::super::operation::Operation;
use super::carried::Carried;
use super::{actions, refused};
use mlship_core::cloud::Answer;
use mlship_core::release::{Forward, ListenerRule};

const OPERATION: Operation = Operation::ModifyRule;

pub(super) async fn forward(
    client: &BalancingApi,
    rule: &ListenerRule,
    to: &Forward,
) -> Answer<()> {
    let carried = Carried::of(rule, OPERATION)?;
    let actions =
        actions::of(&carried.preceding_actions, to).map_err(|why| refused(OPERATION, why))?;
    let request = || {
        client
            .modify_rule()
            .rule_arn(rule.arn.as_str())
            .set_actions(Some(actions.clone()))
            .send()
    };
    client
        .ask(OPERATION, request, |answer| {
            let changed = member(answer.rules().first(), "rule")?;
            about(changed.rule_arn() == Some(rule.arn.as_str()), "rule")
        })
        .await
}
