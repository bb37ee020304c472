//! `ListServiceDeployments`: the newest of a service, or all.

use aws_sdk_ecs::Client;
use serde_json::Value;

use super::call::read;
use super::wire;
use crate::cloud::Answer;
use crate::release::ServiceDeployment;
use crate::release::ids::ServiceId;

/// One page is what following a deployment needs.
const NEWEST: i32 = 20;
/// The largest page.
const PAGE: i32 = 100;

pub(super) async fn newest(client: &Client, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
    let (mut found, _) = page(client, service, NEWEST, None).await?;
    sort(&mut found);
    Ok(found)
}

pub(super) async fn all(client: &Client, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
    let (mut found, mut next) = page(client, service, PAGE, None).await?;
    while next.is_some() {
        let (more, after) = page(client, service, PAGE, next).await?;
        found.extend(more);
        next = after;
    }
    sort(&mut found);
    Ok(found)
}

fn sort(found: &mut [ServiceDeployment]) {
    found.sort_by_key(|brief| std::cmp::Reverse(brief.created_at));
}

async fn page(
    client: &Client,
    service: &ServiceId,
    size: i32,
    token: Option<String>,
) -> Answer<(Vec<ServiceDeployment>, Option<String>)> {
    let request = client
        .list_service_deployments()
        .cluster(service.cluster.as_str())
        .service(service.name.as_str())
        .max_results(size)
        .set_next_token(token);
    let answer = read("ListServiceDeployments", request.send()).await?;
    let found = answer
        .service_deployments()
        .iter()
        .filter_map(|brief| serde_json::from_value(Value::Object(wire::document(brief))).ok());
    Ok((found.collect(), answer.next_token.clone()))
}
