//! `ListContainerInstances` and `DescribeContainerInstances`: what a cluster has room for.

use aws_sdk_ecs::Client;
use serde_json::Value;

use super::call::read;
use super::wire;
use crate::cloud::Answer;
use crate::release::ContainerInstance;
use crate::release::ids::ClusterName;

pub(super) async fn container_instances(
    client: &Client,
    cluster: &ClusterName,
) -> Answer<Vec<ContainerInstance>> {
    let request = client.list_container_instances().cluster(cluster.as_str());
    let listed = read("ListContainerInstances", request.send()).await?;
    if listed.container_instance_arns().is_empty() {
        return Ok(Vec::new());
    }
    let request = client
        .describe_container_instances()
        .cluster(cluster.as_str())
        .set_container_instances(Some(listed.container_instance_arns().to_vec()));
    let answer = read("DescribeContainerInstances", request.send()).await?;
    let instances = answer.container_instances().iter();
    Ok(instances
        .filter_map(|one| serde_json::from_value(Value::Object(wire::document(one))).ok())
        .collect())
}
