//! Services: what there is, the writes to it, and its tags.

use super::super::call::{ask, pages};
use super::super::lacks::{Lacks, about, document, each_once, last, member, text};
use super::super::operation::Operation;
use super::super::wire;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::operation::describe_services::DescribeServicesOutput;
use aws_sdk_ecs::types::{Service, ServiceField, Tag};
use mlship_core::cloud::Answer;
use mlship_core::release::ids::{ClusterName, ServiceId, ServiceName};
use mlship_core::release::{Document, LiveService};
use serde_json::Value;
use std::collections::BTreeMap;

/// `DescribeServices`: one service, with its tags.
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

/// `CreateService`: the planned document, to the letter.
pub(super) async fn create(client: &Client, document: &Document) -> Answer<LiveService> {
    let request = || {
        let document = document.clone();
        client
            .create_service()
            .customize()
            .mutate_request(move |request| wire::send(request, &document))
            .send()
    };
    let name = document.get("serviceName").and_then(Value::as_str);
    ask(Operation::CreateService, request, |answer| {
        live(&member(answer.service, "service")?, name)
    })
    .await
}

/// `UpdateService`: the planned document, to the letter.
pub(super) async fn update(client: &Client, document: &Document) -> Answer<LiveService> {
    let request = || {
        let document = document.clone();
        client
            .update_service()
            .customize()
            .mutate_request(move |request| wire::send(request, &document))
            .send()
    };
    let name = document.get("service").and_then(Value::as_str);
    ask(Operation::UpdateService, request, |answer| {
        live(&member(answer.service, "service")?, name)
    })
    .await
}

/// The most that one answer may hold.
const PAGE: i32 = 100;

/// `ListClusters` and `ListServices`: every service of the account in the region.
pub(super) async fn all(client: &Client) -> Answer<Vec<ServiceId>> {
    let mut found = Vec::new();
    for cluster in clusters(client).await? {
        found.extend(services(client, &cluster).await?);
    }
    Ok(found)
}

async fn services(client: &Client, cluster: &str) -> Answer<Vec<ServiceId>> {
    let request = |token| {
        let request = client.list_services().cluster(cluster);
        request.max_results(PAGE).set_next_token(token).send()
    };
    pages(Operation::ListServices, usize::MAX, request, |answer| {
        let arns = member(answer.service_arns, "serviceArns")?;
        let services = arns.iter().map(|arn| ServiceId {
            cluster: ClusterName::new(last(cluster)),
            name: ServiceName::new(last(arn)),
        });
        Ok((services.collect(), answer.next_token))
    })
    .await
}

async fn clusters(client: &Client) -> Answer<Vec<String>> {
    let request = |token| {
        let request = client.list_clusters().max_results(PAGE);
        request.set_next_token(token).send()
    };
    pages(Operation::ListClusters, usize::MAX, request, |answer| {
        let arns = member(answer.cluster_arns, "clusterArns")?;
        Ok((arns, answer.next_token))
    })
    .await
}

/// `TagResource`: adds tags, takes none away.
///
/// Its answer holds nothing: where control depends on the tags they are read back.
pub(super) async fn tag(client: &Client, arn: &str, tags: &BTreeMap<String, String>) -> Answer<()> {
    let tags: Vec<Tag> = tags
        .iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect();
    let request = || {
        client
            .tag_resource()
            .resource_arn(arn)
            .set_tags(Some(tags.clone()))
            .send()
    };
    ask(Operation::TagResource, request, |_| Ok(())).await
}

/// `UntagResource`: takes tags off. What is not there is no error.
pub(super) async fn untag(client: &Client, arn: &str, keys: &[String]) -> Answer<()> {
    let request = || {
        client
            .untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(keys.to_vec()))
            .send()
    };
    ask(Operation::UntagResource, request, |_| Ok(())).await
}
