//! `DescribeTargetGroups`: which target groups are there, and who forwards to them.

use aws_sdk_elasticloadbalancingv2::Client;

use super::super::call::read;
use super::sparing::{is, those_there};
use crate::cloud::Answer;
use crate::release::TargetGroup;
use crate::release::ids::TargetGroupArn;

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

async fn describe(client: &Client, arns: Vec<String>) -> Answer<Vec<TargetGroup>> {
    let request = client
        .describe_target_groups()
        .set_target_group_arns(Some(arns));
    let answer = read("DescribeTargetGroups", request.send()).await?;
    let groups = answer.target_groups().iter().map(|group| TargetGroup {
        arn: TargetGroupArn::new(group.target_group_arn().unwrap_or_default()),
        load_balancers: group.load_balancer_arns().to_vec(),
    });
    Ok(groups.collect())
}
