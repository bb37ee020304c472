//! `DescribeScalingPolicies`: what moves a service's count.

use aws_sdk_applicationautoscaling::Client;
use aws_sdk_applicationautoscaling::types::TargetTrackingScalingPolicyConfiguration;

use super::super::call::read;
use super::{CPU, DIMENSION, namespace};
use crate::cloud::Answer;
use crate::release::{Policy, Tracking};

pub(super) async fn policies(client: &Client, resource: &str) -> Answer<Vec<Policy>> {
    // One page holds more policies than a service can have.
    let request = client
        .describe_scaling_policies()
        .service_namespace(namespace())
        .scalable_dimension(DIMENSION)
        .resource_id(resource);
    let answer = read("DescribeScalingPolicies", request.send()).await?;
    let policies = answer.scaling_policies().iter().map(|policy| Policy {
        name: policy.policy_name().to_owned(),
        cpu: policy
            .target_tracking_scaling_policy_configuration()
            .and_then(cpu),
    });
    Ok(policies.collect())
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
