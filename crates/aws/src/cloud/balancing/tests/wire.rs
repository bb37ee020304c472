//! A value in the two forms of this API: XML in answers, parameters in requests.

use serde_json::{Map, Value};

/// The only member that is a map instead of a structure.
const MAP: &str = "AuthenticationRequestExtraParams";

/// Writes a value as answers have it.
pub(super) fn xml(value: &Value) -> String {
    match value {
        Value::Object(members) => members.iter().map(element).collect(),
        Value::Array(values) => values.iter().map(member).collect(),
        Value::String(text) => escaped(text),
        other => other.to_string(),
    }
}

fn member(value: &Value) -> String {
    format!("<member>{}</member>", xml(value))
}

fn element((name, value): (&String, &Value)) -> String {
    let inner = match value {
        Value::Object(pairs) if name == MAP => pairs.iter().map(entry).collect(),
        value => xml(value),
    };
    format!("<{name}>{inner}</{name}>")
}

fn entry((key, value): (&String, &Value)) -> String {
    let value = xml(value);
    format!("<entry><key>{key}</key><value>{value}</value></entry>")
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;")
}

/// Writes a value as the parameters of a request below a name, in order of their names. An empty
/// list is told and not sent.
pub(super) fn parameters(name: &str, value: &Value) -> Vec<String> {
    let mut lines = match value {
        Value::Object(members) => below(name, members),
        Value::Array(values) => {
            let numbered = (1..).zip(values);
            let lines = numbered
                .map(|(number, value)| parameters(&format!("{name}.member.{number}"), value));
            lines.flatten().collect()
        }
        Value::String(text) => vec![format!("{name}={text}")],
        other => vec![format!("{name}={other}")],
    };
    lines.sort();
    lines
}

fn below(name: &str, members: &Map<String, Value>) -> Vec<String> {
    if !name.ends_with(MAP) {
        let lines = members
            .iter()
            .map(|(member, value)| parameters(&format!("{name}.{member}"), value));
        return lines.flatten().collect();
    }
    let lines = (1..).zip(members).flat_map(|(number, (key, value))| {
        let key = Value::from(key.as_str());
        let key = parameters(&format!("{name}.entry.{number}.key"), &key);
        [
            key,
            parameters(&format!("{name}.entry.{number}.value"), value),
        ]
    });
    lines.flatten().collect()
}
