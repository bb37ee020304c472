//! Elastic Load Balancing's `DescribeTargetGroups`: whether a target group is there.

use aws_sdk_elasticloadbalancingv2::Client;

use super::call::read;
use crate::cloud::Answer;

pub(super) async fn is_there(client: &Client, arn: &str) -> Answer<bool> {
    let request = client.describe_target_groups().target_group_arns(arn);
    match read("DescribeTargetGroups", request.send()).await {
        Ok(answer) => Ok(!answer.target_groups().is_empty()),
        Err(error) => match error.code.as_deref() {
            Some("TargetGroupNotFound" | "TargetGroupNotFoundException") => Ok(false),
            _ => Err(error),
        },
    }
}
