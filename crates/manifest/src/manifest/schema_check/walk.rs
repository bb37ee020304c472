//! Walks a tree and its schema side by side.

use serde_json::{Map, Value};

use super::super::diagnostic::Diagnostic;
use super::super::node::{Entry, Kind, Node};
use super::super::path;
use super::super::redaction;
use super::super::source::Span;
use super::super::variables;
use super::generate::PREFIX;
use super::typo_repair::fits;
use super::unknown::Meant;
use super::{messages, scalar, unknown};
use crate::manifest::Code;

/// Whether variables were replaced already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Stage {
    /// A text with a variable may still become anything.
    Written,
    /// What is text now stays text.
    Expanded,
}

/// Checks a tree against a schema, and returns it as JSON without what is wrong in it.
pub(in super::super) fn walk(
    root: &Node,
    schema: &Value,
    stage: Stage,
    found: &mut Vec<Diagnostic>,
) -> Value {
    let mut walker = Walker {
        root: schema,
        stage,
        found,
    };
    let at = At {
        path: "",
        key: None,
        hidden: false,
        description: None,
        or_mapping: false,
        in_flow: false,
    };
    walker.value(root, schema, at).unwrap_or(Value::Null)
}

pub(super) struct Walker<'a> {
    pub(super) root: &'a Value,
    pub(super) stage: Stage,
    pub(super) found: &'a mut Vec<Diagnostic>,
}

/// Where the walk is.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) path: &'a str,
    pub(super) key: Option<&'a Span>,
    /// Whether messages must not repeat the value.
    pub(super) hidden: bool,
    pub(super) description: Option<&'a str>,
    /// Whether a mapping is another form of the value.
    pub(super) or_mapping: bool,
    /// Whether the value stands within `{ }` or `[ ]`.
    pub(super) in_flow: bool,
}

impl At<'_> {
    /// Returns a diagnostic at a value; its help is what the schema says of the field.
    pub(super) fn error(&self, code: Code, message: String, node: &Node) -> Diagnostic {
        let diagnostic = Diagnostic::error(code, message).at(node.visible(self.key));
        match self.description {
            Some(description) => diagnostic.help(messages::field_help(self.path, description)),
            None => diagnostic,
        }
    }
}

impl<'a> Walker<'a> {
    /// Follows references to what a schema really says.
    pub(super) fn resolve(&self, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"]
            .as_str()
            .and_then(|text| text.strip_prefix(PREFIX));
        match name {
            Some(name) => self.resolve(&self.root["$defs"][name]),
            None => schema,
        }
    }

    /// Returns which of several forms a value is written in: a mapping, or else the other one.
    pub(super) fn choice(&self, node: &Node, schema: &'a Value) -> &'a Value {
        let Some(choices) = schema["anyOf"].as_array() else {
            return schema;
        };
        let is_mapping = matches!(node.kind, Kind::Mapping(_));
        let mut choices = choices.iter().map(|choice| self.resolve(choice));
        choices
            .find(|choice| (choice["type"] == "object") == is_mapping)
            .unwrap_or(schema)
    }

    /// Returns what a schema says of a mapping.
    pub(super) fn of_mapping(&self, schema: &'a Value) -> &'a Value {
        let schema = self.resolve(schema);
        let choices = schema["anyOf"].as_array().into_iter().flatten();
        let mut choices = choices.map(|choice| self.resolve(choice));
        choices
            .find(|choice| choice["type"] == "object")
            .unwrap_or(schema)
    }

    fn value(&mut self, node: &Node, schema: &'a Value, at: At<'_>) -> Option<Value> {
        let description = schema["description"].as_str();
        let schema = self.resolve(schema);
        let description = description
            .or_else(|| schema["description"].as_str())
            .or(at.description);
        let or_mapping = schema["anyOf"].is_array();
        let schema = self.choice(node, schema);
        let scalar = !matches!(node.kind, Kind::Sequence(_) | Kind::Mapping(_));
        let hidden = at.hidden || (scalar && node.is_unrepeatable());
        let at = At {
            hidden,
            description,
            or_mapping,
            ..at
        };
        if schema["type"].is_null() && schema["oneOf"].is_null() && schema["enum"].is_null() {
            return Some(free(node));
        }
        match &node.kind {
            Kind::Null => {
                self.found.push(messages::empty(node, schema, &at));
                None
            }
            Kind::Unresolved(text) => scalar::takes_string(schema).then(|| text.clone().into()),
            Kind::String(text)
                if self.stage == Stage::Written && variables::mentions_variable(text) =>
            {
                self.unexpanded(node, schema, &at)
            }
            _ => match schema["type"].as_str() {
                Some("object") => self.mapping(node, schema, at),
                Some("array") => self.sequence(node, schema, at),
                _ => scalar::check(node, schema, &at, self.found),
            },
        }
    }

    /// A variable can become any scalar, but never a list or a mapping.
    fn unexpanded(&mut self, node: &Node, schema: &Value, at: &At<'_>) -> Option<Value> {
        if matches!(schema["type"].as_str(), Some("object" | "array")) {
            self.found.push(messages::wrong_type(node, schema, at));
        }
        None
    }

    fn sequence(&mut self, node: &Node, schema: &'a Value, at: At<'_>) -> Option<Value> {
        let Kind::Sequence(items) = &node.kind else {
            self.found.push(messages::wrong_type(node, schema, &at));
            return None;
        };
        self.found
            .extend(messages::wrong_count(node, items.len(), schema, &at));
        let values: Vec<Option<Value>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let path = path::item(at.path, index);
                let key = item.first_key().or(at.key);
                let at = At {
                    path: &path,
                    key,
                    in_flow: at.in_flow || node.is_flow(),
                    ..at
                };
                self.value(item, &schema["items"], at)
            })
            .collect();
        // With an item left out the others would not be where they were written.
        values
            .into_iter()
            .collect::<Option<Vec<Value>>>()
            .map(Value::Array)
    }

