//! Narrows each permission of the table to what the releases name.

use std::collections::BTreeSet;

use super::named::{Named, arn};
use super::special::{service_linked, tagging};
use super::statement::{Condition, Statement};
use super::subject::Subject;
use crate::permissions::{Permission, Scope};
use mlship_manifest::MlflowKind;

/// Returns what a permission comes to: statements of the names that others share.
pub(super) fn fragments(row: &Permission, named: &Named<'_>) -> Vec<Statement> {
    let one = |sid, resources, condition| {
        vec![Statement {
            sid,
            actions: BTreeSet::from([row.action]),
            resources,
            condition,
        }]
    };
    let anything = || BTreeSet::from(["*".to_owned()]);
    match row.scope {
        Scope::Any => one("Everywhere", anything(), None),
        Scope::OfCluster => {
            let clusters = Condition::new("ArnEquals", "ecs:cluster", named.clusters());
            one("InTheCluster", anything(), Some(clusters))
        }
        Scope::Cluster => one("Clusters", named.clusters(), None),
        Scope::Tasks => one("Clusters", named.in_cluster("task"), None),
        Scope::ContainerInstances => one("Clusters", named.in_cluster("container-instance"), None),
        Scope::Service => one("Services", named.of_service("service", ""), None),
        Scope::ServiceDeployments => {
            let mut both = named.of_service("service", "");
            both.extend(named.of_service("service-deployment", "/*"));
            one("Services", both, None)
        }
        Scope::ServiceRevisions => {
            let mut both = named.of_service("service", "");
            both.extend(named.of_service("service-revision", "/*"));
            one("Services", both, None)
        }
        Scope::Family => one("Families", named.families(), None),
        Scope::FamilyAndService => tagging(row, named),
        Scope::ScalableTargets => {
            let scaled =
                |subject: &Subject| arn(subject, "application-autoscaling", "scalable-target/*");
            let key = "application-autoscaling:service-namespace";
            let of_ecs = Condition::new("StringEquals", key, ["ecs".to_owned()]);
            one("Scaling", named.each(scaled), Some(of_ecs))
        }
        Scope::Repositories => {
            let found = named.all(|subject| &subject.repositories);
            one("Images", named.by_folder(found, ""), None)
        }
        Scope::Secrets => {
            let found = named.all(|subject| &subject.secrets);
            one("Secrets", named.by_folder(found, ""), None)
        }
        // A folder of them would be values.
        Scope::Parameters => one("Parameters", named.all(|subject| &subject.parameters), None),
        Scope::Values => one("Values", named.all(|subject| &subject.values), None),
        Scope::Roles if row.action == "iam:PassRole" => {
            let pass = |sid, roles, service: &str| {
                let to =
                    Condition::new("StringEquals", "iam:PassedToService", [service.to_owned()]);
                one(sid, roles, Some(to))
            };
            let of_tasks = named.all(|subject| &subject.task_roles);
            let of_services = named.all(|subject| &subject.service_roles);
            let mut both = pass("PassRoles", of_tasks, "ecs-tasks.amazonaws.com");
            both.extend(pass("PassRolesToEcs", of_services, "ecs.amazonaws.com"));
            both
        }
        Scope::Roles => {
            let mut roles = named.all(|subject| &subject.task_roles);
            roles.extend(named.all(|subject| &subject.service_roles));
            one("Roles", roles, None)
        }
        Scope::ServiceLinkedRoles => service_linked(row, named),
        Scope::LogGroups => {
            let found = named.all(|subject| &subject.log_groups);
            one("Logs", named.by_folder(found, ":*"), None)
        }
        Scope::Alarms => one("Alarms", named.alarms(), None),
        Scope::Rules => one("Rules", named.rules(row), None),
        Scope::Listeners => one("Listeners", named.listeners(), None),
        Scope::Objects => one(
            "Records",
            named.records(|bucket, prefix| format!("{bucket}/{prefix}*")),
            None,
        ),
        Scope::Bucket => one(
            "RecordBuckets",
            named.records(|bucket, _| bucket.to_owned()),
            None,
        ),
        Scope::ModelPackages => {
            let groups = named
                .subjects
                .iter()
                .filter_map(|subject| subject.model_group.clone());
            one("Models", groups.collect(), None)
        }
        Scope::TrackingServers => {
            let kind = MlflowKind::TrackingServer;
            one(
                "Mlflow",
                named.mlflow(|subject| subject.tracking_server.as_ref(), kind),
                None,
            )
        }
        Scope::MlflowApps => {
            let kind = MlflowKind::App;
            one(
                "MlflowApps",
                named.mlflow(|subject| subject.mlflow_app.as_ref(), kind),
                None,
            )
        }
    }
}
