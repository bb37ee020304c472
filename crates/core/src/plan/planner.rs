//! From what is wanted and what is there to what is written.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::autoscaling::{is_marked, scaled};
use super::diff::{self, Change, Shown};
use super::field_names::FieldNames;
use super::{Effect, Observed, Plan, Previous, Redeploy, Refusal, ServiceWrite, Started, Writes};
use crate::release::EXPERIMENT;
use crate::release::Origin;
use crate::release::ids::{Caller, ServiceId};
use crate::release::{
    Document, LiveService, LiveTaskDefinition, MODEL, MODEL_REF, Release, SCALED, VERSION, as_tag,
    merge_over,
};
use mlship_manifest::Code;
use mlship_manifest::Reference;
use mlship_text::digest::digest;

/// Plans what turns the observed service into the release.
///
/// # Errors
/// Every reason why it must not be done, at once.
pub fn plan(
    release: &Release,
    observed: &Observed,
    caller: &Caller,
    redeploy: Redeploy,
) -> Result<Plan, Vec<Refusal>> {
    let live = observed
        .service
        .as_ref()
        .filter(|service| service.is_active());
    let refusals = refusals(release, live, caller);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let draft = match live {
        None => create(release, &caller.account),
        Some(service) => update(release, service, observed, caller, redeploy),
    };
    let running = live.and_then(running);
    Ok(Plan {
        service: release.service.clone(),
        caller: caller.clone(),
        model: release.model.clone(),
        image: release.image.clone(),
        origin: release.origin.clone(),
        previous: live
            .and(observed.task_definition.as_ref())
            .map(Previous::of),
        effect: draft.effect,
        changes: in_manifest_order(draft.changes),
        notes: draft.notes,
        running,
        going_back: live.is_some_and(LiveService::is_going_back),
        writes: draft.writes,
        experiment: live.and_then(|service| service.tags().remove(EXPERIMENT)),
        observed: fingerprint(observed.service.as_ref()),
    })
}

/// Orders changes as the manifest's sections are, what is released first.
pub(super) fn in_manifest_order(mut changes: Vec<Change>) -> Vec<Change> {
    const SECTIONS: [&str; 10] = [
        "model",
        "image",
        "service",
        "runtime",
        "network",
        "health",
        "traffic",
        "rollout",
        "autoscaling",
        "tags",
    ];
    changes.sort_by_key(|change| {
        let section = change.path.split('.').next();
        let place = SECTIONS.iter().position(|one| Some(*one) == section);
        (place.unwrap_or(SECTIONS.len()), change.path.clone())
    });
    changes
}

struct Draft {
    effect: Effect,
    changes: Vec<Change>,
    notes: Vec<String>,
    writes: Writes,
}

/// Returns the deployment under way: what serves is then no success yet.
pub(super) fn running(service: &LiveService) -> Option<Started> {
    service.running().map(|primary| Started {
        deployment: primary.id.clone(),
        created_at: primary.created_at,
        task_definition: primary.task_definition.clone(),
    })
}

