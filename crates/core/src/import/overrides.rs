//! What no field of the manifest says: ECS's own fields, as they are.

use serde_json::{Map, Value, json};

use super::live::Live;
use crate::release::Release;
use crate::shape::{Document, DocumentKind, Path, Segment, items};

/// The one list that is merged, by the names of its items; any other is replaced.
const MERGED: &str = "containerDefinitions";

/// `overrides`, as far as they were needed.
#[derive(Default)]
pub(super) struct Overrides {
    task_definition: Document,
    service: Document,
}

/// What became of a place.
pub(super) enum Carried {
    /// It is said now.
    Changed,
    /// It was said before.
    AsBefore,
    /// The draft says something where nothing must be said.
    Impossible,
}

impl Overrides {
    /// What no comparison tells: a launch type that no field has.
    pub(super) fn of(live: &Live) -> Self {
        let mut overrides = Self::default();
        let launch_type = live.service.get("launchType");
        let has_field = |launch_type: &&Value| **launch_type == "FARGATE" || **launch_type == "EC2";
        if let Some(launch_type) = launch_type.filter(|launch_type| !has_field(launch_type)) {
            let service = &mut overrides.service;
            service.insert("launchType".to_owned(), launch_type.clone());
        }
        overrides
    }

    /// Returns them as a manifest has them, if there are any.
    pub(super) fn written(&self) -> Option<Value> {
        let mut sections = Map::new();
        for (name, section) in [
            ("taskDefinition", &self.task_definition),
            ("service", &self.service),
        ] {
            if !section.is_empty() {
                sections.insert(name.to_owned(), Value::Object(section.clone()));
            }
        }
        (!sections.is_empty()).then_some(Value::Object(sections))
    }

    /// Says at a place what the service has there.
    pub(super) fn carry(
        &mut self,
        kind: DocumentKind,
        path: &Path,
        release: &Release,
        live: &Live,
    ) -> Carried {
        let unit = unit(kind, path);
        let (own, cleaned, whole, desired) = match kind {
            DocumentKind::TaskDefinition => (
                &mut self.task_definition,
                &live.task_definition,
                &live.whole_task_definition,
                &release.desired.task_definition,
            ),
            DocumentKind::Service => (
                &mut self.service,
                &live.service,
                &live.whole_service,
                &release.desired.service,
            ),
        };
        let there = at(cleaned, &unit).or_else(|| at(whole, &unit)).cloned();
        let Some(value) = there.or_else(|| nothing(at(desired, &unit)?)) else {
            return Carried::Impossible;
        };
        if at(own, &unit) == Some(&value) {
            return Carried::AsBefore;
        }
        put(own, &unit, value);
        Carried::Changed
    }
}

/// Returns what says nothing where something is said by default.
fn nothing(desired: &Value) -> Option<Value> {
    match desired {
        Value::Array(_) => Some(json!([])),
        Value::Bool(true) => Some(json!(false)),
        Value::Null
        | Value::Bool(false)
        | Value::Number(_)
        | Value::String(_)
        | Value::Object(_) => None,
    }
}

/// Returns the part of a path that can be overridden by itself.
fn unit(kind: DocumentKind, path: &Path) -> Path {
    let mut steps: Vec<Segment> = Vec::new();
    for step in &path.0 {
        let is_merged = kind == DocumentKind::TaskDefinition
            && matches!(&steps[..], [Segment::Field(list)] if list == MERGED);
        if matches!(step, Segment::Key(_)) && !is_merged {
            break;
        }
        steps.push(step.clone());
    }
    Path(steps)
}

fn at<'a>(document: &'a Document, unit: &Path) -> Option<&'a Value> {
    let (first, rest) = unit.0.split_first()?;
    rest.iter()
        .try_fold(document.get(first.text())?, |value, step| match step {
            Segment::Field(name) => value.get(name),
            Segment::Key(name) => items(Some(value)).find(|item| item["name"] == name.as_str()),
        })
}

fn put(document: &mut Document, unit: &Path, value: Value) {
    let Some((first, rest)) = unit.0.split_first() else {
        return;
    };
    let mut place = document.entry(first.text()).or_insert(Value::Null);
    for step in rest {
        place = match step {
            Segment::Field(name) => &mut place[name.as_str()],
            Segment::Key(name) => item(place, name),
        };
    }
    *place = value;
}

/// Returns the item of a name, which is made where there is none.
fn item<'a>(list: &'a mut Value, name: &str) -> &'a mut Value {
    if !list.is_array() {
        *list = json!([]);
    }
    let known = items(Some(list)).position(|item| item["name"] == name);
    let index = known.unwrap_or_else(|| {
        if let Value::Array(items) = list {
            items.push(json!({ "name": name }));
        }
        items(Some(list)).count() - 1
    });
    &mut list[index]
}
