//! Reasons to refuse a plan, from the manifest, the caller and the live service.

use serde_json::{Value, json};

use super::Refusal;
use crate::release::ids::Caller;
use crate::release::{LiveService, Release};
use mlship_manifest::Code;

pub(super) fn refusals(
    release: &Release,
    live: Option<&LiveService>,
    caller: &Caller,
) -> Vec<Refusal> {
    let mut found = Vec::new();
    if let Some(account) = release
        .account
        .as_ref()
        .filter(|account| **account != caller.account)
    {
        found.push(Refusal {
            code: Code::WRONG_ACCOUNT,
            path: "account",
            message: format!(
                "the manifest is for account {account}, the caller is in {}",
                caller.account
            ),
            help: "log in to that account, or choose its overlay with --env".to_owned(),
        });
    }
    match live {
        None => found.extend(create_refusals(release)),
        Some(service) => found.extend(update_refusals(release, service)),
    }
    found
}

fn create_refusals(release: &Release) -> Option<Refusal> {
    let awsvpc = release.desired.task_definition.get("networkMode") == Some(&json!("awsvpc"));
    let network = release.desired.service.contains_key("networkConfiguration");
    (awsvpc && !network).then(|| Refusal {
        code: Code::NETWORK_NEEDED,
        path: "network",
        message: format!(
            "service {} does not exist yet, and creating it needs subnets",
            release.service
        ),
        help: "write network.subnets and network.securityGroups".to_owned(),
    })
}

fn update_refusals(release: &Release, service: &LiveService) -> Vec<Refusal> {
    let mut found = Vec::new();
    if service.status == "DRAINING" {
        found.push(Refusal {
            code: Code::SERVICE_DRAINING,
            path: "service.name",
            message: format!("service {} is being deleted", release.service),
            help: "wait until it is gone, then deploy again".to_owned(),
        });
    }
    let controller = service
        .document
        .get("deploymentController")
        .map(|controller| &controller["type"]);
    if let Some(other) = controller
        .and_then(Value::as_str)
        .filter(|kind| *kind != "ECS")
    {
        found.push(Refusal {
            code: Code::FOREIGN_CONTROLLER,
            path: "service.name",
            message: format!(
                "service {} is deployed by {other}, not by ECS itself",
                release.service
            ),
            help: "move it to the ECS deployment controller first".to_owned(),
        });
    }
    let wanted = release.desired.service.get("launchType");
    let launch_type = service.document.get("launchType");
    if launch_type.is_some() && wanted.is_some() && launch_type != wanted {
        found.push(Refusal {
            code: Code::COMPUTE_FIXED,
            path: "runtime.compute",
            message: format!(
                "ECS cannot change the launch type of a service from {} to {}",
                text(launch_type),
                text(wanted),
            ),
            help: "give the service another name, and delete the old one afterwards".to_owned(),
        });
    }
    found
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or("none")
}
