//! Takes out of a manifest what looks secret: a variable stands for it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use mlship_text::secrets::{KnownSecrets, is_secret_name, redact_document};

/// A manifest that may be shown.
pub(super) struct Written {
    pub(super) manifest: Value,
    /// The variables that it needs, with what they have to be set to.
    pub(super) values: BTreeMap<String, String>,
    /// The field that each of them stands in, the first of several.
    pub(super) fields: BTreeMap<String, String>,
    /// What holds a name that looks secret: no variable stands for a name.
    pub(super) secret_name_in: Option<String>,
}

/// Returns a manifest in which variables stand for what looks secret.
pub(super) fn taken_out(manifest: &Value) -> Written {
    let shown = redact_document(manifest, &KnownSecrets::none()).document;
    let mut walk = Walk {
        values: BTreeMap::new(),
        fields: BTreeMap::new(),
        secret_name_in: None,
    };
    let manifest = walk.value(manifest, Some(&shown), &Name::default());
    Written {
        manifest,
        values: walk.values,
        fields: walk.fields,
        secret_name_in: walk.secret_name_in,
    }
}

/// What holds the variables of a container, in ECS's name.
const ENVIRONMENT: &str = "environment";

/// What a value goes by.
#[derive(Clone, Default)]
struct Name<'a> {
    own: String,
    /// The field that holds it.
    path: String,
    /// The container that it is of.
    around: Option<&'a str>,
    /// Whether it is the name of a variable already.
    is_variable: bool,
}

struct Walk {
    values: BTreeMap<String, String>,
    fields: BTreeMap<String, String>,
    secret_name_in: Option<String>,
}

impl Walk {
    fn value<'a>(&mut self, value: &'a Value, shown: Option<&Value>, name: &Name<'a>) -> Value {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
            Value::String(text) => {
                let is_secret = shown.is_some_and(|shown| shown != value);
                Value::String(if is_secret {
                    self.variable(text, name)
                } else {
                    literal(text)
                })
            }
            Value::Array(items) => {
                let shown = shown.and_then(Value::as_array);
                let item = |(index, item): (usize, &'a Value)| {
                    let own = match item {
                        Value::Object(_) => name.own.clone(),
                        _ => format!("{}_{}", name.own, index + 1),
                    };
                    let shown = shown.and_then(|shown| shown.get(index));
                    self.value(
                        item,
                        shown,
                        &Name {
                            own,
                            path: format!("{}[{index}]", name.path),
                            ..name.clone()
                        },
                    )
                };
                items.iter().enumerate().map(item).collect()
            }
            Value::Object(members) => self.members(members, shown, name),
        }
    }

    fn members<'a>(
        &mut self,
        members: &'a Map<String, Value>,
        shown: Option<&Value>,
        name: &Name<'a>,
    ) -> Value {
        let text = |member: &str| members.get(member).and_then(Value::as_str);
        let pair = text("name").or_else(|| text("key"));
        let is_pair = pair.is_some() && members.contains_key("value");
        let around = pair.filter(|_| !is_pair).or(name.around);
        // The model's own variables keep their names, whatever else has one of the same.
        let mut order: Vec<(&String, &Value)> = members.iter().collect();
        order.sort_by_key(|(key, _)| *key == "overrides");
        let all = order.into_iter().map(|(key, member)| {
            let (own, is_variable) = match pair {
                Some(pair) if is_pair && key == "value" => (pair, name.own == ENVIRONMENT),
                Some(_) | None => (key.as_str(), name.own == "env"),
            };
            let shown = shown.and_then(|shown| shown.get(key));
            if shown.is_none() {
                self.secret_name_in = Some(name.own.clone());
            }
            let name = Name {
                own: own.to_owned(),
                path: mlship_manifest::member(&name.path, key),
                around,
                is_variable,
            };
            (key.clone(), self.value(member, shown, &name))
        });
        Value::Object(all.collect())
    }

    /// Returns a reference to a variable that stands for a text.
    fn variable(&mut self, text: &str, name: &Name<'_>) -> String {
        let own = if name.is_variable && is_name(&name.own) {
            name.own.clone()
        } else {
            variable_name(&name.own)
        };
        let field = name.path.clone();
        let around = variable_name(name.around.unwrap_or("model"));
        let longer = format!("{around}_{own}");
        let numbered = (2..).map(|number| format!("{longer}_{number}"));
        let own = Some(own).filter(|own| !is_read_by_commands(own));
        let mut names = own.into_iter().chain([longer.clone()]).chain(numbered);
        let is_free = |name: &String| self.values.get(name).is_none_or(|known| known == text);
        let name = names.find(is_free).unwrap_or(longer);
        self.values.insert(name.clone(), text.to_owned());
        self.fields.entry(name.clone()).or_insert(field);
        reference(&name)
    }
}

