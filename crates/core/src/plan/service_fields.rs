//! The table of a service's fields: how a plan treats each.

/// A field of `UpdateService` or of what `DescribeServices` answers.
#[derive(Debug, Clone, Copy)]
struct ServiceField {
    name: &'static str,
    /// A plan that was made before it changed is stale.
    is_fingerprinted: bool,
    /// With it in an update ECS replaces the tasks.
    starts_deployment: bool,
    /// A service revision holds it, and a rollback brings it back.
    is_restored: bool,
}

/// What sets it apart, in the order of the columns.
const fn row(name: &'static str, columns: [bool; 3]) -> ServiceField {
    let [is_fingerprinted, starts_deployment, is_restored] = columns;
    ServiceField {
        name,
        is_fingerprinted,
        starts_deployment,
        is_restored,
    }
}

const YES: bool = true;
const NO: bool = false;

/// The order is part of the fingerprint.
const SERVICE_FIELDS: [ServiceField; 17] = [
    // fingerprinted, starts a deployment, restored
    row("status", [YES, NO, NO]),
    row("taskDefinition", [YES, YES, NO]),
    row("desiredCount", [YES, NO, NO]),
    row("launchType", [YES, NO, NO]),
    row("capacityProviderStrategy", [YES, YES, YES]),
    row("platformVersion", [YES, YES, YES]),
    row("networkConfiguration", [YES, YES, YES]),
    row("loadBalancers", [YES, YES, YES]),
    row("deploymentConfiguration", [YES, NO, NO]),
    row("healthCheckGracePeriodSeconds", [YES, NO, NO]),
    row("propagateTags", [YES, NO, NO]),
    row("tags", [YES, NO, NO]),
    // Who changes these makes a deployment, whose id is in the fingerprint.
    row("serviceRegistries", [NO, YES, YES]),
    row("serviceConnectConfiguration", [NO, YES, YES]),
    row("volumeConfigurations", [NO, YES, YES]),
    row("vpcLatticeConfigurations", [NO, YES, YES]),
    row("forceNewDeployment", [NO, YES, NO]),
];

fn names(are: fn(&ServiceField) -> bool) -> impl Iterator<Item = &'static str> {
    SERVICE_FIELDS
        .iter()
        .filter(move |field| are(field))
        .map(|field| field.name)
}

/// Returns what an update by somebody else would change.
pub(super) fn fingerprinted() -> impl Iterator<Item = &'static str> {
    names(|field| field.is_fingerprinted)
}

/// Says whether a field of `UpdateService` makes ECS replace the tasks.
pub(super) fn starts_deployment(field: &str) -> bool {
    names(|field| field.starts_deployment).any(|name| name == field)
}

/// Returns what of a service revision `UpdateService` takes.
pub(super) fn restored() -> impl Iterator<Item = &'static str> {
    names(|field| field.is_restored)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else a rollback would change the service without new tasks, and a plan that was made
    /// before would not be stale.
    #[test]
    fn what_a_rollback_restores_starts_a_deployment() {
        for field in restored() {
            assert!(starts_deployment(field), "{field}");
        }
    }

    #[test]
    fn every_field_means_something_and_stands_once() {
        let mut names: Vec<&str> =
            names(|field| field.is_fingerprinted || field.starts_deployment || field.is_restored)
                .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SERVICE_FIELDS.len());
    }
}
