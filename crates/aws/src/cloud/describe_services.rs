//! `DescribeServices`: one service, with its tags.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::operation::describe_services::DescribeServicesOutput;
use aws_sdk_ecs::types::{Service, ServiceField};

use super::call::ask;
use super::lacks::{Lacks, about, document, each_once, last, member, text};
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::LiveService;
use mlship_core::release::ids::ServiceId;

pub(super) async fn service(client: &Client, id: &ServiceId) -> Answer<Option<LiveService>> {
    let request = || {
        client
            .describe_services()
            .cluster(id.cluster.as_str())
            .services(id.name.as_str())
            .include(ServiceField::Tags)
            .send()
    };
    ask(Operation::DescribeServices, request, |answer| {
        described(&answer, id.name.as_str())
    })
    .await
}

/// A service that is not there is named among the failures: an answer without it says nothing.
fn described(answer: &DescribeServicesOutput, name: &str) -> Result<Option<LiveService>, Lacks> {
    let found = answer.services().iter();
    each_once([name], found.map(Service::service_arn), answer.failures())?;
    if let Some(failure) = answer.failures().first() {
        let reason = text(failure.reason(), "reason of its failure")?;
        if reason != "MISSING" {
            return Err(Lacks::new(format!("{name} is told as {reason}")));
        }
    }
    let found = answer.services().first();
    found.map(|found| live(found, Some(name))).transpose()
}

/// Reads a service out of an answer.
pub(super) fn live(service: &Service, name: Option<&str>) -> Result<LiveService, Lacks> {
    let arn = text(service.service_arn(), "serviceArn")?;
    about(name.is_none_or(|name| last(name) == last(arn)), "service")?;
    text(service.status(), "status of the service")?;
    // A service without the list would be taken for one that nothing happens to.
    member(service.deployments.as_ref(), "deployments")?;
    document(service, LiveService::read)
}
