//! The table of a service's fields: how a plan treats each.

use crate::shape::Document;

/// A field of `CreateService`, `UpdateService`, or of what ECS answers of a service.
#[derive(Debug, Clone, Copy)]
struct ServiceField {
    name: &'static str,
    home: Home,
    on_update: OnUpdate,
    /// A plan that was made before it changed is stale.
    is_fingerprinted: bool,
    /// A service revision holds it, and a rollback brings it back.
    is_restored: bool,
}

/// Where ECS answers what a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Home {
    /// In the service.
    Service,
    /// In the service's deployments alone, and in its revisions.
    Deployment,
    /// In the service's revisions alone.
    Revision,
}

/// What `UpdateService` makes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnUpdate {
    /// It replaces the tasks.
    Deploys,
    /// It replaces the tasks when a deployment is forced: ECS refuses it without, or its
    /// documentation leaves open whether one comes by itself.
    DeploysByForce,
    /// The tasks stay.
    InPlace,
    /// There is no such field: `CreateService` alone takes it, or it has another call.
    Absent,
}

use Home::{Deployment, Revision, Service};
use OnUpdate::{Absent, Deploys, DeploysByForce, InPlace};

const fn row(name: &'static str, home: Home, on_update: OnUpdate) -> ServiceField {
    ServiceField {
        name,
        home,
        on_update,
        is_fingerprinted: true,
        is_restored: false,
    }
}

impl ServiceField {
    /// Who changes it makes a deployment, whose id is in the fingerprint, or nobody can.
    const fn not_fingerprinted(mut self) -> Self {
        self.is_fingerprinted = false;
        self
    }

    const fn restored(mut self) -> Self {
        self.is_restored = true;
        self
    }
}

const SERVICE_FIELDS: &[ServiceField] = &[
    row("status", Service, Absent),
    row("taskDefinition", Service, Deploys),
    row("desiredCount", Service, InPlace),
    row("launchType", Service, Absent),
    row("capacityProviderStrategy", Service, DeploysByForce).restored(),
    row("platformVersion", Service, Deploys).restored(),
    row("networkConfiguration", Service, Deploys).restored(),
    row("loadBalancers", Service, Deploys).restored(),
    row("deploymentConfiguration", Service, InPlace),
    row("healthCheckGracePeriodSeconds", Service, InPlace),
    row("propagateTags", Service, InPlace),
    row("tags", Service, Absent),
    row("enableExecuteCommand", Service, InPlace),
    row("enableECSManagedTags", Service, InPlace),
    row("availabilityZoneRebalancing", Service, InPlace),
    row("placementConstraints", Service, InPlace),
    row("placementStrategy", Service, InPlace),
    row("deploymentController", Service, InPlace),
    row("schedulingStrategy", Service, Absent),
    row("serviceRegistries", Service, Deploys)
        .not_fingerprinted()
        .restored(),
    row("serviceConnectConfiguration", Deployment, Deploys)
        .not_fingerprinted()
        .restored(),
    row("volumeConfigurations", Deployment, Deploys)
        .not_fingerprinted()
        .restored(),
    row("vpcLatticeConfigurations", Deployment, Deploys)
        .not_fingerprinted()
        .restored(),
    row("monitoring", Revision, DeploysByForce)
        .not_fingerprinted()
        .restored(),
    row("gatewayConnectors", Revision, DeploysByForce)
        .not_fingerprinted()
        .restored(),
    row("role", Service, Absent).not_fingerprinted(),
    row("clientToken", Service, Absent).not_fingerprinted(),
    row("serviceName", Service, Absent).not_fingerprinted(),
    row("cluster", Service, InPlace).not_fingerprinted(),
    row("service", Service, InPlace).not_fingerprinted(),
    row("forceNewDeployment", Service, Deploys).not_fingerprinted(),
];

fn field(name: &str) -> Option<&'static ServiceField> {
    SERVICE_FIELDS.iter().find(|field| field.name == name)
}

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
pub(super) fn starts_deployment(name: &str) -> bool {
    field(name).is_some_and(|field| matches!(field.on_update, Deploys | DeploysByForce))
}

/// Says whether a field of `UpdateService` has to come with a forced deployment.
pub(super) fn needs_force(name: &str) -> bool {
    field(name).is_some_and(|field| field.on_update == DeploysByForce)
}

/// Says whether `UpdateService` takes a field. One that this version does not know is left to ECS.
pub(super) fn is_updatable(name: &str) -> bool {
    field(name).is_none_or(|field| field.on_update != Absent)
}

/// Returns what of a service revision `UpdateService` takes.
pub(super) fn restored() -> impl Iterator<Item = &'static str> {
    names(|field| field.is_restored)
}

/// Says whether a service revision has to be asked about any field that matters.
pub(super) fn is_told_by_revision(matters: impl Fn(&str) -> bool) -> bool {
    names(|field| field.home == Revision).any(matters)
}

/// Adds to a service what ECS answers of it elsewhere.
pub(super) fn with_revision(service: &Document, revision: Option<&Document>) -> Document {
    let mut document = service.clone();
    for name in names(|field| matches!(field.home, Deployment | Revision)) {
        if let Some(value) = revision.and_then(|revision| revision.get(name)) {
            document.entry(name).or_insert_with(|| value.clone());
        }
    }
    document
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::shape::model::places;

    /// Else a rollback would change the service without new tasks, and a plan that was made
    /// before would not be stale.
    #[test]
    fn what_a_rollback_restores_starts_a_deployment() {
        for field in restored() {
            assert!(starts_deployment(field), "{field}");
        }
    }

    #[test]
    fn every_field_stands_once() {
        let names: BTreeSet<&str> = names(|_| true).collect();
        assert_eq!(names.len(), SERVICE_FIELDS.len());
    }

    fn members(operation: &str) -> BTreeSet<String> {
        let first = |place: &String| place.split(['.', '[']).next().unwrap().to_owned();
        places(operation).keys().map(first).collect()
    }

    #[test]
    fn what_an_update_takes_is_what_the_model_says() {
        let (create, update) = (members("CreateService"), members("UpdateService"));
        for name in create.union(&update) {
            let field = field(name).unwrap_or_else(|| panic!("{name} has no row"));
            assert_eq!(field.on_update != Absent, update.contains(name), "{name}");
        }
    }
}
