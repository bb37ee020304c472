//! Makes the JSON Schema of each kind of manifest from its types, the schema of an overlay from
//! that, and of all kinds together the one that editors get.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::super::schema::{Experiment, ModelRelease};

/// The schemas of everything that a manifest can be.
pub(in super::super) struct Schemas {
    /// What editors get.
    pub(in super::super) published: Value,
    pub(in super::super) release: Stages,
    pub(in super::super) experiment: Stages,
    /// Of a release with its overlay applied, what says whom it is about.
    pub(in super::super) identity: Value,
    /// And what says where a variant of an experiment is.
    pub(in super::super) variant: Value,
}

/// The fields that say whom a release is about.
pub(in super::super) const IDENTITY: [&str; 5] = [
    "account",
    "service.cluster",
    "service.region",
    "service.name",
    "model.name",
];

/// The schemas of one kind of manifest, by the stages of reading.
pub(in super::super) struct Stages {
    /// A file whose required fields may still come from an overlay.
    pub(in super::super) file: Value,
    /// What it is with its overlay applied.
    pub(in super::super) overlaid: Value,
}

/// Fields of the document that an overlay can't change.
const FIXED: [&str; 2] = ["apiVersion", "kind"];

/// The fields that say where a variant of an experiment is.
pub(in super::super) const VARIANT: [&str; 5] = [
    "account",
    "service.cluster",
    "service.region",
    "service.name",
    "traffic.targetGroup",
];

/// Returns the schemas, made once.
pub(in super::super) fn schemas() -> &'static Schemas {
    static SCHEMAS: OnceLock<Schemas> = OnceLock::new();
    SCHEMAS.get_or_init(make)
}

/// Says whether any mapping of a manifest has a field of this name.
pub(in super::super) fn is_field(name: &str) -> bool {
    static NAMES: OnceLock<BTreeSet<String>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let definitions = schemas().published["$defs"].as_object();
        let all = definitions.into_iter().flat_map(Map::values);
        let fields = all.filter_map(|definition| definition["properties"].as_object());
        fields.flat_map(|fields| fields.keys().cloned()).collect()
    });
    names.contains(name)
}

fn make() -> Schemas {
    let (release, whole_release) = stages::<ModelRelease>("ModelRelease");
    let (experiment, whole_experiment) = stages::<Experiment>("Experiment");
    Schemas {
        published: publish([
            ("ModelRelease", whole_release),
            ("Experiment", whole_experiment),
        ]),
        identity: only(&release.overlaid, &IDENTITY),
        variant: only(&release.overlaid, &VARIANT),
        release,
        experiment,
    }
}

/// Makes the schemas of a kind, and the one of a whole file, overlays and all.
fn stages<T: JsonSchema>(kind: &str) -> (Stages, Value) {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut overlaid = generator.into_root_schema_for::<T>().to_value();
    tidy(&mut overlaid);
    let mut whole = overlaid.clone();
    let overlay_name = format!("{kind}Overlay");
    add_overlays(&mut whole, &overlay_name);
    let mut file = whole.clone();
    let overlay = file["$defs"][&overlay_name].clone();
    if let (Some(properties), Some(partial)) = (
        file["properties"].as_object_mut(),
        overlay["properties"].as_object(),
    ) {
        properties.extend(partial.clone());
    }
    file["required"] = json!(FIXED);
    (Stages { file, overlaid }, whole)
}

/// Returns what a schema says of some fields alone, at most one mapping below the document.
fn only(schema: &Value, fields: &[&str]) -> Value {
    let mut schema = schema.clone();
    for (home, _) in fields.iter().filter_map(|field| field.split_once('.')) {
        let reference = schema["properties"][home]["$ref"].as_str();
        let definition = reference.and_then(|text| text.strip_prefix(PREFIX));
        let Some(definition) = definition.map(str::to_owned) else {
            continue;
        };
        let prefix = format!("{home}.");
        let own = fields
            .iter()
            .filter_map(|field| field.strip_prefix(&prefix));
        let own: BTreeSet<&str> = own.collect();
        restrict(&mut schema["$defs"][&definition], &own);
    }
    let heads = fields.iter().filter_map(|field| field.split('.').next());
    restrict(&mut schema, &heads.collect());
    schema
}

fn restrict(schema: &mut Value, names: &BTreeSet<&str>) {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.retain(|name, _| names.contains(name.as_str()));
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| name.as_str().is_some_and(|name| names.contains(name)));
    }
}

