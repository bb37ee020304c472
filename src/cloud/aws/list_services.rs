//! `ListClusters` and `ListServices`: every service of the account in the region.

use aws_sdk_ecs::Client;

use super::call::read;
use crate::cloud::Answer;
use crate::release::ids::{ClusterName, ServiceId, ServiceName};
use crate::text::arn::last_part;

/// The most that one answer may hold.
const PAGE: i32 = 100;

pub(super) async fn all(client: &Client) -> Answer<Vec<ServiceId>> {
    let mut found = Vec::new();
    for cluster in clusters(client).await? {
        let mut token = None;
        loop {
            let request = client
                .list_services()
                .cluster(&cluster)
                .max_results(PAGE)
                .set_next_token(token);
            let answer = read("ListServices", request.send()).await?;
            found.extend(answer.service_arns().iter().map(|arn| ServiceId {
                cluster: ClusterName::new(last_part(&cluster)),
                name: ServiceName::new(last_part(arn)),
            }));
            token = answer.next_token;
            if token.is_none() {
                break;
            }
        }
    }
    Ok(found)
}

async fn clusters(client: &Client) -> Answer<Vec<String>> {
    let mut found = Vec::new();
    let mut token = None;
    loop {
        let request = client
            .list_clusters()
            .max_results(PAGE)
            .set_next_token(token);
        let answer = read("ListClusters", request.send()).await?;
        found.extend_from_slice(answer.cluster_arns());
        token = answer.next_token;
        if token.is_none() {
            return Ok(found);
        }
    }
}
