//! Application Auto Scaling, for the desired count of ECS services.

use super::AwsCloud;
use super::api::ScalingApi;
use super::lacks::{Lacks, about, member, text};
use super::operation::Operation;
use aws_sdk_applicationautoscaling::types::{
    MetricType, PolicyType, PredefinedMetricSpecification, ScalableDimension, ServiceNamespace,
    TargetTrackingScalingPolicyConfiguration,
};
use mlship_core::cloud::Autoscaling;
use mlship_core::cloud::{Answer, CloudError, ErrorKind};
use mlship_core::release::ids::ServiceId;
use mlship_core::release::{Policy, Scaling, ScalingWrite, Tracking};

impl Autoscaling for AwsCloud {
    async fn scaling(&self, service: &ServiceId) -> Answer<Option<Scaling>> {
        scaling(&self.scaling, service).await
    }

    async fn write_scaling(&self, service: &ServiceId, write: &ScalingWrite) -> Answer<()> {
        carry_out(&self.scaling, service, write).await
    }
}

const DIMENSION: ScalableDimension = ScalableDimension::EcsServiceDesiredCount;
const CPU: MetricType = MetricType::EcsServiceAverageCpuUtilization;

async fn scaling(client: &ScalingApi, service: &ServiceId) -> Answer<Option<Scaling>> {
    let resource = resource(service);
    let bounds = bounds(client, &resource).await?;
    let Some((min, max)) = bounds else {
        return Ok(None);
    };
    let policies = policies(client, &resource).await?;
    Ok(Some(Scaling { min, max, policies }))
}

async fn carry_out(client: &ScalingApi, service: &ServiceId, write: &ScalingWrite) -> Answer<()> {
    let resource = resource(service);
    match write {
        ScalingWrite::Bounds { min, max } => register(client, &resource, *min, *max).await,
        ScalingWrite::Track { policy, tracking } => put(client, &resource, policy, tracking).await,
        ScalingWrite::Drop { policy } => gone(delete(client, &resource, policy).await),
        ScalingWrite::DropAll => gone(deregister(client, &resource).await),
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

/// `DescribeScalableTargets`: between which bounds a service's count moves.
async fn bounds(client: &ScalingApi, resource: &str) -> Answer<Option<(u32, u32)>> {
    let request = |token| {
        client
            .describe_scalable_targets()
            .service_namespace(namespace())
            .scalable_dimension(DIMENSION)
            .resource_ids(resource)
            .set_next_token(token)
            .send()
    };
    let found = client.pages(Operation::DescribeScalableTargets, 1, request, |answer| {
        let targets = member(answer.scalable_targets, "ScalableTargets")?;
        let bounds = targets.iter().map(|target| {
            // The SDK fills in what is missing.
            about(target.resource_id() == resource, "scalable target")?;
            Ok((count(target.min_capacity())?, count(target.max_capacity())?))
        });
        Ok((bounds.collect::<Result<_, Lacks>>()?, answer.next_token))
    });
    Ok(found.await?.into_iter().next())
}

fn count(number: i32) -> Result<u32, Lacks> {
    u32::try_from(number).map_err(|_| Lacks::new("a capacity is below zero"))
}

/// `DescribeScalingPolicies`: what moves a service's count.
async fn policies(client: &ScalingApi, resource: &str) -> Answer<Vec<Policy>> {
    let request = |token| {
        client
            .describe_scaling_policies()
            .service_namespace(namespace())
            .scalable_dimension(DIMENSION)
            .resource_id(resource)
            .set_next_token(token)
            .send()
    };
    let operation = Operation::DescribeScalingPolicies;
    client
        .pages(operation, usize::MAX, request, |answer| {
            let policies = member(answer.scaling_policies, "ScalingPolicies")?;
            let policies = policies.iter().map(|policy| {
                // The SDK fills in what is missing.
                about(policy.resource_id() == resource, "scalable target")?;
                let tracking = policy.target_tracking_scaling_policy_configuration();
                Ok(Policy {
                    name: text(Some(policy.policy_name()), "PolicyName")?.to_owned(),
                    cpu: tracking.and_then(cpu),
                    requests_of: tracking.and_then(requests_of),
                })
            });
            Ok((policies.collect::<Result<_, Lacks>>()?, answer.next_token))
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

fn requests_of(configuration: &TargetTrackingScalingPolicyConfiguration) -> Option<String> {
    let metric = configuration.predefined_metric_specification()?;
    let is_it = *metric.predefined_metric_type() == MetricType::AlbRequestCountPerTarget;
    metric.resource_label().filter(|_| is_it).map(str::to_owned)
}

const OPERATION: Operation = Operation::PutScalingPolicy;

/// `PutScalingPolicy`: makes a policy track the CPU use. It replaces the policy as a whole.
async fn put(client: &ScalingApi, resource: &str, policy: &str, tracking: &Tracking) -> Answer<()> {
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
    client
        .ask(OPERATION, request, |answer| {
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

/// `RegisterScalableTarget`: sets the bounds, whether or not there were any.
async fn register(client: &ScalingApi, resource: &str, min: u32, max: u32) -> Answer<()> {
    let request = || {
        client
            .register_scalable_target()
            .service_namespace(namespace())
            .scalable_dimension(DIMENSION)
            .resource_id(resource)
            .min_capacity(signed(min))
            .max_capacity(signed(max))
            .send()
    };
    client
        .ask(Operation::RegisterScalableTarget, request, |_| Ok(()))
        .await
}

/// `DeleteScalingPolicy`.
async fn delete(client: &ScalingApi, resource: &str, policy: &str) -> Answer<()> {
    let request = || {
        client
            .delete_scaling_policy()
            .service_namespace(namespace())
            .scalable_dimension(DIMENSION)
            .resource_id(resource)
            .policy_name(policy)
            .send()
    };
    client
        .ask(Operation::DeleteScalingPolicy, request, |_| Ok(()))
        .await
}

/// `DeregisterScalableTarget`: takes the policies along.
async fn deregister(client: &ScalingApi, resource: &str) -> Answer<()> {
    let request = || {
        client
            .deregister_scalable_target()
            .service_namespace(namespace())
            .scalable_dimension(DIMENSION)
            .resource_id(resource)
            .send()
    };
    client
        .ask(Operation::DeregisterScalableTarget, request, |_| Ok(()))
        .await
}
