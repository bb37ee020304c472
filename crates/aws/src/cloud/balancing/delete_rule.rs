//! `DeleteRule`.

use aws_sdk_elasticloadbalancingv2::Client;

use super::super::call::ask;
use super::super::operation::Operation;
use super::describe_existing::is;
use super::describe_rules::GONE;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::RuleArn;

pub(super) async fn delete(client: &Client, arn: &RuleArn) -> Answer<()> {
    let request = || client.delete_rule().rule_arn(arn.as_str()).send();
    match ask(Operation::DeleteRule, request, |_| Ok(())).await {
        Err(error) if !is(&error, GONE) => Err(error),
        _ => Ok(()),
    }
}
