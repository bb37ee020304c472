//! Reasons to refuse a plan, from the manifest, the caller and the live service.

use serde_json::{Value, json};

use super::Refusal;
use super::settings::{self, LOAD_BALANCERS, PROVIDERS, STRATEGY, WrittenLast};
use crate::release::ids::Caller;
use crate::release::{Foreign, LiveService, Release};
use crate::shape::items;
use mlship_manifest::Code;

/// Refuses a manifest that is for another account than the caller's.
#[must_use]
pub fn wrong_account(wanted: Option<&String>, caller: &Caller) -> Option<Refusal> {
    let account = wanted.filter(|account| *account != caller.account.as_str())?;
    let help = if caller.account.is_checked() {
        "log in to that account, or choose its overlay with --env"
    } else {
        "let this machine reach AWS's STS, which tells whose the credentials are"
    };
    Some(Refusal {
        code: Code::WRONG_ACCOUNT,
        path: "account",
        message: format!(
            "the manifest is for account {account}, the caller is in {}",
            caller.account
        ),
        help: help.to_owned(),
    })
}

pub(super) fn refusals(
    release: &Release,
    live: Option<&LiveService>,
    last: &WrittenLast,
    caller: &Caller,
) -> Vec<Refusal> {
    let mut found = Vec::new();
    found.extend(wrong_account(release.account.as_ref(), caller));
    if let Some(region) = release.region.as_ref().filter(|own| **own != caller.region) {
        found.push(Refusal {
            code: Code::WRONG_REGION,
            path: "service.region",
            message: format!(
                "the manifest is for region {region}, and {} is asked",
                caller.region
            ),
            help: "leave --region out, or choose the overlay of that region with --env".to_owned(),
        });
    }
    match live {
        None => found.extend(create_refusals(release)),
        Some(service) => found.extend(update_refusals(release, service, last)),
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

fn update_refusals(release: &Release, service: &LiveService, last: &WrittenLast) -> Vec<Refusal> {
    let mut found = Vec::new();
    if service.status == "DRAINING" {
        found.push(Refusal {
            code: Code::SERVICE_DRAINING,
            path: "service.name",
            message: format!("service {} is being deleted", release.service),
            help: "wait until it is gone, then deploy again".to_owned(),
        });
    }
    let foreign = service.foreign();
    let code = match &foreign {
        Some(Foreign::Controller(_)) => Some(Code::FOREIGN_CONTROLLER),
        Some(Foreign::Daemon) => Some(Code::DAEMON_SERVICE),
        Some(Foreign::Express) => Some(Code::EXPRESS_SERVICE),
        // A manifest may say that it shall be rolling from here on.
        Some(Foreign::Strategy(_)) | None => None,
    };
    if let (Some(code), Some(foreign)) = (code, foreign) {
        found.push(Refusal {
            code,
            path: "service.name",
            message: format!("service {} {}", release.service, foreign.words()),
            help: foreign.hint().to_owned(),
        });
        return found;
    }
    found.extend(other_compute(release, service));
    found.extend(losses(release, service, last));
    found
}

fn other_compute(release: &Release, service: &LiveService) -> Option<Refusal> {
    let written = release.desired.service.get("launchType");
    let wanted = written.or(release.desired.new_service.get("launchType"));
    let live = service.document.get("launchType");
    let is_silent = written.is_none() && !release.desired.service.contains_key(PROVIDERS);
    let providers = settings::at(&service.document, PROVIDERS);
    // Tasks of the default kind would find no place there.
    let foreign = items(providers)
        .filter_map(|item| item["capacityProvider"].as_str())
        .find(|name| !name.starts_with("FARGATE"));
    let (is, help) = match (live, foreign) {
        (Some(live), _) if wanted.is_some_and(|wanted| wanted != live) => {
            (format!("launch type {}", text(Some(live))), "launch type")
        }
        (None, Some(name)) if is_silent && wanted.is_some() => {
            (format!("capacity provider {name}"), "capacity provider")
        }
        _ => return None,
    };
    let message = match written {
        Some(written) => format!(
            "ECS cannot change the launch type of a service from {} to {}",
            text(live),
            text(Some(written)),
        ),
        None => format!("the service runs on {is}, and the manifest does not say where it runs"),
    };
    Some(Refusal {
        code: Code::COMPUTE_FIXED,
        path: "runtime.compute",
        message,
        help: match (written, help) {
            (Some(_), _) => {
                "give the service another name, and delete the old one afterwards".to_owned()
            }
            (None, "launch type") => {
                format!("write runtime.compute: {}", text(live).to_lowercase())
            }
            (None, _) => "write runtime.capacityProviders".to_owned(),
        },
    })
}

/// What a service would lose without anybody having said so.
fn losses(release: &Release, service: &LiveService, last: &WrittenLast) -> Vec<Refusal> {
    let desired = &release.desired.service;
    let is_written = |place: &str| settings::at(desired, place).is_some();
    let live = |place: &str| settings::at(&service.document, place);
    let mut found = Vec::new();
    let groups: Vec<&str> = items(live(LOAD_BALANCERS))
        .filter_map(|item| item["targetGroupArn"].as_str())
        .collect();
    let was_ours = |place: &str| last.has_place(place) && !is_written(place);
    if was_ours(LOAD_BALANCERS) && !groups.is_empty() {
        found.push(Refusal {
            code: Code::WOULD_DETACH,
            path: "service.name",
            message: format!(
                "the manifest no longer says how requests reach the service, which is in {}",
                groups.join(" and ")
            ),
            help: match groups[..] {
                [only] => format!(
                    "write traffic: {{ targetGroup: \"{only}\" }} to keep it, or traffic: none to \
                     detach"
                ),
                _ => "write overrides.service.loadBalancers with all of them to keep them, or \
                      traffic: none to detach"
                    .to_owned(),
            },
        });
    }
    let providers: Vec<&str> = items(live(PROVIDERS))
        .filter_map(|item| item["capacityProvider"].as_str())
        .collect();
    if was_ours(PROVIDERS) && !is_written("launchType") && !providers.is_empty() {
        found.push(Refusal {
            code: Code::WOULD_LOSE_CAPACITY,
            path: "runtime",
            message: format!(
                "the manifest no longer says where tasks run, which is on {}",
                providers.join(", ")
            ),
            help: "write runtime.capacityProviders to keep them, or runtime.compute".to_owned(),
        });
    }
    let strategy = text(live(STRATEGY));
    if !is_written(STRATEGY) && !["none", "", "ROLLING"].contains(&strategy) {
        found.push(Refusal {
            code: Code::STRATEGY_UNWRITTEN,
            path: "rollout.strategy",
            message: format!(
                "service {} is deployed by the strategy {strategy}, and this would be rolling",
                release.service
            ),
            help: "write rollout.strategy: rolling to change it".to_owned(),
        });
    }
    found
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or("none")
}
