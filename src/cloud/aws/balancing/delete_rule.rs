//! `DeleteRule`.

use aws_sdk_elasticloadbalancingv2::Client;

use super::super::call::write;
use super::describe_rules::GONE;
use super::sparing::is;
use crate::cloud::Answer;
use crate::release::ids::RuleArn;

pub(super) async fn delete(client: &Client, arn: &RuleArn) -> Answer<()> {
    let deleted = write("DeleteRule", || {
        client.delete_rule().rule_arn(arn.as_str()).send()
    });
    match deleted.await {
        Err(error) if !is(&error, GONE) => Err(error),
        _ => Ok(()),
    }
}
