//! Resolves a manifest to a release: every setting decided.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::capacity;
use super::container::{self, ports};
use super::fields::{Request, fill, put};
use super::ids::{ClusterName, ServiceId, ServiceName};
use super::overrides::Overridden;
use super::provenance::origin_tags;
use super::{DesiredAlarm, DesiredScaling, Document, alarm, strategy, tags, weights};
use crate::release::Origin;
use crate::shape::DocumentKind;
use mlship_manifest::schema::{Arch, ModelRelease, Network, NetworkMode, Traffic};
use mlship_text::digest::digest;
use mlship_text::secrets::KnownSecrets;

/// Which model, in which version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelVersion {
    /// The model's name.
    pub name: String,
    /// Its version, as the team writes it.
    pub version: String,
}

/// A manifest with overlays, variables and defaults applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    /// What is released.
    pub model: ModelVersion,
    /// The name of the model's container.
    pub container: String,
    /// The image as written.
    pub image: String,
    /// Where it is released to.
    pub service: ServiceId,
    /// The account it may be released to, when the manifest guards it.
    pub account: Option<String>,
    /// The region that the manifest says, by a field or by its cluster's ARN.
    pub region: Option<String>,
    /// What ECS shall have.
    pub desired: Desired,
    /// The SHA-256 of the manifest after overlays and variables.
    pub manifest: String,
    /// Tags that say where the release comes from. They never count as a change.
    pub provenance: BTreeMap<String, String>,
    /// Where the model comes from, when a registry was asked.
    pub origin: Option<Origin>,
    /// Whether an analysis judges its steps: the pause before each is that.
    pub is_judged: bool,
    /// Fields that belong to somebody else, by the paths that a diff shows.
    pub ignore: Vec<String>,
    /// What variables with secret names filled in.
    pub secrets: KnownSecrets,
}

/// What ECS shall have, in ECS's own terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Desired {
    /// `RegisterTaskDefinition` without its tags.
    pub task_definition: Document,
    /// The service's fields that the manifest writes.
    pub service: Document,
    /// What a service has beside them when it is made: where the defaults are not ECS's own.
    pub new_service: Document,
    /// The user's tags, on service and task definition.
    pub tags: BTreeMap<String, String>,
    /// How the number of tasks follows the load.
    pub scaling: Option<DesiredScaling>,
    /// The alarms that mlship makes, on each target group.
    pub alarms: Vec<DesiredAlarm>,
    /// What of the documents `overrides` wrote.
    pub overridden: OverriddenFields,
}

/// What `overrides` wrote.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OverriddenFields {
    /// Of the task definition.
    pub task_definition: Overridden,
    /// Of the service.
    pub service: Overridden,
}

/// Returns the service that a manifest is about.
#[must_use]
pub fn service_of(manifest: &ModelRelease) -> ServiceId {
    ServiceId {
        cluster: ClusterName::new(&manifest.service.cluster),
        name: ServiceName::new(&manifest.service.name),
        place: None,
    }
}

/// A third failure for one reason is no accident, and where one task is wanted it is what ECS's
/// circuit breaker waits for, too.
const ABORT_AFTER: u32 = 3;

/// Returns how many tasks may fail alike before a release is given up; 0 for any number.
#[must_use]
pub fn abort_after(manifest: &ModelRelease) -> u32 {
    let rollout = manifest.rollout.as_ref();
    let asked = rollout.and_then(|rollout| rollout.abort_after);
    asked.unwrap_or(ABORT_AFTER)
}

/// Resolves a manifest, and what is secret in it, for the region it is released in.
#[must_use]
pub fn resolve(manifest: &ModelRelease, region: &str, secrets: &KnownSecrets) -> Release {
    let written = json!(manifest);
    let mut task_definition = task_definition(manifest, &written, region);
    let mut service = service(manifest, &written);
    let mut overridden = OverriddenFields::default();
    if let Some(overrides) = &manifest.overrides {
        overridden = OverriddenFields {
            task_definition: Overridden::merge(
                DocumentKind::TaskDefinition,
                &mut task_definition,
                &overrides.task_definition,
            ),
            service: Overridden::merge(DocumentKind::Service, &mut service, &overrides.service),
        };
    }
    without_nulls(&mut task_definition);
    without_nulls(&mut service);
    Release {
        model: ModelVersion {
            name: manifest.model.name.clone(),
            version: manifest.model.version.clone().unwrap_or_default(),
        },
        container: manifest.container().to_owned(),
        image: manifest.image.clone(),
        service: service_of(manifest),
        account: manifest.account.clone(),
        region: manifest.destination().region,
        desired: Desired {
            task_definition,
            service,
            new_service: new_service(manifest),
            tags: manifest.tags.clone(),
            scaling: manifest.autoscaling.as_ref().map(|scaling| DesiredScaling {
                min: scaling.min,
                max: scaling.max,
                target_cpu_percent: scaling.target_cpu_percent,
            }),
            alarms: alarm::described(manifest, &service_of(manifest)),
            overridden,
        },
        manifest: digest(&written),
        provenance: BTreeMap::new(),
        origin: None,
        is_judged: (manifest.rollout.as_ref()).is_some_and(|rollout| rollout.analysis.is_some()),
        ignore: manifest.ignore.clone(),
        secrets: secrets.clone(),
    }
}

