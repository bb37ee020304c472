//! Checks scalars: strings, numbers, booleans and names from a list.

use serde_json::Value;

use super::super::diagnostic::Diagnostic;
use super::super::node::{Kind, Node, Style};
use super::super::path;
use super::super::suggest;
use super::walk::At;
use super::{messages, units};
use crate::manifest::Code;

/// What YAML 1.1, and with it many a tool, reads as a boolean.
const OLD_BOOLEANS: [&str; 6] = ["yes", "no", "on", "off", "y", "n"];

/// What other tools call the values here.
const SYNONYMS: [(&str, &str); 5] = [
    ("amd64", "x86_64"),
    ("x64", "x86_64"),
    ("aarch64", "arm64"),
    ("graviton", "arm64"),
    ("bluegreen", "blue-green"),
];

/// Says whether a text satisfies a schema's type.
pub(super) fn takes_string(schema: &Value) -> bool {
    has_type(schema, "string") || choices(schema).is_some()
}

/// Checks a scalar, and returns it as its field wants it.
pub(super) fn check(
    node: &Node,
    schema: &Value,
    at: &At<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Value> {
    let outcome = if let Some(choices) = choices(schema) {
        one_of(node, &choices, at)
    } else if has_type(schema, "string") {
        string(node, schema, at)
    } else {
        match schema["type"].as_str() {
            Some("integer") => integer(node, schema, at),
            Some("number") => number(node, schema, at),
            _ => boolean(node, schema, at),
        }
    };
    outcome.map_err(|diagnostic| found.push(*diagnostic)).ok()
}

type Outcome = Result<Value, Box<Diagnostic>>;

fn has_type(schema: &Value, wanted: &str) -> bool {
    match &schema["type"] {
        Value::Array(types) => types.iter().any(|name| name == wanted),
        one => one == wanted,
    }
}

/// Returns the names an enumeration knows.
pub(super) fn choices(schema: &Value) -> Option<Vec<&str>> {
    let list = schema["oneOf"]
        .as_array()
        .or_else(|| schema["enum"].as_array())?;
    Some(
        list.iter()
            .filter_map(|choice| choice.as_str().or_else(|| choice["const"].as_str()))
            .collect(),
    )
}

fn any_of(choices: &[&str], at: &At<'_>) -> String {
    let choices = suggest::any_of(choices);
    if at.or_mapping {
        format!("{choices}, or a mapping")
    } else {
        choices
    }
}

fn one_of(node: &Node, choices: &[&str], at: &At<'_>) -> Outcome {
    let written = match &node.kind {
        Kind::String(text) => text.as_str(),
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) => node.raw(),
        _ => {
            let message = format!("`{}` must be a name, found {}", at.path, node.kind.name());
            let help = format!("write one of {}", any_of(choices, at));
            return Err(Box::new(
                at.error(Code::WRONG_TYPE, message, node).help(help),
            ));
        }
    };
    if choices.contains(&written) {
        return Ok(Value::from(written));
    }
    let message = format!(
        "unknown value {} for `{}`",
        messages::quoted(node, at.hidden),
        at.path
    );
    let meant = SYNONYMS
        .iter()
        .find(|(other, _)| written.eq_ignore_ascii_case(other));
    let help = match meant.filter(|(_, name)| choices.contains(name)) {
        Some((_, name)) => format!("write `{name}`"),
        None => suggest::help(
            written,
            choices,
            &format!("it can be {}", any_of(choices, at)),
        ),
    };
    Err(Box::new(
        at.error(Code::UNKNOWN_VALUE, message, node).help(help),
    ))
}

fn string(node: &Node, schema: &Value, at: &At<'_>) -> Outcome {
    let text = match &node.kind {
        Kind::String(text) => text,
        Kind::Int(value) if has_type(schema, "integer") && node.raw() == value.to_string() => {
            return Ok(Value::from(node.raw()));
        }
        Kind::Bool(value) if has_type(schema, "boolean") && node.raw() == value.to_string() => {
            return Ok(Value::from(node.raw()));
        }
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) => {
            return Err(Box::new(messages::needs_quotes(node, at)));
        }
        _ => return Err(Box::new(messages::wrong_type(node, schema, at))),
    };
    if node.style == Style::Plain && reads_differently(text) {
        return Err(Box::new(messages::needs_quotes(node, at)));
    }
    match messages::wrong_length(node, text, schema, at) {
        Some(diagnostic) => Err(Box::new(diagnostic)),
        None => Ok(Value::from(text.as_str())),
    }
}

/// Says whether YAML 1.1 would make something else of a plain text than this text.
fn reads_differently(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let boolean = OLD_BOOLEANS.contains(&&*lower);
    let sign = lower.strip_prefix(['-', '+']).unwrap_or(&lower);
    let number = sign.starts_with(|character: char| character.is_ascii_digit())
        && (sign
            .chars()
            .all(|character| character.is_ascii_digit() || character == '_')
            || is_sexagesimal(sign));
    let special = matches!(sign, ".inf" | ".nan");
    boolean || number || special
}

