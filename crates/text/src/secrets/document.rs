//! Redacts ECS documents: lists of names and values, maps, lists of arguments.

use serde_json::Value;

use super::names::is_sure_name;
use super::{HIDDEN, KnownSecrets, is_secret_under, redact, redact_arguments};

/// A document that may be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Redacted {
    /// The document, with `***` in place of what is secret.
    pub document: Value,
    /// Where something was hidden, such as `containerDefinitions[model].environment[DB_PASSWORD]`.
    pub hidden: Vec<String>,
}

/// Hides what is secret in a document, by its own looks and by what is known.
#[must_use]
pub fn redact_document(document: &Value, known: &KnownSecrets) -> Redacted {
    let mut walk = Walk {
        known,
        hidden: Vec::new(),
    };
    let document = walk.value(document, "", At::default());
    Redacted {
        document,
        hidden: walk.hidden,
    }
}

/// Lists that say where secrets are, and hold none.
const REFERENCES: [&str; 3] = ["secrets", "secretOptions", "secret_options"];

/// How pairs in lists call the name and the value.
const PAIRS: [(&str, &str); 6] = [
    ("name", "value"),
    ("Name", "Value"),
    ("key", "value"),
    ("Key", "Value"),
    ("namespace", "value"),
    ("name", "valueFrom"),
];

#[derive(Clone, Copy, Default)]
struct At<'a> {
    /// The name that a text goes by.
    name: &'a str,
    /// Whether it only says where a secret is.
    is_reference: bool,
}

struct Walk<'a> {
    known: &'a KnownSecrets,
    hidden: Vec<String>,
}

impl Walk<'_> {
    fn value(&mut self, value: &Value, path: &str, at: At<'_>) -> Value {
        match value {
            Value::Number(number) if is_sure(at, &number.to_string()) => {
                self.hidden.push(path.to_owned());
                Value::String(HIDDEN.to_owned())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
            Value::String(text) => self.text(text, path, at),
            Value::Array(items) => self.list(items, path, at),
            Value::Object(members) => {
                let pair = pair(members);
                let member = |(name, member): (&String, &Value)| {
                    let given_name = match pair {
                        Some((key, held)) if name == held => key,
                        // A name is no secret, whatever it is.
                        Some(_) | None => name,
                    };
                    let at = At {
                        name: given_name,
                        is_reference: at.is_reference || REFERENCES.contains(&name.as_str()),
                    };
                    let path = match pair {
                        Some((_, held)) if name == held => path.to_owned(),
                        Some(_) | None if path.is_empty() => name.clone(),
                        Some(_) | None => format!("{path}.{name}"),
                    };
                    // Names of labels and tags are anybody's text.
                    let shown = redact(name).into_owned();
                    if shown != *name {
                        self.hidden.push(path.clone());
                    }
                    (shown, self.value(member, &path, at))
                };
                Value::Object(members.iter().map(member).collect())
            }
        }
    }

    fn list(&mut self, items: &[Value], path: &str, at: At<'_>) -> Value {
        let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
        if let Some(texts) = texts {
            return self.arguments(&texts, path, at);
        }
        let item = |(index, item): (usize, &Value)| {
            let path = format!("{path}[{}]", item_key(item).unwrap_or(index.to_string()));
            self.value(item, &path, at)
        };
        Value::Array(items.iter().enumerate().map(item).collect())
    }

    /// Any list of texts may be that of a command.
    fn arguments(&mut self, texts: &[&str], path: &str, at: At<'_>) -> Value {
        let redacted = redact_arguments(texts);
        let items = texts.iter().zip(redacted).enumerate();
        let item = |(index, (text, redacted)): (usize, (&&str, std::borrow::Cow<'_, str>))| {
            let is_secret = self.known.is_field(text)
                || (!at.is_reference && !at.name.is_empty() && is_secret_under(at.name, text));
            let shown = if is_secret {
                HIDDEN.to_owned()
            } else {
                self.known.hide(&redacted).into_owned()
            };
            if shown != **text {
                self.hidden.push(format!("{path}[{index}]"));
            }
            Value::String(shown)
        };
        Value::Array(items.map(item).collect())
    }

    fn text(&mut self, text: &str, path: &str, at: At<'_>) -> Value {
        if let Some(shown) = header(at.name, text) {
            self.hidden.push(path.to_owned());
            return Value::String(shown);
        }
        let is_secret = self.known.is_field(text)
            || (!at.is_reference && !at.name.is_empty() && is_secret_under(at.name, text));
        let shown = if is_secret {
            HIDDEN.to_owned()
        } else {
            // First what is known: what it leaves apart may look secret only together.
            self.known.hide(&redact(text)).into_owned()
        };
        if shown != *text {
            self.hidden.push(path.to_owned());
        }
        Value::String(shown)
    }
}

/// A number is what somebody chose only where the name leaves no doubt.
fn is_sure(at: At<'_>, number: &str) -> bool {
    !at.is_reference && is_sure_name(at.name) && is_secret_under(at.name, number)
}

/// Fluent Bit has a header's name and value in one option: `Header: X-Api-Key x`.
fn header(name: &str, text: &str) -> Option<String> {
    let (header, value) = text.split_once(' ')?;
    let is_header = ["header", "headers"].contains(&&*name.to_ascii_lowercase());
    let is_secret = is_header && !header.ends_with(':') && is_secret_under(header, value);
    (is_secret && !value.contains(' ')).then(|| format!("{header} {HIDDEN}"))
}

/// Returns the name of a pair, and which member is its value.
fn pair(members: &serde_json::Map<String, Value>) -> Option<(&str, &'static str)> {
    PAIRS.iter().find_map(|(key, held)| {
        let name = members.get(*key)?.as_str()?;
        members.get(*held)?;
        Some((name, *held))
    })
}

/// Returns the name that an element of a list goes by.
fn item_key(item: &Value) -> Option<String> {
    ["name", "Name", "key", "Key"]
        .iter()
        .find_map(|key| item.get(key)?.as_str().map(str::to_owned))
}