    fn mapping(&mut self, node: &Node, schema: &'a Value, at: At<'_>) -> Option<Value> {
        let Kind::Mapping(entries) = &node.kind else {
            self.found.push(messages::wrong_type(node, schema, &at));
            return None;
        };
        let mut members = Map::new();
        for entry in entries {
            if let Some(value) = self.member(entry, node, schema, at) {
                members.insert(entry.key.text.clone(), value);
            }
        }
        for name in self.missing(node, schema, &at) {
            // Rules about the other fields still apply, and this one has its complaint.
            members
                .entry(name.to_owned())
                .or_insert_with(|| self.placeholder(&schema["properties"][name]));
        }
        Some(Value::Object(members))
    }

    fn member(
        &mut self,
        entry: &Entry,
        around: &Node,
        schema: &'a Value,
        at: At<'_>,
    ) -> Option<Value> {
        let mut name = entry.key.text.as_str();
        let expected = if let Some(expected) = member_schema(schema, name) {
            expected
        } else {
            // The second walk sees nothing that the first did not.
            if self.stage == Stage::Written {
                self.found.push(unknown::field(self, entry, schema, &at));
            }
            let (known, expected) = self.meant(entry, around, schema)?;
            name = known;
            expected
        };
        // In an overlay a field has the path it has elsewhere; its place tells them apart.
        let in_overlay = path::parent(at.path) == Some("environments");
        let path = path::member(
            if in_overlay { "" } else { at.path },
            &messages::shorten(name),
        );
        let hidden = at.hidden || redaction::hides(name);
        let key = Some(&entry.key.span);
        self.value(
            &entry.value,
            expected,
            At {
                path: &path,
                key,
                hidden,
                description: None,
                or_mapping: false,
                in_flow: at.in_flow || around.is_flow(),
            },
        )
    }

    /// Returns the field that a misspelt one is read as.
    fn meant(
        &self,
        entry: &Entry,
        around: &Node,
        schema: &'a Value,
    ) -> Option<(&'a str, &'a Value)> {
        let Meant::Here(known) = unknown::meant(self, &entry.key.text, schema) else {
            return None;
        };
        let field = &schema["properties"][known];
        let form = self.choice(&entry.value, self.resolve(field));
        let reads = around.get(known).is_none() && fits(&entry.value, form);
        reads.then_some((known, field))
    }

    /// Reports the required fields that are not there, and returns all that are required.
    fn missing(&mut self, node: &Node, schema: &'a Value, at: &At<'_>) -> Vec<&'a str> {
        let required: Vec<&str> = required(schema).collect();
        for name in &required {
            let name = *name;
            if node.get(name).is_none() {
                let field = &schema["properties"][name];
                let description = field["description"]
                    .as_str()
                    .or_else(|| self.resolve(field)["description"].as_str());
                self.found
                    .push(messages::missing(node, name, description, at));
            }
        }
        required
    }

    /// Returns the least value that a schema takes.
    fn placeholder(&self, schema: &'a Value) -> Value {
        let schema = self.resolve(schema);
        if let Some(name) = scalar::choices(schema).and_then(|names| names.first().copied()) {
            return Value::from(name);
        }
        match schema["type"].as_str() {
            Some("object") => required(schema)
                .map(|name| {
                    (
                        name.to_owned(),
                        self.placeholder(&schema["properties"][name]),
                    )
                })
                .collect::<Map<String, Value>>()
                .into(),
            Some("array") => Value::Array(Vec::new()),
            Some("integer") => schema["minimum"].clone(),
            // No number has to be a whole one, so that a part of the greatest is within bounds.
            Some("number") => match schema["exclusiveMaximum"].as_f64() {
                Some(most) => Value::from(most / 2.0),
                None => Value::from(1.0),
            },
            Some("boolean") => Value::Bool(false),
            _ => Value::from(""),
        }
    }
}

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Returns what a mapping's value must look like; none when there is no such field.
pub(super) fn member_schema<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    if let Some(field) = schema["properties"].get(name) {
        return Some(field);
    }
    match &schema["additionalProperties"] {
        // Without properties of its own a bare object is free-form.
        Value::Null if schema["properties"].is_null() => Some(&Value::Null),
        Value::Bool(true) => Some(&Value::Null),
        Value::Null | Value::Bool(false) => None,
        any => Some(any),
    }
}

/// Converts a value whose shape nobody knows here.
fn free(node: &Node) -> Value {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(*value),
        Kind::Int(value) => i64::try_from(*value)
            .map(Value::from)
            .or_else(|_| u64::try_from(*value).map(Value::from))
            .unwrap_or_else(|_| Value::from(node.raw())),
        Kind::Float(value) => Value::from(*value),
        Kind::String(text) | Kind::Unresolved(text) => Value::from(text.as_str()),
        Kind::Sequence(items) => items.iter().map(free).collect(),
        Kind::Mapping(entries) => {
            let member = |entry: &Entry| (entry.key.text.clone(), free(&entry.value));
            Value::Object(entries.iter().map(member).collect())
        }
    }
}
