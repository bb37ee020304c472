//! `DescribeTargetHealth`: how the targets of a group are.

use super::super::api::BalancingApi;
use aws_sdk_elasticloadbalancingv2::types::{
    TargetHealthReasonEnum, TargetHealthStateEnum as State,
};

use super::super::lacks::member;
use super::super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::TargetGroupArn;
use mlship_core::release::{Target, TargetHealth};

pub(super) async fn health(client: &BalancingApi, group: &TargetGroupArn) -> Answer<TargetHealth> {
    let request = || {
        let request = client.describe_target_health();
        request.target_group_arn(group.as_str()).send()
    };
    client
        .ask(Operation::DescribeTargetHealth, request, |answer| {
            let described = member(
                answer.target_health_descriptions,
                "TargetHealthDescriptions",
            )?;
            let mut seen = TargetHealth::default();
            for target in &described {
                let health = member(target.target_health(), "TargetHealth")?;
                let state = member(health.state(), "State of a target")?;
                if let Some(id) = target.target().and_then(|target| target.id()) {
                    seen.targets.push(Target {
                        id: id.to_owned(),
                        is_healthy: *state == State::Healthy,
                    });
                }
                match state {
                    State::Healthy => seen.healthy += 1,
                    other => {
                        let reason = health.reason().map(TargetHealthReasonEnum::as_str);
                        let words = health.description().or(reason).unwrap_or_default();
                        let state = other.as_str().to_owned();
                        seen.others.push((state, words.to_owned()));
                    }
                }
            }
            Ok(seen)
        })
        .await
}
