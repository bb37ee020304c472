//! `StopServiceDeployment`, always with a rollback: ECS goes back to what served before, even
//! where no rollback was configured.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::StopServiceDeploymentStopType;

use super::call::ask;
use super::lacks::{about, text};
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::ServiceDeploymentArn;

pub(super) async fn stop(client: &Client, deployment: &ServiceDeploymentArn) -> Answer<()> {
    let request = || {
        client
            .stop_service_deployment()
            .service_deployment_arn(deployment.as_str())
            .stop_type(StopServiceDeploymentStopType::Rollback)
            .send()
    };
    ask(Operation::StopServiceDeployment, request, |answer| {
        let arn = text(answer.service_deployment_arn(), "serviceDeploymentArn")?;
        about(arn == deployment.as_str(), "deployment")
    })
    .await
}
