//! `DescribeServices`: one service, with its tags.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{Service, ServiceField};

use super::call::read;
use super::wire;
use crate::cloud::{Answer, CloudError, ErrorKind};
use crate::release::LiveService;
use crate::release::ids::ServiceId;

pub(super) async fn service(client: &Client, id: &ServiceId) -> Answer<Option<LiveService>> {
    let request = client
        .describe_services()
        .cluster(id.cluster.as_str())
        .services(id.name.as_str())
        .include(ServiceField::Tags);
    let answer = read("DescribeServices", request.send()).await?;
    answer
        .services()
        .first()
        .map(|found| live(found, "DescribeServices"))
        .transpose()
}

/// Reads a service out of an answer.
pub(super) fn live(service: &Service, operation: &'static str) -> Answer<LiveService> {
    LiveService::read(wire::document(service)).map_err(|error| CloudError {
        operation,
        kind: ErrorKind::Lost,
        code: None,
        message: format!("unreadable answer: {error}"),
        hint: None,
    })
}
