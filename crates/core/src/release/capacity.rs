//! Where tasks run: a launch type, or a strategy of capacity providers. ECS accepts one of the two.

use serde_json::{Value, json};

use mlship_manifest::schema::{CapacityProvider, Compute, NetworkMode, Runtime};

/// Returns the launch type that the task definition is held to. Nothing where only the providers'
/// names are known: ECS then finds out by itself what they are.
pub(super) fn compatibility(runtime: &Runtime) -> Option<&'static str> {
    match (runtime.compute, &runtime.capacity_providers) {
        (Some(compute), _) => Some(name_of(compute)),
        (None, None) => Some(name_of(Compute::Fargate)),
        (None, Some(providers)) => providers
            .iter()
            .all(CapacityProvider::is_fargate)
            .then(|| name_of(Compute::Fargate)),
    }
}

/// Returns the fields of the service that say where tasks run.
pub(super) fn of_service(runtime: &Runtime) -> Vec<(&'static str, Value)> {
    if let Some(providers) = &runtime.capacity_providers {
        let strategy = providers.iter().map(item).collect();
        return vec![("capacityProviderStrategy", strategy)];
    }
    match runtime.compute {
        // There is no such launch type: the cluster's default strategy decides.
        None | Some(Compute::ManagedInstances) => Vec::new(),
        Some(compute @ (Compute::Fargate | Compute::Ec2)) => vec![
            ("launchType", json!(name_of(compute))),
            // An empty list is how a service goes back from a strategy to its launch type.
            ("capacityProviderStrategy", json!([])),
        ],
    }
}

/// Returns the launch type of a new service whose manifest says nothing of it.
pub(super) fn default_launch_type(runtime: &Runtime) -> Option<&'static str> {
    let is_silent = runtime.compute.is_none() && runtime.capacity_providers.is_none();
    is_silent.then(|| name_of(Compute::Fargate))
}

/// Returns the network mode in ECS's words.
pub(super) fn network_mode(mode: Option<NetworkMode>) -> &'static str {
    match mode {
        None | Some(NetworkMode::Awsvpc) => "awsvpc",
        Some(NetworkMode::Bridge) => "bridge",
        Some(NetworkMode::Host) => "host",
    }
}

fn name_of(compute: Compute) -> &'static str {
    match compute {
        Compute::Fargate => "FARGATE",
        Compute::Ec2 => "EC2",
        Compute::ManagedInstances => "MANAGED_INSTANCES",
    }
}

fn item(provider: &CapacityProvider) -> Value {
    let mut item = json!({"capacityProvider": provider.name});
    for (field, number) in [("weight", provider.weight), ("base", provider.base)] {
        if let Some(number) = number {
            item[field] = json!(number);
        }
    }
    item
}