fn refusals(release: &Release, live: Option<&LiveService>, caller: &Caller) -> Vec<Refusal> {
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
        .map(|one| &one["type"]);
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

fn create(release: &Release, account: &str) -> Draft {
    let mut service = release.desired.service.clone();
    let scaling = release.desired.scaling;
    // Without a task there is nothing whose use could be measured.
    let first = scaling.map_or(1, |scaling| scaling.min.max(1));
    service.entry("desiredCount").or_insert(json!(first));
    service.retain(|_, value| *value != json!([]));
    let mut changes = diff::task_definition(
        &Document::new(),
        &release.desired.task_definition,
        &FieldNames::of_task_definition(release, None),
        account,
        &release.secrets,
    );
    let names = FieldNames::of_service(release);
    changes.extend(diff::service(
        &Document::new(),
        &service,
        &names,
        &release.secrets,
    ));
    changes.insert(0, version_change(None, &release.model.version));
    changes.extend(tag_changes(
        &release.desired.tags,
        &BTreeMap::new(),
        release,
    ));
    let tags = service_tags(release);
    if !tags.is_empty() {
        service.insert("tags".to_owned(), crate::release::tag_list(&tags));
    }
    let scaled = scaled(scaling, None, false);
    changes.extend(scaled.changes);
    service.insert("cluster".to_owned(), json!(release.service.cluster));
    service.insert("serviceName".to_owned(), json!(release.service.name));
    let tasks = count(service.get("desiredCount"));
    Draft {
        effect: Effect::Create,
        changes,
        notes: vec![format!("creates the service with {}", counted(tasks))],
        writes: Writes {
            register: Some(release.registration()),
            service: Some(ServiceWrite::Create(service)),
            tags: BTreeMap::new(),
            scaling: scaled.writes,
        },
    }
}

fn update(
    release: &Release,
    service: &LiveService,
    observed: &Observed,
    caller: &Caller,
    redeploy: Redeploy,
) -> Draft {
    let serving = observed.task_definition.as_ref();
    let mut changes = task_definition_changes(release, serving, &caller.account);
    let register = (!changes.is_empty()).then(|| release.registration());
    let scaled = scaled(
        release.desired.scaling,
        observed.scaling.as_ref(),
        is_marked(service),
    );
    let mut wanted = release.desired.service.clone();
    let count = wanted.get("desiredCount").and_then(Value::as_u64);
    let mut notes = scaled.notes;
    if scaled.owns && wanted.remove("desiredCount").is_some() {
        notes.extend(owned_note(count, service, release));
    }
    let names = FieldNames::of_service(release);
    let adjusted = diff::service(&service.document, &wanted, &names, &release.secrets);
    let mut document = changed_fields(&adjusted, service, release);
    let stuck = register.is_none() && is_stuck(service);
    if stuck {
        notes.push("the last deployment of this release failed; it is deployed again".to_owned());
    }
    // ECS takes another strategy only together with a new deployment.
    let moves = document.contains_key("capacityProviderStrategy");
    if stuck || moves || redeploy == Redeploy::Always {
        document.insert("forceNewDeployment".to_owned(), json!(true));
    }
    let deploys = register.is_some() || document.keys().any(|field| starts_deployment(field));
    changes.extend(adjusted);
    changes.extend(scaled.changes);
    let tags = new_tags(&release.desired.tags, service);
    changes.extend(tag_changes(&tags, &service.tags(), release));
    let effect = match (deploys, changes.is_empty()) {
        (true, _) => Effect::ReplaceTasks,
        (false, false) => Effect::InPlace,
        (false, true) => Effect::None,
    };
    notes.extend(effect_note(effect, service));
    notes.extend(same_container_note(&changes));
    notes.extend(scale_note(service, &document));
    notes.extend(bold_notes(service, &document));
    Draft {
        effect,
        changes,
        notes,
        writes: Writes {
            register,
            service: service_write(document, deploys, &release.service, service),
            tags: new_tags(&service_tags(release), service),
            scaling: scaled.writes,
        },
    }
}

pub(super) fn service_write(
    mut document: Document,
    deploys: bool,
    id: &ServiceId,
    service: &LiveService,
) -> Option<ServiceWrite> {
    if !deploys && document.is_empty() {
        return None;
    }
    // Left out of an update, propagateTags has been seen to fall back to NONE.
    if let Some(propagate) = service
        .document
        .get("propagateTags")
        .filter(|one| **one != json!("NONE"))
    {
        document.entry("propagateTags").or_insert(propagate.clone());
    }
    document.insert("cluster".to_owned(), json!(id.cluster));
    document.insert("service".to_owned(), json!(id.name));
    Some(if deploys {
        ServiceWrite::Deploy(document)
    } else {
        ServiceWrite::Adjust(document)
    })
}

fn task_definition_changes(
    release: &Release,
    serving: Option<&LiveTaskDefinition>,
    account: &str,
) -> Vec<Change> {
    let nothing = Document::new();
    let before = serving.map_or(&nothing, |live| &live.document);
    let mut changes = diff::task_definition(
        before,
        &release.desired.task_definition,
        &FieldNames::of_task_definition(release, serving),
        account,
        &release.secrets,
    );
    let tag = |name: &str| serving.and_then(|live| live.tags.get(name));
    let same_model = tag(MODEL) == Some(&release.model.name);
    if !same_model || tag(VERSION) != Some(&release.model.version) {
        changes.insert(0, version_change(tag(VERSION), &release.model.version));
    } else if let Some(change) = registered_model_change(tag(MODEL_REF), release.origin.as_ref()) {
        changes.insert(0, change);
    }
    changes
}

/// Versions of two registered models can have one number.
fn registered_model_change(before: Option<&String>, origin: Option<&Origin>) -> Option<Change> {
    let (before, after) = (before?, origin?);
    let name = Reference::parse(before).ok()?.name;
    (name != as_tag(&after.model)).then(|| Change {
        path: "model.ref".to_owned(),
        ecs_field: format!("tags[{MODEL_REF}]"),
        shown: Shown::Values {
            before: Some(json!(before)),
            after: Some(json!(after.reference)),
        },
    })
}

pub(super) fn version_change(before: Option<&String>, after: &str) -> Change {
    Change {
        path: "model.version".to_owned(),
        ecs_field: format!("tags[{VERSION}]"),
        shown: Shown::Values {
            before: before.map(|version| json!(version)),
            after: Some(json!(after)),
        },
    }
}

/// Returns the top-level fields of `UpdateService` that have changes in them. Objects keep the
/// members that the manifest does not speak of, since ECS replaces them as a whole.
fn changed_fields(changes: &[Change], service: &LiveService, release: &Release) -> Document {
    let mut document = Document::new();
    for change in changes {
        let field = change
            .ecs_field
            .split(['.', '['])
            .next()
            .unwrap_or_default();
        // UpdateService takes no launch type: an empty strategy brings back the one there was.
        let Some(wanted) = release
            .desired
            .service
            .get(field)
            .filter(|_| field != "launchType")
        else {
            continue;
        };
        let value = merge_over(service.document.get(field), wanted);
        document.insert(field.to_owned(), value);
    }
    document
}

/// The fields of `UpdateService` that make ECS replace the tasks.
fn starts_deployment(field: &str) -> bool {
    matches!(
        field,
        "taskDefinition"
            | "networkConfiguration"
            | "loadBalancers"
            | "platformVersion"
            | "serviceRegistries"
            | "serviceConnectConfiguration"
            | "volumeConfigurations"
            | "vpcLatticeConfigurations"
            | "capacityProviderStrategy"
            | "forceNewDeployment"
    )
}

/// A deployment that ECS gave up without going back: the service stays as it is until told.
fn is_stuck(service: &LiveService) -> bool {
    service
        .primary()
        .is_some_and(|primary| primary.rollout_state.as_deref() == Some("FAILED"))
}

/// Returns the service's tags: the user's, and the mark that autoscaling leaves.
fn service_tags(release: &Release) -> BTreeMap<String, String> {
    let mut tags = release.desired.tags.clone();
    if release.desired.scaling.is_some() {
        tags.insert(SCALED.to_owned(), "true".to_owned());
    }
    tags
}

fn owned_note(count: Option<u64>, service: &LiveService, release: &Release) -> Option<String> {
    let is = service.desired_count;
    // Who writes both knows that the count is only for the beginning.
    let told = release.desired.scaling.is_some();
    let wanted = count.filter(|count| *count != u64::from(is) && !told)?;
    Some(format!(
        "service.desired {wanted} is ignored: autoscaling owns the number of tasks, now {is}"
    ))
}

fn new_tags(wanted: &BTreeMap<String, String>, service: &LiveService) -> BTreeMap<String, String> {
    let known = service.tags();
    wanted
        .iter()
        .filter(|(name, value)| known.get(*name) != Some(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn tag_changes(
    tags: &BTreeMap<String, String>,
    known: &BTreeMap<String, String>,
    release: &Release,
) -> Vec<Change> {
    let pairs = |tags: &BTreeMap<String, String>| -> Document {
        [("tags".to_owned(), crate::release::tag_list(tags))]
            .into_iter()
            .collect()
    };
    let before = tags
        .keys()
        .filter_map(|name| Some((name.clone(), known.get(name)?.clone())));
    let names = FieldNames::of_service(release);
    let (before, after) = (pairs(&before.collect()), pairs(tags));
    diff::service(&before, &after, &names, &release.secrets)
}

pub(super) fn effect_note(effect: Effect, service: &LiveService) -> Option<String> {
    match effect {
        Effect::ReplaceTasks => Some(format!("replaces {}", counted(service.desired_count))),
        Effect::InPlace => Some("no restart".to_owned()),
        Effect::Create | Effect::None => None,
    }
}

/// Names the changes whose consequences a line of a diff would play down.
pub(super) fn bold_notes(service: &LiveService, document: &Document) -> Vec<String> {
    let mut notes = Vec::new();
    if document.contains_key("networkConfiguration") {
        notes.push("replaces the network".to_owned());
    }
    match document.get("loadBalancers").and_then(Value::as_array) {
        Some(none) if none.is_empty() => notes.push("detaches from the load balancer".to_owned()),
        Some(_) => notes.push("replaces the load balancer".to_owned()),
        None => {}
    }
    let strategy = |configuration: Option<&Value>| {
        let strategy = configuration.and_then(|one| one["strategy"].as_str());
        strategy.unwrap_or("ROLLING").to_owned()
    };
    let before = strategy(service.document.get("deploymentConfiguration"));
    let after = strategy(
        document
            .get("deploymentConfiguration")
            .or(service.document.get("deploymentConfiguration")),
    );
    if before != after {
        notes.push(format!("changes the strategy: {before} → {after}"));
    }
    notes
}

/// A new version in the very same container is most likely no new version at all.
fn same_container_note(changes: &[Change]) -> Option<String> {
    let is_name = |change: &Change| ["model.version", "model.ref"].contains(&&*change.path);
    let only_the_name = !changes.is_empty() && changes.iter().all(is_name);
    only_the_name.then(|| "image, weights and settings stay the same".to_owned())
}

fn scale_note(service: &LiveService, document: &Document) -> Option<String> {
    let (before, after) = (service.desired_count, count(document.get("desiredCount")));
    document.get("desiredCount")?;
    let what = if after < before {
        "scales in"
    } else {
        "scales out"
    };
    Some(format!("{what}: {before} → {}", counted(after)))
}

fn counted(tasks: u32) -> String {
    if tasks == 1 {
        "1 task".to_owned()
    } else {
        format!("{tasks} tasks")
    }
}

fn count(value: Option<&Value>) -> u32 {
    let number = value.and_then(Value::as_u64).unwrap_or(0);
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or("none")
}

/// Returns a digest of what a plan rests on: not the tasks' comings and goings, but what an
/// update by somebody else would change.
#[must_use]
pub fn fingerprint(service: Option<&LiveService>) -> String {
    let Some(service) = service else {
        return digest(&Value::Null);
    };
    let fields: Vec<_> = [
        "status",
        "taskDefinition",
        "desiredCount",
        "launchType",
        "capacityProviderStrategy",
        "platformVersion",
        "networkConfiguration",
        "loadBalancers",
        "deploymentConfiguration",
        "healthCheckGracePeriodSeconds",
        "propagateTags",
        "tags",
    ]
    // Autoscaling moves the count by itself, which makes no plan stale.
    .map(|field| {
        let moves = field == "desiredCount" && is_marked(service);
        service.document.get(field).filter(|_| !moves)
    })
    .to_vec();
    digest(&json!([
        fields,
        service.primary().map(|primary| &primary.id)
    ]))
}