impl Release {
    /// Returns the document to register, with the tags that tell this release from others and
    /// those that tell where it comes from.
    #[must_use]
    pub fn registration(&self) -> Document {
        let mut document = self.desired.task_definition.clone();
        document.insert("tags".to_owned(), tags::tag_list(&self.identity()));
        document
    }

    /// Returns the tags of its revision: which release it is, and where it comes from.
    #[must_use]
    pub fn identity(&self) -> BTreeMap<String, String> {
        let mut tags = self.desired.tags.clone();
        tags.extend(self.provenance.clone());
        tags.extend(self.origin.iter().flat_map(origin_tags));
        tags.insert(tags::MODEL.to_owned(), self.model.name.clone());
        tags.insert(tags::VERSION.to_owned(), self.model.version.clone());
        tags.insert(tags::MANIFEST.to_owned(), self.manifest.clone());
        tags.insert(tags::CONTENT.to_owned(), self.content_digest());
        if self.is_judged {
            tags.insert(tags::JUDGED.to_owned(), "true".to_owned());
        }
        tags
    }

    /// Returns the SHA-256 of model, version and task definition, in hexadecimal.
    #[must_use]
    pub fn content_digest(&self) -> String {
        let document = &self.desired.task_definition;
        digest(&match &self.origin {
            None => json!([self.model, document]),
            // Versions of two registered models can have one number.
            Some(origin) => json!([self.model, origin.model, document]),
        })
    }
}

/// Takes out members that are null, which is how overrides take a field away.
fn without_nulls(members: &mut Document) {
    members.retain(|_, member| !member.is_null());
    for member in members.values_mut() {
        match member {
            Value::Object(members) => without_nulls(members),
            Value::Array(items) => items
                .iter_mut()
                .filter_map(Value::as_object_mut)
                .for_each(without_nulls),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

fn task_definition(manifest: &ModelRelease, written: &Value, region: &str) -> Document {
    let mut document = Map::new();
    let model = manifest.container();
    fill(&mut document, Request::TaskDefinition, written, model);
    container::add(&mut document, manifest, region);
    let mut set = |pattern: &str, value: Value| put(&mut document, pattern, model, value);
    set("family", json!(manifest.family()));
    set("networkMode", json!(capacity::network_mode(mode(manifest))));
    if let Some(compatibility) = capacity::compatibility(&manifest.runtime) {
        set("requiresCompatibilities", json!([compatibility]));
    }
    let architecture = match manifest.runtime.arch {
        Some(Arch::Arm64) => "ARM64",
        Some(Arch::X86_64) | None => "X86_64",
    };
    set("runtimePlatform.cpuArchitecture", json!(architecture));
    set("runtimePlatform.operatingSystemFamily", json!("LINUX"));
    weights::add(&mut document, manifest);
    document
}

fn mode(manifest: &ModelRelease) -> Option<NetworkMode> {
    manifest.network.as_ref().and_then(|network| network.mode)
}

fn service(manifest: &ModelRelease, written: &Value) -> Document {
    let mut document = Map::new();
    let model = manifest.container();
    fill(&mut document, Request::Service, written, model);
    let mut set = |pattern: &str, value: Value| put(&mut document, pattern, model, value);
    for (field, value) in capacity::of_service(&manifest.runtime) {
        set(field, value);
    }
    // In the other modes a task has no interface of its own that could be configured.
    let own_interface = matches!(mode(manifest), None | Some(NetworkMode::Awsvpc));
    if let Some(network) = manifest.network.as_ref().filter(|_| own_interface) {
        set("networkConfiguration", network_configuration(network));
    }
    if let Some(traffic) = &manifest.traffic {
        set("loadBalancers", load_balancers(manifest, traffic));
    }
    let rollout = manifest.rollout.as_ref();
    for (field, value) in rollout.into_iter().flat_map(strategy::settings) {
        set(field, value);
    }
    if let Some(rollout) = rollout.filter(|rollout| rollout.alarms.is_some()) {
        let described = alarm::described(manifest, &service_of(manifest));
        let others = rollout.named_alarms().map(str::to_owned);
        let own = described.into_iter().map(|alarm| alarm.name);
        let names: Vec<String> = others.chain(own).collect();
        let any = !names.is_empty();
        let alarms = json!({"alarmNames": names, "enable": any, "rollback": any});
        set("deploymentConfiguration.alarms", alarms);
    }
    document
}

/// Returns the defaults of a new service that are not ECS's own.
fn new_service(manifest: &ModelRelease) -> Document {
    let mut document = Map::new();
    if let Some(launch_type) = capacity::default_launch_type(&manifest.runtime) {
        document.insert("launchType".to_owned(), json!(launch_type));
    }
    let breaker = json!({"deploymentCircuitBreaker": {"enable": true, "rollback": true}});
    document.insert("deploymentConfiguration".to_owned(), breaker);
    document
}

fn network_configuration(network: &Network) -> Value {
    let public = if network.assign_public_ip == Some(true) {
        "ENABLED"
    } else {
        "DISABLED"
    };
    json!({"awsvpcConfiguration": {
        "subnets": network.subnets,
        "securityGroups": network.security_groups,
        "assignPublicIp": public,
    }})
}

fn load_balancers(manifest: &ModelRelease, traffic: &Traffic) -> Value {
    let port = ports(&manifest.runtime).first().copied();
    match (traffic, port) {
        (Traffic::Balanced(traffic), Some(port)) if traffic.has_target_group() => {
            json!([strategy::balancer(manifest, traffic, port)])
        }
        _ => json!([]),
    }
}
