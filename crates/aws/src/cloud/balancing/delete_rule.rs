//! `DeleteRule`.

use super::super::api::BalancingApi;

use super::super::operation::Operation;
use super::describe_existing::is;
use super::describe_rules::GONE;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::RuleArn;

pub(super) async fn delete(client: &BalancingApi, arn: &RuleArn) -> Answer<()> {
    let request = || client.delete_rule().rule_arn(arn.as_str()).send();
    match client.ask(Operation::DeleteRule, request, |_| Ok(())).await {
        Err(error) if !is(&error, GONE) => Err(error),
        _ => Ok(()),
    }
}
