//! `DescribeTargetGroups`: which target groups are there, and who forwards to them.

use aws_sdk_elasticloadbalancingv2::Client;

use super::super::call::ask;
use super::super::lacks::{each, text};
use super::super::operation::Operation;
use super::describe_existing::{is, those_there};
use mlship_core::cloud::Answer;
use mlship_core::release::TargetGroup;
use mlship_core::release::ids::TargetGroupArn;

const GONE: &str = "TargetGroupNotFound";

pub(in super::super) async fn is_there(client: &Client, arn: &str) -> Answer<bool> {
    match describe(client, vec![arn.to_owned()]).await {
        Ok(found) => Ok(!found.is_empty()),
        Err(error) if is(&error, GONE) => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) async fn groups(client: &Client, arns: &[TargetGroupArn]) -> Answer<Vec<TargetGroup>> {
    let arns: Vec<String> = arns.iter().map(ToString::to_string).collect();
    those_there(&arns, GONE, async |some| describe(client, some).await).await
}

/// One that is gone is an error: an answer that leaves a group out says nothing of it.
async fn describe(client: &Client, arns: Vec<String>) -> Answer<Vec<TargetGroup>> {
    let request = || {
        let request = client.describe_target_groups();
        request.set_target_group_arns(Some(arns.clone())).send()
    };
    ask(Operation::DescribeTargetGroups, request, |answer| {
        let groups = answer.target_groups().iter();
        let told = groups.clone().map(|group| group.target_group_arn());
        each(arns.iter().map(String::as_str), told)?;
        let groups = groups.map(|group| {
            Ok(TargetGroup {
                arn: TargetGroupArn::new(text(group.target_group_arn(), "TargetGroupArn")?),
                load_balancers: group.load_balancer_arns().to_vec(),
            })
        });
        groups.collect()
    })
    .await
}
