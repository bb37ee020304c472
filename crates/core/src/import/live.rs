//! What runs, without what ECS filled in: what somebody would have to write.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Obstacle;
use crate::plan::{Observed, described, registered};
use crate::release::ids::ServiceId;
use crate::release::{LiveService, MODEL, PREFIX, Scaling, VERSION};
use crate::shape::{Defaults, Document, DocumentKind, items, leaves, same, set_leaves};
use mlship_manifest::is_stuck;
use mlship_text::words::counted;

/// What AWS sets itself, and nobody may.
const RESERVED: &str = "aws:";

/// A service, its task definition and its autoscaling.
pub(super) struct Live {
    pub(super) id: ServiceId,
    /// What its task definition was registered with, defaults left out.
    pub(super) task_definition: Document,
    /// What the service is, defaults left out.
    pub(super) service: Document,
    /// The same with ECS's defaults.
    pub(super) whole_task_definition: Document,
    pub(super) whole_service: Document,
    /// The name of the model's container.
    pub(super) container: String,
    /// Those that may be the model's as well.
    other_containers: Vec<String>,
    pub(super) desired: u32,
    pub(super) scaling: Option<Scaling>,
    service_tags: BTreeMap<String, String>,
    revision_tags: BTreeMap<String, String>,
}

impl Live {
    pub(super) fn of(
        id: &ServiceId,
        observed: &Observed,
        wanted: Option<&str>,
    ) -> Result<Self, Obstacle> {
        let (Some(service), Some(serving)) = (&observed.service, &observed.task_definition) else {
            return Err(Obstacle::new(
                format!("service {id} has no task definition"),
                "check it in the console of ECS",
            ));
        };
        refuse_what_is_not_ours_to_deploy(id, service)?;
        let whole_task_definition = registered(serving);
        let mut whole_service = described(observed);
        whole_service.remove("tags");
        let task_definition = without_defaults(
            DocumentKind::TaskDefinition,
            &whole_task_definition,
            Defaults::of_task_definition(&whole_task_definition),
        );
        let service_document = without_defaults(
            DocumentKind::Service,
            &whole_service,
            Defaults::of_service(),
        );
        let candidates = candidates(&whole_task_definition);
        let tagged = serving.tags.get(MODEL).map(String::as_str);
        let container = match wanted {
            None => model_container(&candidates, &service_document, tagged).ok_or_else(|| {
                Obstacle::new(
                    format!("no container of service {id} is essential"),
                    "check its task definition",
                )
            }),
            wanted => named(&candidates, wanted).ok_or_else(|| {
                Obstacle::new(
                    format!("service {id} has no such essential container"),
                    format!("it has {}", names(&candidates).join(", ")),
                )
            }),
        }?;
        let is_guessed = wanted.is_none() && tagged != Some(container);
        let others = names(&candidates).into_iter();
        let others = others.filter(|name| is_guessed && *name != container);
        let others = others.map(str::to_owned).collect();
        let container = container.to_owned();
        Ok(Self {
            id: id.clone(),
            task_definition,
            service: service_document,
            whole_task_definition,
            whole_service,
            container,
            other_containers: others,
            desired: service.desired_count,
            scaling: observed.scaling.clone(),
            service_tags: service.tags(),
            revision_tags: serving.tags.clone(),
        })
    }

    /// Returns the least and the most percentage of tasks that leave ECS no room to replace any.
    pub(super) fn stuck(&self) -> Option<(u32, u32)> {
        let configuration = self.whole_service.get("deploymentConfiguration");
        let percent = |field: &str| {
            let percent = configuration.and_then(|value| value[field].as_u64());
            percent.and_then(|percent| u32::try_from(percent).ok())
        };
        let minimum = percent("minimumHealthyPercent").unwrap_or(100);
        let maximum = percent("maximumPercent").unwrap_or(200);
        is_stuck(self.desired, minimum, maximum).then_some((minimum, maximum))
    }

    /// Returns a member of the model's container.
    pub(super) fn in_container(&self, field: &str) -> Option<&Value> {
        items(self.task_definition.get("containerDefinitions"))
            .find(|container| container["name"] == self.container.as_str())?
            .get(field)
    }

    /// Returns the model's name.
    pub(super) fn model(&self) -> &str {
        let tag = |tags: &BTreeMap<String, String>| tags.contains_key(MODEL);
        let tags = [&self.revision_tags, &self.service_tags];
        let tags = tags.into_iter().find(|tags| tag(tags));
        tags.and_then(|tags| tags.get(MODEL))
            .map_or(self.id.name.as_str(), String::as_str)
    }

