use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::pattern::{PatternSegment, steps};
use super::*;
use crate::release::{Release, resolve};
use crate::shape::{DocumentKind, PAUSE_BEFORE_STEPS, Segment, leaves};
use mlship_manifest::json_schema;
use mlship_manifest::schema::ModelRelease;
use mlship_text::secrets::KnownSecrets;

#[test]
fn every_field_of_the_schema_has_one_row_and_every_row_a_field() {
    let schema = json_schema();
    let mut fields = Fields::default();
    fields.walk(&schema, &schema["$defs"]["ModelRelease"], "");
    let rows: Vec<&str> = FIELDS.iter().map(|field| field.manifest).collect();
    let unique: BTreeSet<&str> = rows.iter().copied().collect();
    assert_eq!(rows.len(), unique.len(), "a field has one row");
    let without_row: Vec<&String> = fields
        .leaves
        .iter()
        .filter(|leaf| !unique.contains(&***leaf))
        .collect();
    assert_eq!(without_row, Vec::<&String>::new(), "write rows for them");
    let known = |row: &&&str| !fields.leaves.contains(**row) && !fields.sections.contains(**row);
    let without_field: Vec<&&str> = unique.iter().filter(known).collect();
    assert_eq!(
        without_field,
        Vec::<&&str>::new(),
        "the schema has no such field"
    );
}

/// The paths of a schema, as rows write them.
#[derive(Default)]
struct Fields {
    leaves: BTreeSet<String>,
    sections: BTreeSet<String>,
}

impl Fields {
    fn walk(&mut self, schema: &Value, object: &Value, path: &str) {
        for (name, field) in object["properties"].as_object().unwrap() {
            let here = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            self.field(schema, field, here);
        }
    }

    fn field(&mut self, schema: &Value, field: &Value, here: String) {
        let target = resolved(schema, field);
        let items = resolved(schema, &target["items"]);
        let members = resolved(schema, &target["additionalProperties"]);
        // An environment's overlay has the fields of the file itself.
        if here == "environments" {
            self.leaves.insert(here);
        } else if let Some(mapping) = mapping(schema, target) {
            self.walk(schema, mapping, &here);
            self.sections.insert(here);
        } else if items["properties"].is_object() {
            self.walk(schema, items, &format!("{here}[]"));
        } else if members["properties"].is_object() {
            self.walk(schema, members, &format!("{here}.*"));
        } else if members.is_object() {
            self.leaves.insert(format!("{here}.*"));
        } else {
            self.leaves.insert(here);
        }
    }
}

/// Returns the schema of the mapping that a field holds, or may hold.
fn mapping<'a>(schema: &'a Value, target: &'a Value) -> Option<&'a Value> {
    let choices = target["anyOf"].as_array().into_iter().flatten();
    let mut forms = std::iter::once(target).chain(choices.map(|form| resolved(schema, form)));
    forms.find(|form| form["properties"].is_object())
}

fn resolved<'a>(schema: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str().and_then(|at| at.strip_prefix('#')) {
        Some(pointer) => schema.pointer(pointer).unwrap(),
        None => value,
    }
}

#[test]
fn every_row_is_sent_somewhere_or_says_what_it_is_for() {
    for field in FIELDS {
        let is_sent = !field.places.is_empty();
        assert_ne!(is_sent, field.purpose.is_some(), "{}", field.manifest);
    }
}

/// A row that another one hides would name nothing.
#[test]
fn every_place_is_named_by_its_own_row() {
    let task_definition = json!({"containerDefinitions": [{"name": "m",
        "mountPoints": [{"sourceVolume": "mlship-weights", "containerPath": "/w"}]}]});
    let bindings = Bindings::default().judged();
    let bindings = bindings.with(task_definition.as_object().unwrap(), "m");
    // One port has two names, and so has the container: the rows say so.
    let second_names = ["runtime.ports", "runtime.container"];
    for field in FIELDS
        .iter()
        .filter(|field| !second_names.contains(&field.manifest))
    {
        for place in field.places {
            let path = an_example_of(place.path);
            let captured: Vec<&str> = path
                .texts()
                .into_iter()
                .filter(|text| *text == "any")
                .collect();
            let found = field_at(place.request, &path, &bindings);
            assert_eq!(found, Some(field.name(&captured)), "{}", place.path);
        }
    }
}

