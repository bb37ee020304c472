//! The members of ECS's documents, by their names.

use super::DocumentKind::{self, Service, TaskDefinition};

/// Returns the names of a document's members.
pub fn members(kind: DocumentKind) -> impl Iterator<Item = &'static str> {
    match kind {
        TaskDefinition => OF_TASK_DEFINITION,
        Service => OF_SERVICE,
    }
    .iter()
    .copied()
}

const OF_TASK_DEFINITION: &[&str] = &[
    "containerDefinitions",
    "cpu",
    "enableFaultInjection",
    "ephemeralStorage",
    "executionRoleArn",
    "family",
    "inferenceAccelerators",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "proxyConfiguration",
    "requiresCompatibilities",
    "runtimePlatform",
    "tags",
    "taskRoleArn",
    "trustedExecutionConfiguration",
    "volumes",
];

const OF_SERVICE: &[&str] = &[
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "clientToken",
    "cluster",
    "deploymentConfiguration",
    "deploymentController",
    "desiredCount",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "forceNewDeployment",
    "gatewayConnectors",
    "healthCheckGracePeriodSeconds",
    "launchType",
    "loadBalancers",
    "monitoring",
    "networkConfiguration",
    "placementConstraints",
    "placementStrategy",
    "platformVersion",
    "propagateTags",
    "role",
    "schedulingStrategy",
    "service",
    "serviceConnectConfiguration",
    "serviceName",
    "serviceRegistries",
    "tags",
    "taskDefinition",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::shape::model::all_places;

    #[test]
    fn the_members_are_those_of_the_model() {
        for kind in [TaskDefinition, Service] {
            let of_model: BTreeSet<String> = all_places(kind)
                .keys()
                .filter_map(|place| place.split(['.', '[']).next())
                .map(str::to_owned)
                .collect();
            let known: BTreeSet<String> = members(kind).map(str::to_owned).collect();
            assert_eq!(known, of_model);
        }
    }
}