/// Returns a reference that an empty variable does not satisfy: it would empty the secret.
fn reference(name: &str) -> String {
    if is_secret_name(name) {
        format!("${{{name}}}")
    } else {
        format!("${{{name}:?}}")
    }
}

/// Returns a text that means itself where variables are filled in.
fn literal(text: &str) -> String {
    text.replace("${", "$${")
}

/// Says whether a manifest can refer to a variable of this name.
fn is_name(name: &str) -> bool {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let is_digit = |character: char| character.is_ascii_digit();
    !name.is_empty() && name.chars().all(is_plain) && !name.starts_with(is_digit)
}

/// Says whether commands, or the AWS SDK in them, read a variable for themselves: set to what the
/// service has it would make them another caller, unset it would give the service the caller's.
fn is_read_by_commands(name: &str) -> bool {
    const PREFIXES: [&str; 6] = ["AWS_", "CI_", "GITHUB_", "MLFLOW_", "MLSHIP_", "SSL_CERT_"];
    const NAMES: [&str; 6] = [
        "ALL_PROXY",
        "HOME",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "NO_PROXY",
        "PATH",
    ];
    let name = name.to_ascii_uppercase();
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || NAMES.contains(&name.as_str())
}

/// Makes the name of a field the name of a variable.
fn variable_name(name: &str) -> String {
    let mut made = String::new();
    let mut before = '_';
    for character in name.chars() {
        if character.is_ascii_uppercase() && before.is_ascii_lowercase() {
            made.push('_');
        }
        let kept = if character.is_ascii_alphanumeric() {
            character
        } else {
            '_'
        };
        made.push(kept.to_ascii_uppercase());
        before = character;
    }
    if made.is_empty() || made.starts_with(|first: char| first.is_ascii_digit()) {
        made.insert_str(0, "VALUE_");
    }
    made
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Else the caller would sign with the model's keys, or the model get the caller's.
    #[test]
    fn no_variable_is_one_that_commands_read_for_themselves() {
        let manifest = json!({"runtime": {"env": {
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "MLFLOW_TRACKING_PASSWORD": "hunter2hunter2",
            "http_proxy": "http://me:hunter2hunter2@proxy",
        }}});
        let written = taken_out(&manifest);
        assert_eq!(written.values.len(), 3);
        for name in written.values.keys() {
            assert!(name.starts_with("MODEL_"), "{name}");
        }
    }

    #[test]
    fn a_secret_goes_by_the_name_of_its_variable() {
        let manifest = json!({"runtime": {
            "env": {"DB_PASSWORD": "hunter2hunter2", "PLAIN": "a ${b}"},
            "command": ["serve", "--api-token", "s3cr3ts3cr3t"],
        }, "overrides": {"taskDefinition": {"containerDefinitions": [{"name": "agent",
            "environment": [{"name": "DB_PASSWORD", "value": "another0ne9"}],
            "logConfiguration": {"options": {"apiKey": "0123456789abcdef0123456789abcdef"}}}]}}});
        let written = taken_out(&manifest);
        let text = written.manifest.to_string();
        for secret in ["hunter2", "s3cr3t", "another0ne9", "0123456789abcdef"] {
            assert!(!text.contains(secret), "{text}");
        }
        let names: Vec<&String> = written.values.keys().collect();
        assert_eq!(
            names,
            ["AGENT_DB_PASSWORD", "API_KEY", "COMMAND_3", "DB_PASSWORD"]
        );
        assert_eq!(written.manifest["runtime"]["env"]["PLAIN"], "a $${b}");
    }

    #[test]
    fn a_name_that_looks_secret_is_told_by_what_holds_it() {
        let labels = json!({"dockerLabels": {"ghp_0123456789abcdefghij0123456789abcdef": "x"}});
        let written = taken_out(&labels);
        assert_eq!(written.secret_name_in.as_deref(), Some("dockerLabels"));
    }

    #[test]
    fn names_of_fields_become_names_of_variables() {
        for (name, expected) in [
            ("DB_PASSWORD", "DB_PASSWORD"),
            ("db_password", "DB_PASSWORD"),
            ("apiKey", "API_KEY"),
            ("TOKEN", "TOKEN"),
            ("api-key", "API_KEY"),
            ("2fa", "VALUE_2FA"),
            ("", "VALUE_"),
        ] {
            assert_eq!(variable_name(name), expected);
        }
    }
}
