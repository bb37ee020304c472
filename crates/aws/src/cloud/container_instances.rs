//! `ListContainerInstances` and `DescribeContainerInstances`: what a cluster has room for.

use aws_sdk_ecs::Client;

use super::call::ask;
use super::lacks::{each_once, member, read};
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ContainerInstance;
use mlship_core::release::ids::ClusterName;

pub(super) async fn container_instances(
    client: &Client,
    cluster: &ClusterName,
) -> Answer<Vec<ContainerInstance>> {
    let list = || {
        let request = client.list_container_instances();
        request.cluster(cluster.as_str()).send()
    };
    let arns = ask(Operation::ListContainerInstances, list, |answer| {
        member(answer.container_instance_arns, "containerInstanceArns")
    })
    .await?;
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    let describe = || {
        let request = client
            .describe_container_instances()
            .cluster(cluster.as_str());
        request.set_container_instances(Some(arns.clone())).send()
    };
    ask(Operation::DescribeContainerInstances, describe, |answer| {
        let there = answer.container_instances().iter();
        each_once(
            arns.iter().map(String::as_str),
            there
                .clone()
                .map(|instance| instance.container_instance_arn()),
            answer.failures(),
        )?;
        there.map(|instance| read(instance)).collect()
    })
    .await
}
