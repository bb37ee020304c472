//! `DescribeServiceDeployments`: up to 20 in one call.

use aws_sdk_ecs::Client;

use super::call::ask;
use super::lacks::{each_once, member, read};
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ServiceDeployment;
use mlship_core::release::ids::ServiceDeploymentArn;

/// The most that ECS takes in one call.
const AT_ONCE: usize = 20;

pub(super) async fn describe(
    client: &Client,
    arns: &[ServiceDeploymentArn],
) -> Answer<Vec<ServiceDeployment>> {
    let mut found = Vec::with_capacity(arns.len());
    for some in arns.chunks(AT_ONCE) {
        let names: Vec<String> = some.iter().map(ToString::to_string).collect();
        let request = || {
            let request = client.describe_service_deployments();
            request
                .set_service_deployment_arns(Some(names.clone()))
                .send()
        };
        let described = ask(Operation::DescribeServiceDeployments, request, |answer| {
            let there = answer.service_deployments().iter();
            each_once(
                names.iter().map(String::as_str),
                there
                    .clone()
                    .map(|deployment| deployment.service_deployment_arn()),
                answer.failures(),
            )?;
            there
                .map(|deployment| {
                    member(deployment.status(), "status of a deployment")?;
                    member(deployment.created_at(), "createdAt of a deployment")?;
                    read(deployment)
                })
                .collect::<Result<Vec<_>, _>>()
        });
        found.extend(described.await?);
    }
    Ok(found)
}
