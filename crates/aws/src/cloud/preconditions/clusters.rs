//! ECS's `DescribeClusters` and `DescribeCapacityProviders`.

use aws_sdk_ecs::types::{
    CapacityProvider as Provider, CapacityProviderStatus, ManagedScalingStatus,
};

use super::super::api::EcsApi;
use super::super::lacks::{Lacks, each_once, last, member, text};
use super::super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::cloud::preconditions::CapacityProvider;

/// Returns the capacity providers that a cluster is associated with, if there is such a cluster.
pub(super) async fn providers(client: &EcsApi, cluster: &str) -> Answer<Option<Vec<String>>> {
    let request = || client.describe_clusters().clusters(cluster).send();
    client
        .ask(Operation::DescribeClusters, request, |answer| {
            let there = answer.clusters().iter().map(|found| found.cluster_arn());
            each_once([cluster], there, answer.failures())?;
            let found = answer.clusters().first();
            let active = found.filter(|found| found.status() == Some("ACTIVE"));
            Ok(active.map(|found| found.capacity_providers().to_vec()))
        })
        .await
}

/// Returns those capacity providers that are there.
pub(super) async fn capacity_providers(
    client: &EcsApi,
    names: &[String],
) -> Answer<Vec<CapacityProvider>> {
    const OPERATION: Operation = Operation::DescribeCapacityProviders;
    let request = |token| {
        let request = client.describe_capacity_providers();
        let request = request.set_capacity_providers(Some(names.to_vec()));
        request.set_next_token(token).send()
    };
    let found = client.pages(OPERATION, usize::MAX, request, |answer| {
        let all = member(answer.capacity_providers, "capacityProviders")?;
        let all = all.iter().map(described);
        Ok((all.collect::<Result<_, Lacks>>()?, answer.next_token))
    });
    found.await
}

fn described(provider: &Provider) -> Result<CapacityProvider, Lacks> {
    let group = provider.auto_scaling_group_provider();
    let scaling = group.and_then(|group| group.managed_scaling());
    let status = scaling.and_then(|scaling| scaling.status());
    let is_managed = provider.managed_instances_provider().is_some();
    Ok(CapacityProvider {
        name: last(text(provider.name(), "name of a capacity provider")?).to_owned(),
        is_active: provider.status() == Some(&CapacityProviderStatus::Active),
        scales: is_managed || status == Some(&ManagedScalingStatus::Enabled),
    })
}
