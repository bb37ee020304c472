//! `DescribeServiceDeployments`: up to 20 in one call.

use aws_sdk_ecs::Client;
use serde_json::Value;

use super::call::read;
use super::wire;
use crate::cloud::Answer;
use crate::release::ServiceDeployment;
use crate::release::ids::ServiceDeploymentArn;

/// The most that ECS takes in one call.
const AT_ONCE: usize = 20;

pub(super) async fn describe(
    client: &Client,
    arns: &[ServiceDeploymentArn],
) -> Answer<Vec<ServiceDeployment>> {
    let mut found = Vec::with_capacity(arns.len());
    for some in arns.chunks(AT_ONCE) {
        let names = some.iter().map(ToString::to_string).collect();
        let request = client
            .describe_service_deployments()
            .set_service_deployment_arns(Some(names));
        let answer = read("DescribeServiceDeployments", request.send()).await?;
        found.extend(answer.service_deployments().iter().filter_map(|one| {
            serde_json::from_value::<ServiceDeployment>(Value::Object(wire::document(one))).ok()
        }));
    }
    Ok(found)
}