fn an_example_of(pattern: &str) -> Path {
    let segments = steps(pattern).map(|step| {
        let text = |step: &str| match step {
            "*" | "**" => "any".to_owned(),
            "@model" => "m".to_owned(),
            "@mount" => "/w".to_owned(),
            "@judged" => PAUSE_BEFORE_STEPS.to_owned(),
            "@pause" => "PAUSE@POST_SCALE_UP".to_owned(),
            name => name.to_owned(),
        };
        match step {
            PatternSegment::Field(step) => Segment::Field(text(step)),
            PatternSegment::Key(step) => Segment::Key(text(step)),
        }
    });
    Path(segments.collect())
}

/// Reads a manifest without rules, so that fields may stand together that don't go together.
fn draft(change: impl Fn(&mut Value)) -> ModelRelease {
    let text = include_str!("../../../../../tests/fixtures/manifests/every-field.yaml");
    let mut value: Value = serde_yaml::from_str(text).unwrap();
    value.as_object_mut().unwrap().remove("environments");
    for texts in ["/runtime/env", "/tags"] {
        for text in value
            .pointer_mut(texts)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .values_mut()
        {
            if !text.is_string() {
                *text = json!(text.to_string());
            }
        }
    }
    change(&mut value);
    serde_json::from_value(value).unwrap()
}

/// Every way in which one field decides what becomes of another.
fn variants() -> Vec<Release> {
    let mut found = Vec::new();
    for delivery in ["baked", "s3-init", "efs"] {
        for compute in ["fargate", "ec2", "managed-instances"] {
            for mode in ["awsvpc", "bridge", "host"] {
                for is_spread in [true, false] {
                    let manifest = draft(|value| {
                        value["model"]["artifact"]["delivery"] = json!(delivery);
                        value["runtime"]["compute"] = json!(compute);
                        value["network"]["mode"] = json!(mode);
                        let runtime = value["runtime"].as_object_mut().unwrap();
                        if is_spread {
                            runtime.remove("port");
                        } else {
                            runtime.remove("capacityProviders");
                            runtime.remove("memory");
                        }
                        value.as_object_mut().unwrap().remove("overrides");
                    });
                    found.push(resolve(&manifest, "eu-west-1", &KnownSecrets::none()));
                }
            }
        }
    }
    found
}

#[test]
fn whatever_a_manifest_comes_to_every_leaf_of_it_has_a_row() {
    for release in variants() {
        let desired = &release.desired;
        let bindings = Bindings::default().with(&desired.task_definition, &release.model.name);
        let mut nameless = Vec::new();
        for (request, kind, document) in [
            (
                Request::TaskDefinition,
                DocumentKind::TaskDefinition,
                &desired.task_definition,
            ),
            (Request::Service, DocumentKind::Service, &desired.service),
        ] {
            let leaves = leaves(kind, &Value::Object(document.clone()));
            nameless.extend(
                leaves
                    .into_keys()
                    .filter(|path| field_at(request, path, &bindings).is_none()),
            );
        }
        assert_eq!(nameless, Vec::<Path>::new());
    }
}

/// A field that is sent as it is written is sent wherever its row says.
#[test]
fn every_field_with_a_form_arrives_in_its_places() {
    let manifest = draft(|value| {
        value.as_object_mut().unwrap().remove("overrides");
    });
    let release = resolve(&manifest, "eu-west-1", &KnownSecrets::none());
    let desired = &release.desired;
    let bindings = Bindings::default().with(&desired.task_definition, &release.model.name);
    for field in FIELDS {
        for place in field
            .places
            .iter()
            .filter(|place| place.form != Form::Computed)
        {
            let (kind, document) = match place.request {
                Request::TaskDefinition => (DocumentKind::TaskDefinition, &desired.task_definition),
                Request::Service => (DocumentKind::Service, &desired.service),
                Request::Scaling => continue,
            };
            let leaves = leaves(kind, &Value::Object(document.clone()));
            let arrives = leaves
                .keys()
                .any(|path| pattern::matches(place.path, path, &bindings).is_some());
            assert!(arrives, "{} in {}", field.manifest, place.path);
        }
    }
}

#[test]
fn what_a_later_release_has_elsewhere_is_not_taken_for_the_models() {
    let named = |path: &[Segment]| {
        field_at(
            Request::TaskDefinition,
            &Path(path.to_vec()),
            &Bindings::default(),
        )
    };
    let (field, key) = (
        |text: &str| Segment::Field(text.into()),
        |text: &str| Segment::Key(text.into()),
    );
    assert_eq!(
        named(&[
            field("containerDefinitions"),
            key("sidecar"),
            field("image")
        ]),
        None
    );
    assert_eq!(named(&[field("pidMode")]), None);
    assert_eq!(named(&[field("cpu"), field("more")]), None);
    assert_eq!(named(&[field("cpu")]).as_deref(), Some("runtime.cpu"));
}
