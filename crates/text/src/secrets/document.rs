//! Redacts ECS documents: lists of names and values, maps, lists of arguments.

use serde_json::{Map, Value};

use super::names::is_sure_name;
use super::{HIDDEN, KnownSecrets, is_secret_under, redact_arguments};

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

/// Hides what is secret in every text of a value, the names of members included. For documents that
/// are ours and hold texts of others; one of ECS's has names and values beside each other.
#[must_use]
pub fn redact_texts(value: &Value, known: &KnownSecrets) -> Value {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        Value::String(text) => Value::String(known.redact(text).into_owned()),
        Value::Array(items) => items.iter().map(|item| redact_texts(item, known)).collect(),
        Value::Object(members) => {
            let mut shown = Map::new();
            for (name, member) in members {
                let name = free_name(&shown, &known.redact(name));
                shown.insert(name, redact_texts(member, known));
            }
            Value::Object(shown)
        }
    }
}

/// Returns a name that no member has yet: two that are secret look alike.
fn free_name(members: &Map<String, Value>, name: &str) -> String {
    let numbered = (2..).map(|number| format!("{name} ({number})"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    let free = names.find(|name| !members.contains_key(name));
    free.unwrap_or_default()
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
            Value::Number(number)
                if is_sure(at, &number.to_string()) || self.known.is_field(&number.to_string()) =>
            {
                self.hidden.push(path.to_owned());
                Value::String(HIDDEN.to_owned())
            }
            Value::Bool(switch) if self.known.is_field(&switch.to_string()) => {
                self.hidden.push(path.to_owned());
                Value::String(HIDDEN.to_owned())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
            Value::String(text) => self.text(text, path, at),
            Value::Array(items) => self.list(items, path, at),
            Value::Object(members) => {
                let pair = pair(members);
                let mut shown = Map::new();
                for (name, member) in members {
                    let given_name = match pair {
                        Some((key, held)) if name == held => key,
                        // A name is no secret, whatever it is.
                        Some(_) | None => name,
                    };
                    let at = At {
                        name: given_name,
                        is_reference: at.is_reference || REFERENCES.contains(&name.as_str()),
                    };
                    // Names of labels and tags are anybody's text.
                    let safe_name = self.known.redact(name);
                    let path = match pair {
                        Some((_, held)) if name == held => path.to_owned(),
                        Some(_) | None if path.is_empty() => safe_name.to_string(),
                        Some(_) | None => format!("{path}.{safe_name}"),
                    };
                    if safe_name != *name {
                        self.hidden.push(path.clone());
                    }
                    let safe_name = free_name(&shown, &safe_name);
                    let member = self.value(member, &path, at);
                    shown.insert(safe_name, member);
                }
                Value::Object(shown)
            }
        }
    }

    fn list(&mut self, items: &[Value], path: &str, at: At<'_>) -> Value {
        let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
        if let Some(texts) = texts {
            return self.arguments(&texts, path, at);
        }
        let item = |(index, item): (usize, &Value)| {
            let key = item_key(item).map(|key| self.known.redact(key));
            let key = key.unwrap_or_else(|| index.to_string().into());
            self.value(item, &format!("{path}[{key}]"), at)
        };
        Value::Array(items.iter().enumerate().map(item).collect())
    }

    /// Any list of texts may be that of a command.
    fn arguments(&mut self, texts: &[&str], path: &str, at: At<'_>) -> Value {
        let known = texts.iter().map(|text| self.known.hide(text));
        let known: Vec<_> = known.collect();
        let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
        let redacted = redact_arguments(&known);
        let items = texts.iter().zip(redacted).enumerate();
        let item = |(index, (text, redacted)): (usize, (&&str, std::borrow::Cow<'_, str>))| {
            let is_secret = self.known.is_field(text)
                || (!at.is_reference && !at.name.is_empty() && is_secret_under(at.name, text));
            let shown = if is_secret {
                HIDDEN.to_owned()
            } else {
                redacted.into_owned()
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
            self.known.redact(text).into_owned()
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
fn item_key(item: &Value) -> Option<&str> {
    ["name", "Name", "key", "Key"]
        .iter()
        .find_map(|key| item.get(key)?.as_str())
}
