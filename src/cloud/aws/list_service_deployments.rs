//! `ListServiceDeployments`: the newest of a service.

use aws_sdk_ecs::Client;
use serde_json::Value;

use super::call::read;
use super::wire;
use crate::cloud::Answer;
use crate::release::ServiceDeployment;
use crate::release::ids::ServiceId;

/// One page is what following a deployment needs.
const NEWEST: i32 = 20;

pub(super) async fn list(client: &Client, service: &ServiceId) -> Answer<Vec<ServiceDeployment>> {
    let request = client
        .list_service_deployments()
        .cluster(service.cluster.as_str())
        .service(service.name.as_str())
        .max_results(NEWEST);
    let answer = read("ListServiceDeployments", request.send()).await?;
    let mut found: Vec<ServiceDeployment> = answer
        .service_deployments()
        .iter()
        .filter_map(|brief| serde_json::from_value(Value::Object(wire::document(brief))).ok())
        .collect();
    found.sort_by_key(|brief| std::cmp::Reverse(brief.created_at));
    Ok(found)
}