    /// Returns the version that the revision's tags name.
    pub(super) fn version(&self) -> Option<&str> {
        let version = self.revision_tags.get(VERSION).map(String::as_str);
        version.filter(|version| !version.is_empty())
    }

    /// Returns the tags of the service that somebody chose.
    pub(super) fn tags(&self) -> BTreeMap<String, String> {
        let mut tags = self.service_tags.clone();
        tags.retain(|key, _| is_chosen(key));
        tags
    }

    /// Says what a manifest of the service leaves out.
    pub(super) fn notes(&self) -> Vec<String> {
        let lost = self
            .revision_tags
            .iter()
            .filter(|(key, value)| is_chosen(key) && self.service_tags.get(*key) != Some(value));
        let lost: Vec<&str> = lost.map(|(key, _)| key.as_str()).collect();
        let mut notes = Vec::new();
        if !self.other_containers.is_empty() {
            notes.push(format!(
                "the model's container is taken to be {}; if it is {}, import the service again \
                 with --container",
                self.container,
                self.other_containers.join(" or ")
            ));
        }
        if let Some((minimum, maximum)) = self.stuck() {
            notes.push(format!(
                "of {} at least {minimum} % stay healthy (rounded up) and at most {maximum} % run \
                 (rounded down), so that ECS can replace none: raise rollout.maximumPercent before \
                 the next release; service.desired is left out until then",
                counted(self.desired as usize, "task")
            ));
        }
        if !lost.is_empty() {
            notes.push(format!(
                "the task definition alone has the tags {}, which the next one won't have: what \
                 the manifest has under tags is on the service too",
                lost.join(", ")
            ));
        }
        notes
    }
}

fn is_chosen(key: &str) -> bool {
    !key.starts_with(PREFIX) && !key.starts_with(RESERVED)
}

fn refuse_what_is_not_ours_to_deploy(
    id: &ServiceId,
    service: &LiveService,
) -> Result<(), Obstacle> {
    if let Some(foreign) = service.foreign() {
        let message = format!("service {id} {}", foreign.words());
        return Err(Obstacle::new(message, foreign.hint()));
    }
    Ok(())
}

/// Returns the containers that may be the model's.
fn candidates(task_definition: &Document) -> Vec<&Value> {
    items(task_definition.get("containerDefinitions"))
        .filter(|container| container["essential"] != Value::Bool(false))
        .collect()
}

fn names<'a>(containers: &[&'a Value]) -> Vec<&'a str> {
    let names = containers.iter();
    names
        .filter_map(|container| container["name"].as_str())
        .collect()
}

fn named<'a>(containers: &[&'a Value], name: Option<&str>) -> Option<&'a str> {
    names(containers).into_iter().find(|own| Some(*own) == name)
}

/// Returns the container that serves the model: the one that mlship tagged, else the load
/// balancer's, else the first essential one that listens, else the first essential one.
fn model_container<'a>(
    candidates: &[&'a Value],
    service: &Document,
    tagged: Option<&str>,
) -> Option<&'a str> {
    let balanced =
        items(service.get("loadBalancers")).find_map(|item| item["containerName"].as_str());
    let listens = |container: &&&Value| items(container.get("portMappings")).next().is_some();
    let listening = candidates.iter().find(listens);
    named(candidates, tagged)
        .or_else(|| named(candidates, balanced))
        .or_else(|| listening.or(candidates.first())?["name"].as_str())
}

/// Returns a document without the members that say what their absence says.
fn without_defaults(kind: DocumentKind, document: &Document, defaults: Defaults) -> Document {
    let mut kept = document.clone();
    let all = leaves(kind, &Value::Object(document.clone()));
    let implied = all
        .iter()
        .filter(|(path, value)| same(path, None, Some(value), defaults));
    set_leaves(kind, &mut kept, implied.map(|(path, _)| (path, None)));
    kept.values_mut().for_each(drop_empty);
    kept.retain(|_, value| !is_empty(value));
    kept
}

/// A text that is empty stays: a variable may be.
fn drop_empty(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(drop_empty);
            members.retain(|_, member| !is_empty(member));
        }
        Value::Array(items) => items.iter_mut().for_each(drop_empty),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