/// `12:30` is 750 to YAML 1.1.
fn is_sexagesimal(text: &str) -> bool {
    let mut parts = text.split(':');
    let digits =
        |part: &str| !part.is_empty() && part.chars().all(|character| character.is_ascii_digit());
    parts.next().is_some_and(digits)
        && text.contains(':')
        && parts.all(|part| digits(part) && part.len() <= 2 && part < "60")
}

fn integer(node: &Node, schema: &Value, at: &At<'_>) -> Outcome {
    let value = match &node.kind {
        Kind::Int(value) => Some(*value),
        Kind::String(text) if node.style == Style::Replaced => canonical(text),
        // Too big for the parser is still an integer to whoever wrote it.
        Kind::Float(_) => canonical(node.raw()),
        _ => None,
    };
    let Some(value) = value else {
        return Err(Box::new(not_an_integer(node, schema, at)));
    };
    let bound = |name: &str| schema[name].as_i64().map(i128::from);
    if let Some(diagnostic) =
        messages::out_of_range(value, bound("minimum"), bound("maximum"), node, at)
    {
        return Err(Box::new(diagnostic));
    }
    // Every integer of the schema has a range that fits.
    Ok(i64::try_from(value).map_or(Value::Null, Value::from))
}

/// Reads an integer that is written as YAML would write it back.
fn canonical(text: &str) -> Option<i128> {
    let value: i128 = text.parse().ok()?;
    (value.to_string() == text).then_some(value)
}

fn not_an_integer(node: &Node, schema: &Value, at: &At<'_>) -> Diagnostic {
    let diagnostic = messages::wrong_type(node, schema, at);
    let Kind::String(text) = &node.kind else {
        return diagnostic;
    };
    let name = path::last(at.path);
    let plain: String = text.chars().filter(|character| *character != '_').collect();
    let meant = canonical(text).or_else(|| canonical(&plain));
    match meant.or_else(|| canonical(plain.trim_start_matches('0'))) {
        Some(value) if node.style == Style::Quoted && !at.hidden => {
            let help = messages::without_quotes(node, at);
            diagnostic.help(help.unwrap_or_else(|| format!("remove the quotes: `{name}: {value}`")))
        }
        Some(value) if !at.hidden => diagnostic.help(format!("write `{name}: {value}`")),
        None if !at.hidden => match units::convert(text, at.description.unwrap_or_default()) {
            Some(value) => diagnostic.help(format!(
                "a number has no unit here; write `{name}: {value}`"
            )),
            None => diagnostic,
        },
        _ => diagnostic,
    }
}

fn number(node: &Node, schema: &Value, at: &At<'_>) -> Outcome {
    let value = match &node.kind {
        Kind::Float(value) => Some(*value),
        #[expect(
            clippy::cast_precision_loss,
            reason = "a bound on a metric needs no 53 bits"
        )]
        Kind::Int(value) => Some(*value as f64),
        Kind::String(text) if node.style == Style::Replaced => text.parse().ok(),
        _ => None,
    };
    let finite = value.filter(|value| value.is_finite());
    let Some(value) = finite else {
        let diagnostic = messages::wrong_type(node, schema, at);
        let is_number = matches!(&node.kind, Kind::String(text) if text.parse::<f64>().is_ok_and(f64::is_finite));
        let help = is_number.then(|| messages::without_quotes(node, at));
        return Err(Box::new(match help.flatten() {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }));
    };
    match messages::out_of_bounds(value, schema, node, at) {
        Some(diagnostic) => Err(Box::new(diagnostic)),
        None => Ok(Value::from(value)),
    }
}

fn boolean(node: &Node, schema: &Value, at: &At<'_>) -> Outcome {
    let text = match &node.kind {
        Kind::Bool(value) => return Ok(Value::Bool(*value)),
        Kind::String(text) => text.as_str(),
        _ => return Err(Box::new(messages::wrong_type(node, schema, at))),
    };
    match text {
        "true" | "false" if node.style == Style::Replaced => Ok(Value::Bool(text == "true")),
        _ => {
            let diagnostic = messages::wrong_type(node, schema, at);
            Err(Box::new(match meant_boolean(text) {
                Some(meant) => {
                    let name = path::last(at.path);
                    let help = messages::without_quotes(node, at);
                    diagnostic.help(help.unwrap_or_else(|| format!("write `{name}: {meant}`")))
                }
                None => diagnostic,
            }))
        }
    }
}

fn meant_boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "enabled" => Some(true),
        "false" | "no" | "off" | "n" | "disabled" => Some(false),
        _ => None,
    }
}