/// Makes one schema of those of all kinds. Until a file says its kind, editors complete the
/// first.
fn publish(kinds: [(&str, Value); 2]) -> Value {
    let names = kinds.each_ref().map(|(name, _)| *name);
    let [first, second] = names;
    let mut definitions = Map::new();
    for (name, mut schema) in kinds {
        if let Some(Value::Object(own)) = schema
            .as_object_mut()
            .and_then(|members| members.remove("$defs"))
        {
            definitions.extend(own);
        }
        if let Some(members) = schema.as_object_mut() {
            members.remove("$schema");
        }
        definitions.insert(name.to_owned(), schema);
    }
    let kind = json!({ "properties": { "kind": { "const": second } }, "required": ["kind"] });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mlship manifest",
        "type": "object",
        "properties": {
            "kind": { "description": "What this file describes.", "enum": names },
        },
        "if": kind,
        "then": { "$ref": format!("{PREFIX}{second}") },
        "else": { "$ref": format!("{PREFIX}{first}") },
        "$defs": definitions,
    })
}

/// Removes what says nothing: null for what may be left out, integer formats, empty defaults.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            tidy_members(members);
            members.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn tidy_members(members: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = members.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            members.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
        choices.retain(|choice| choice["type"] != "null");
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            members.remove("anyOf");
            members.extend(only);
        }
    }
    if members.get("format").is_some_and(Value::is_string) {
        members.remove("format");
    }
    if matches!(
        members.get("default"),
        Some(Value::Object(_) | Value::Array(_) | Value::Null)
    ) {
        members.remove("default");
    }
    if let Some(Value::String(description)) = members.get_mut("description") {
        // The line breaks are those of the source code.
        *description = description.replace('\n', " ");
    }
}

/// Adds `environments`, whose values have the shape of the document with nothing required.
fn add_overlays(root: &mut Value, name: &str) {
    let mut overlay = json!({
        "description": "Fields that differ in one environment: maps merge, lists and scalars replace.",
        "type": "object",
        "properties": root["properties"],
        "additionalProperties": false,
    });
    if let Some(properties) = overlay["properties"].as_object_mut() {
        properties.retain(|name, _| !FIXED.contains(&name.as_str()));
    }
    let definitions = root["$defs"].clone();
    let mut pending = point_to_partial(&mut overlay, &definitions);
    let mut done = BTreeSet::new();
    while let Some(name) = pending.pop_first() {
        let mut partial = root["$defs"][&name].clone();
        if let Some(members) = partial.as_object_mut() {
            members.remove("required");
        }
        done.insert(name.clone());
        let more = point_to_partial(&mut partial, &definitions);
        pending.extend(more.difference(&done).cloned());
        root["$defs"][format!("{name}Overlay")] = partial;
    }
    root["$defs"][name] = overlay;
    root["properties"]["environments"] = json!({
        "description": "What differs in each environment, by its name; chosen with `--env`.",
        "type": "object",
        "additionalProperties": { "$ref": format!("{PREFIX}{name}") },
    });
}

/// Redirects references to their overlay form, where that differs, and returns what they refer to.
fn point_to_partial(schema: &mut Value, definitions: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref") {
                let name = reference
                    .strip_prefix(PREFIX)
                    .unwrap_or_default()
                    .to_owned();
                if requires(&definitions[&name], definitions) {
                    reference.push_str("Overlay");
                    names.insert(name);
                }
            }
            for member in members.values_mut() {
                names.extend(point_to_partial(member, definitions));
            }
        }
        Value::Array(items) => {
            for item in items {
                names.extend(point_to_partial(item, definitions));
            }
        }
        _ => {}
    }
    names
}

/// Says whether a schema requires anything anywhere.
fn requires(schema: &Value, definitions: &Value) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(name, member)| match member {
            Value::String(reference) if name == "$ref" => {
                let name = reference.strip_prefix(PREFIX).unwrap_or_default();
                requires(&definitions[name], definitions)
            }
            Value::Array(names) if name == "required" => !names.is_empty(),
            member => requires(member, definitions),
        }),
        Value::Array(items) => items.iter().any(|item| requires(item, definitions)),
        _ => false,
    }
}

/// What every reference within a schema begins with.
pub(super) const PREFIX: &str = "#/$defs/";
