//! `ListClusters` and `ListServices`: every service of the account in the region.

use aws_sdk_ecs::Client;

use super::call::{ask, pages};
use super::lacks::{last, member};
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::{ClusterName, ServiceId, ServiceName};

/// The most that one answer may hold.
const PAGE: i32 = 100;

pub(super) async fn all(client: &Client) -> Answer<Vec<ServiceId>> {
    let mut found = Vec::new();
    for cluster in clusters(client).await? {
        found.extend(services(client, &cluster).await?);
    }
    Ok(found)
}

async fn services(client: &Client, cluster: &str) -> Answer<Vec<ServiceId>> {
    pages(Operation::ListServices, usize::MAX, async |token| {
        let request = || {
            client
                .list_services()
                .cluster(cluster)
                .max_results(PAGE)
                .set_next_token(token.clone())
                .send()
        };
        ask(Operation::ListServices, request, |answer| {
            let arns = member(answer.service_arns, "serviceArns")?;
            let services = arns.iter().map(|arn| ServiceId {
                cluster: ClusterName::new(last(cluster)),
                name: ServiceName::new(last(arn)),
            });
            Ok((services.collect(), answer.next_token))
        })
        .await
    })
    .await
}

async fn clusters(client: &Client) -> Answer<Vec<String>> {
    pages(Operation::ListClusters, usize::MAX, async |token| {
        let request = || {
            client
                .list_clusters()
                .max_results(PAGE)
                .set_next_token(token.clone())
                .send()
        };
        ask(Operation::ListClusters, request, |answer| {
            let arns = member(answer.cluster_arns, "clusterArns")?;
            Ok((arns, answer.next_token))
        })
        .await
    })
    .await
}
