//! Lists the field names that ECS knows at a place of a document, for suggestions on typos.

use aws_sdk_ecs::operation::create_service::CreateServiceInput;
use aws_sdk_ecs::operation::register_task_definition::RegisterTaskDefinitionInput;
use aws_sdk_ecs::types;
use aws_smithy_schema::Schema;

use mlship_core::shape::{DocumentKind, Path, Segment};

/// Returns the names that could stand where the path's last step does.
#[must_use]
pub fn known_fields(kind: DocumentKind, path: &Path) -> Vec<&'static str> {
    let [around @ .., Segment::Field(_)] = path.0.as_slice() else {
        return Vec::new();
    };
    let holder = around.iter().rev().find_map(|step| match step {
        Segment::Field(name) => Some(name.as_str()),
        Segment::Key(_) => None,
    });
    let schema = match (holder, kind) {
        (None, DocumentKind::TaskDefinition) => Some(RegisterTaskDefinitionInput::SCHEMA),
        (None, DocumentKind::Service) => Some(CreateServiceInput::SCHEMA),
        (Some(holder), _) => schema_of(holder),
    };
    let members = schema.map_or(&[][..], Schema::members);
    members
        .iter()
        .filter_map(|member| member.member_name())
        .collect()
}

/// Returns the shape that a field holds; the same name means the same shape wherever ECS has it.
fn schema_of(field: &str) -> Option<&'static Schema<'static>> {
    Some(match field {
        "containerDefinitions" => types::ContainerDefinition::SCHEMA,
        "portMappings" => types::PortMapping::SCHEMA,
        "healthCheck" => types::HealthCheck::SCHEMA,
        "logConfiguration" => types::LogConfiguration::SCHEMA,
        "linuxParameters" => types::LinuxParameters::SCHEMA,
        "mountPoints" => types::MountPoint::SCHEMA,
        "resourceRequirements" => types::ResourceRequirement::SCHEMA,
        "dependsOn" => types::ContainerDependency::SCHEMA,
        "ulimits" => types::Ulimit::SCHEMA,
        "restartPolicy" => types::ContainerRestartPolicy::SCHEMA,
        "firelensConfiguration" => types::FirelensConfiguration::SCHEMA,
        "repositoryCredentials" => types::RepositoryCredentials::SCHEMA,
        "volumes" => types::Volume::SCHEMA,
        "efsVolumeConfiguration" => types::EfsVolumeConfiguration::SCHEMA,
        "runtimePlatform" => types::RuntimePlatform::SCHEMA,
        "ephemeralStorage" => types::EphemeralStorage::SCHEMA,
        "deploymentConfiguration" => types::DeploymentConfiguration::SCHEMA,
        "deploymentCircuitBreaker" => types::DeploymentCircuitBreaker::SCHEMA,
        "networkConfiguration" => types::NetworkConfiguration::SCHEMA,
        "awsvpcConfiguration" => types::AwsVpcConfiguration::SCHEMA,
        "loadBalancers" => types::LoadBalancer::SCHEMA,
        "capacityProviderStrategy" => types::CapacityProviderStrategyItem::SCHEMA,
        "serviceRegistries" => types::ServiceRegistry::SCHEMA,
        "serviceConnectConfiguration" => types::ServiceConnectConfiguration::SCHEMA,
        "placementStrategy" => types::PlacementStrategy::SCHEMA,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_place() {
        let field = |name: &str| Segment::Field(name.to_owned());
        let check = |kind, steps: Vec<Segment>, name: &str| {
            let known = known_fields(kind, &Path(steps));
            assert!(known.contains(&name), "{name}: {known:?}");
        };
        check(DocumentKind::TaskDefinition, vec![field("x")], "pidMode");
        check(
            DocumentKind::Service,
            vec![field("x")],
            "enableExecuteCommand",
        );
        let container = [field("containerDefinitions"), Segment::Key("m".to_owned())];
        let within = |more: &[Segment]| [&container[..], more].concat();
        check(
            DocumentKind::TaskDefinition,
            within(&[field("x")]),
            "ulimits",
        );
        let check_command = within(&[field("healthCheck"), field("x")]);
        check(DocumentKind::TaskDefinition, check_command, "startPeriod");
        let key = within(&[]);
        assert!(known_fields(DocumentKind::TaskDefinition, &Path(key)).is_empty());
    }
}
