//! `DescribeScalingPolicies`: what moves a service's count.

use aws_sdk_applicationautoscaling::Client;
use aws_sdk_applicationautoscaling::types::TargetTrackingScalingPolicyConfiguration;

use super::super::call::ask;
use super::super::lacks::{about, member, text};
use super::super::operation::Operation;
use super::{CPU, DIMENSION, namespace};
use mlship_core::cloud::Answer;
use mlship_core::release::{Policy, Tracking};

pub(super) async fn policies(client: &Client, resource: &str) -> Answer<Vec<Policy>> {
    // One page holds more policies than a service can have.
    let request = || {
        client
            .describe_scaling_policies()
            .service_namespace(namespace())
            .scalable_dimension(DIMENSION)
            .resource_id(resource)
            .send()
    };
    ask(Operation::DescribeScalingPolicies, request, |answer| {
        let policies = member(answer.scaling_policies, "ScalingPolicies")?;
        let policies = policies.iter().map(|policy| {
            // The SDK fills in what is missing.
            about(policy.resource_id() == resource, "scalable target")?;
            let tracking = policy.target_tracking_scaling_policy_configuration();
            Ok(Policy {
                name: text(Some(policy.policy_name()), "PolicyName")?.to_owned(),
                cpu: tracking.and_then(cpu),
            })
        });
        policies.collect()
    })
    .await
}

fn cpu(configuration: &TargetTrackingScalingPolicyConfiguration) -> Option<Tracking> {
    let metric = configuration.predefined_metric_specification()?;
    (*metric.predefined_metric_type() == CPU).then(|| Tracking {
        target: configuration.target_value(),
        scale_in_cooldown: configuration.scale_in_cooldown(),
        scale_out_cooldown: configuration.scale_out_cooldown(),
        disable_scale_in: configuration.disable_scale_in(),
    })
}
