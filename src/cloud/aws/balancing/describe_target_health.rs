//! `DescribeTargetHealth`: how the targets of a group are.

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{
    TargetHealthReasonEnum, TargetHealthStateEnum as State,
};

use super::super::call::read;
use crate::cloud::Answer;
use crate::release::TargetHealth;
use crate::release::ids::TargetGroupArn;

pub(super) async fn health(client: &Client, group: &TargetGroupArn) -> Answer<TargetHealth> {
    let request = client
        .describe_target_health()
        .target_group_arn(group.as_str());
    let answer = read("DescribeTargetHealth", request.send()).await?;
    let mut seen = TargetHealth::default();
    let targets = answer.target_health_descriptions().iter();
    for health in targets.filter_map(|target| target.target_health()) {
        match health.state() {
            Some(State::Healthy) => seen.healthy += 1,
            other => {
                let reason = health.reason().map(TargetHealthReasonEnum::as_str);
                let words = health.description().or(reason).unwrap_or_default();
                let state = other.map_or("", State::as_str);
                seen.others.push((state.to_owned(), words.to_owned()));
            }
        }
    }
    Ok(seen)
}
