//! Application Auto Scaling, for the desired count of ECS services: one operation a file.

mod delete_scaling_policy;
mod deregister_scalable_target;
mod describe_scalable_targets;
mod describe_scaling_policies;
mod put_scaling_policy;
mod register_scalable_target;

use aws_sdk_applicationautoscaling::Client;
use aws_sdk_applicationautoscaling::types::{MetricType, ScalableDimension, ServiceNamespace};

use mlship_core::cloud::Answer;
use mlship_core::release::ids::ServiceId;
use mlship_core::release::{Scaling, ScalingWrite};

const DIMENSION: ScalableDimension = ScalableDimension::EcsServiceDesiredCount;
const CPU: MetricType = MetricType::EcsServiceAverageCpuUtilization;

pub(super) async fn scaling(client: &Client, service: &ServiceId) -> Answer<Option<Scaling>> {
    let resource = resource(service);
    let bounds = describe_scalable_targets::bounds(client, &resource).await?;
    let Some((min, max)) = bounds else {
        return Ok(None);
    };
    let policies = describe_scaling_policies::policies(client, &resource).await?;
    Ok(Some(Scaling { min, max, policies }))
}

pub(super) async fn write(
    client: &Client,
    service: &ServiceId,
    write: &ScalingWrite,
) -> Answer<()> {
    let resource = resource(service);
    match write {
        ScalingWrite::Bounds { min, max } => {
            register_scalable_target::register(client, &resource, *min, *max).await
        }
        ScalingWrite::Track { policy, tracking } => {
            put_scaling_policy::put(client, &resource, policy, tracking).await
        }
        ScalingWrite::Drop { policy } => {
            gone(delete_scaling_policy::delete(client, &resource, policy).await)
        }
        ScalingWrite::DropAll => {
            gone(deregister_scalable_target::deregister(client, &resource).await)
        }
    }
}

/// Returns what Application Auto Scaling calls a service.
fn resource(service: &ServiceId) -> String {
    let cluster = service.cluster.short();
    format!("service/{cluster}/{}", service.name)
}

/// What is to be taken away may be gone already.
fn gone(answer: Answer<()>) -> Answer<()> {
    match answer {
        Err(error) if error.code.as_deref() == Some("ObjectNotFoundException") => Ok(()),
        other => other,
    }
}

/// Returns a count as this API has it.
fn signed(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Returns the parts of every request: whose desired count it is about.
fn namespace() -> ServiceNamespace {
    ServiceNamespace::Ecs
}
