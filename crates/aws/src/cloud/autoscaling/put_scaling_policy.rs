//! `PutScalingPolicy`: makes a policy track the CPU use. It replaces the policy as a whole.

use aws_sdk_applicationautoscaling::Client;
use aws_sdk_applicationautoscaling::types::{
    PolicyType, PredefinedMetricSpecification, TargetTrackingScalingPolicyConfiguration,
};

use super::super::call::ask;
use super::super::lacks::text;
use super::super::operation::Operation;
use super::{CPU, DIMENSION, namespace};
use mlship_core::cloud::{Answer, CloudError, ErrorKind};
use mlship_core::release::Tracking;

const OPERATION: Operation = Operation::PutScalingPolicy;

pub(super) async fn put(
    client: &Client,
    resource: &str,
    policy: &str,
    tracking: &Tracking,
) -> Answer<()> {
    let configuration = configuration(tracking).map_err(|message| CloudError {
        operation: OPERATION.name(),
        kind: ErrorKind::Rejected,
        code: None,
        message,
        hint: None,
    })?;
    let request = || {
        client
            .put_scaling_policy()
            .service_namespace(namespace())
            .scalable_dimension(DIMENSION)
            .resource_id(resource)
            .policy_name(policy)
            .policy_type(PolicyType::TargetTrackingScaling)
            .target_tracking_scaling_policy_configuration(configuration.clone())
            .send()
    };
    ask(OPERATION, request, |answer| {
        text(Some(answer.policy_arn()), "PolicyARN").map(drop)
    })
    .await
}

fn configuration(tracking: &Tracking) -> Result<TargetTrackingScalingPolicyConfiguration, String> {
    let metric = PredefinedMetricSpecification::builder()
        .predefined_metric_type(CPU)
        .build();
    TargetTrackingScalingPolicyConfiguration::builder()
        .target_value(tracking.target)
        .predefined_metric_specification(metric.map_err(|error| error.to_string())?)
        .set_scale_in_cooldown(tracking.scale_in_cooldown)
        .set_scale_out_cooldown(tracking.scale_out_cooldown)
        .set_disable_scale_in(tracking.disable_scale_in)
        .build()
        .map_err(|error| error.to_string())
}
