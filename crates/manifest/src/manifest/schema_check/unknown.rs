//! Reports unknown fields, with a suggestion.

use serde_json::Value;

use super::super::diagnostic::Diagnostic;
use super::super::node::Entry;
use super::super::path;
use super::super::suggest;
use super::walk::{At, Walker};
use crate::manifest::Code;

/// Names that other tools have for a field, and where it is here.
const ELSEWHERE: [(&str, &str); 22] = [
    ("environment", "runtime.env"),
    ("containerPort", "runtime.port"),
    ("portMappings", "runtime.ports"),
    ("executionRoleArn", "runtime.roles.execution"),
    ("taskRoleArn", "runtime.roles.task"),
    ("executionRole", "runtime.roles.execution"),
    ("taskRole", "runtime.roles.task"),
    ("desiredCount", "service.desired"),
    ("replicas", "service.desired"),
    ("launchType", "runtime.compute"),
    ("architecture", "runtime.arch"),
    ("cpuArchitecture", "runtime.arch"),
    ("logGroup", "runtime.logs.group"),
    ("healthCheck", "health.container"),
    ("healthCheckGracePeriodSeconds", "health.graceSeconds"),
    ("gracePeriod", "health.graceSeconds"),
    ("targetGroupArn", "traffic.targetGroup"),
    ("networkMode", "network.mode"),
    ("deploymentConfiguration", "rollout"),
    ("deploymentCircuitBreaker", "rollout.circuitBreaker"),
    ("ephemeralStorage", "runtime.ephemeralStorageGiB"),
    ("sidecars", "overrides.taskDefinition.containerDefinitions"),
];

/// What an unknown field was most likely meant for.
pub(super) enum Meant<'a> {
    /// A field of the same mapping.
    Here(&'a str),
    /// What goes by another path in this format.
    Called(&'static str),
    /// A field of the same name, in another mapping.
    Under(String),
    /// Nothing that anybody could tell.
    Nothing,
}

/// Guesses what an unknown field was meant for: misspelt, misplaced, or known by another name.
pub(super) fn meant<'a>(walker: &Walker<'_>, name: &str, schema: &'a Value) -> Meant<'a> {
    let is_here = |path: &str| {
        let section = path.split('.').next().unwrap_or_default();
        !walker.root["properties"][section].is_null()
    };
    if let Some((_, known)) = ELSEWHERE
        .iter()
        .find(|(other, known)| *other == name && is_here(known))
    {
        return Meant::Called(known);
    }
    match suggest::nearest(name, names(schema)) {
        Some(known) => Meant::Here(known),
        None => home(walker, name).map_or(Meant::Nothing, Meant::Under),
    }
}

/// Explains an unknown field.
pub(super) fn field(walker: &Walker<'_>, entry: &Entry, schema: &Value, at: &At<'_>) -> Diagnostic {
    let name = entry.key.text.as_str();
    let around = if at.path.is_empty() {
        String::new()
    } else {
        format!(" in `{}`", at.path)
    };
    let message = format!("unknown field `{}`{around}", super::messages::shorten(name));
    let help = match meant(walker, name, schema) {
        Meant::Here(known) => format!("did you mean `{known}`?"),
        Meant::Called(known) => format!("write `{known}`"),
        Meant::Under(home) => format!("it belongs under `{home}`"),
        Meant::Nothing => {
            let fields: Vec<&str> = names(schema).collect();
            format!("the fields here are {}", suggest::list(&fields))
        }
    };
    Diagnostic::error(Code::UNKNOWN_FIELD, message)
        .at(entry.key.span.clone())
        .help(help)
}

fn names(schema: &Value) -> impl Iterator<Item = &str> {
    let fields = schema["properties"].as_object().into_iter().flatten();
    fields.map(|(name, _)| name.as_str())
}

/// Returns the only other mapping that has a field of this name.
fn home(walker: &Walker<'_>, name: &str) -> Option<String> {
    let mut homes = Vec::new();
    search(walker, walker.root, "", name, &mut homes);
    match homes.as_slice() {
        [home] => Some(home.clone()),
        _ => None,
    }
}

fn search<'a>(
    walker: &Walker<'a>,
    schema: &'a Value,
    here: &str,
    name: &str,
    homes: &mut Vec<String>,
) {
    let Some(fields) = walker.of_mapping(schema)["properties"].as_object() else {
        return;
    };
    for (field, inner) in fields {
        if field == "environments" {
            continue;
        }
        let path = path::member(here, field);
        if field == name && !here.is_empty() {
            homes.push(here.to_owned());
        }
        search(walker, inner, &path, name, homes);
    }
}
