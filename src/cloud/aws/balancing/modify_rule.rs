//! `ModifyRule`: replaces all actions of a rule; conditions and transforms stay as they are.

use aws_sdk_elasticloadbalancingv2::Client;

use super::super::call::write;
use super::{actions, unsendable};
use crate::cloud::Answer;
use crate::release::{Forward, ListenerRule};

const OPERATION: &str = "ModifyRule";

pub(super) async fn forward(client: &Client, rule: &ListenerRule, to: &Forward) -> Answer<()> {
    let actions = actions::of(&rule.before, to).map_err(|kind| unsendable(OPERATION, &kind))?;
    write(OPERATION, || {
        client
            .modify_rule()
            .rule_arn(rule.arn.as_str())
            .set_actions(Some(actions.clone()))
            .send()
    })
    .await
    .map(|_| ())
}
