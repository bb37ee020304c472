//! Services: what there is, the writes to it, and its tags.

use super::super::api::EcsApi;
use super::super::lacks::{Lacks, about, document, each_once, last, member, text};
use super::super::operation::Operation;
use super::super::wire;
use aws_sdk_ecs::operation::describe_services::DescribeServicesOutput;
use aws_sdk_ecs::types::{Failure, Service, ServiceField, Tag};
use mlship_core::cloud::{Answer, Answers};
use mlship_core::release::ids::{ClusterName, ServiceId, ServiceName};
use mlship_core::release::{Document, LiveService};
use serde_json::Value;
use std::collections::BTreeMap;

/// The most that one request takes.
pub(in super::super) const AT_ONCE: usize = 10;

/// `DescribeServices`: services of one cluster, with their tags; nothing where one is missing.
pub(super) async fn described(
    client: EcsApi,
    cluster: ClusterName,
    names: Vec<ServiceName>,
) -> Answer<Answers<ServiceName, Option<LiveService>>> {
    let asked: Vec<String> = names.iter().map(ToString::to_string).collect();
    let request = || {
        client
            .describe_services()
            .cluster(cluster.as_str())
            .set_services(Some(asked.clone()))
            .include(ServiceField::Tags)
            .send()
    };
    client
        .ask(Operation::DescribeServices, request, |answer| {
            of_each(&answer, &names)
        })
        .await
}

/// A service that is not there is named among the failures: an answer without it says nothing.
fn of_each(
    answer: &DescribeServicesOutput,
    names: &[ServiceName],
) -> Result<Answers<ServiceName, Option<LiveService>>, Lacks> {
    let found = answer.services().iter();
    each_once(
        names.iter().map(ServiceName::as_str),
        found.map(Service::service_arn),
        answer.failures(),
    )?;
    let of_one = |name: &ServiceName| {
        let is_it = |arn: Option<&str>| arn.map(last) == Some(last(name.as_str()));
        let failure = |failure: &&Failure| is_it(failure.arn());
        if let Some(failure) = answer.failures().iter().find(failure) {
            let reason = text(failure.reason(), "reason of its failure")?;
            return match reason {
                "MISSING" => Ok(None),
                _ => Err(Lacks::new(format!("{name} is told as {reason}"))),
            };
        }
        let service = |service: &&Service| is_it(service.service_arn());
        let found = answer.services().iter().find(service);
        found
            .map(|found| live(found, Some(name.as_str())))
            .transpose()
    };
    let mut answers = Answers::new();
    for name in names {
        match of_one(name) {
            Err(lacks) if names.len() > 1 => {
                answers.insert(name.clone(), Err(lacks.of(Operation::DescribeServices)))
            }
            answer => answers.insert(name.clone(), Ok(answer?)),
        };
    }
    Ok(answers)
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
pub(super) async fn create(client: &EcsApi, document: &Document) -> Answer<LiveService> {
    let request = || {
        let document = document.clone();
        client
            .create_service()
            .customize()
            .mutate_request(move |request| wire::send(request, &document))
            .send()
    };
    let name = document.get("serviceName").and_then(Value::as_str);
    client
        .ask(Operation::CreateService, request, |answer| {
            live(&member(answer.service, "service")?, name)
        })
        .await
}

/// `UpdateService`: the planned document, to the letter.
pub(super) async fn update(client: &EcsApi, document: &Document) -> Answer<LiveService> {
    let request = || {
        let document = document.clone();
        client
            .update_service()
            .customize()
            .mutate_request(move |request| wire::send(request, &document))
            .send()
    };
    let name = document.get("service").and_then(Value::as_str);
    client
        .ask(Operation::UpdateService, request, |answer| {
            live(&member(answer.service, "service")?, name)
        })
        .await
}

/// The most that one answer may hold.
const PAGE: i32 = 100;

/// `ListClusters` and `ListServices`: every service of the account in the region.
pub(super) async fn all(client: &EcsApi) -> Answer<Vec<ServiceId>> {
    let mut found = Vec::new();
    for cluster in clusters(client).await? {
        found.extend(services(client, &cluster).await?);
    }
    Ok(found)
}

async fn services(client: &EcsApi, cluster: &str) -> Answer<Vec<ServiceId>> {
    let request = |token| {
        let request = client.list_services().cluster(cluster);
        request.max_results(PAGE).set_next_token(token).send()
    };
    client
        .pages(Operation::ListServices, usize::MAX, request, |answer| {
            let arns = member(answer.service_arns, "serviceArns")?;
            let services = arns.iter().map(|arn| ServiceId {
                cluster: ClusterName::new(last(cluster)),
                name: ServiceName::new(last(arn)),
                place: None,
            });
            Ok((services.collect(), answer.next_token))
        })
        .await
}

async fn clusters(client: &EcsApi) -> Answer<Vec<String>> {
    let request = |token| {
        let request = client.list_clusters().max_results(PAGE);
        request.set_next_token(token).send()
    };
    client
        .pages(Operation::ListClusters, usize::MAX, request, |answer| {
            let arns = member(answer.cluster_arns, "clusterArns")?;
            Ok((arns, answer.next_token))
        })
        .await
}

/// `TagResource`: adds tags, takes none away.
///
/// Its answer holds nothing: where control depends on the tags they are read back.
pub(super) async fn tag(client: &EcsApi, arn: &str, tags: &BTreeMap<String, String>) -> Answer<()> {
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
    client
        .ask(Operation::TagResource, request, |_| Ok(()))
        .await
}

/// `UntagResource`: takes tags off. What is not there is no error.
pub(super) async fn untag(client: &EcsApi, arn: &str, keys: &[String]) -> Answer<()> {
    let request = || {
        client
            .untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(keys.to_vec()))
            .send()
    };
    client
        .ask(Operation::UntagResource, request, |_| Ok(()))
        .await
}
