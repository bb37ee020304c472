//! The secrets and parameters of a task definition, by what `valueFrom` names.

use crate::cloud::preconditions::Question;
use crate::release::Document;
use crate::shape::items;
use mlship_text::arn::Arn;

/// A secret or a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// As `valueFrom` has it.
    pub value_from: String,
    /// What it is, and which part of it is read.
    pub place: SecretPlace,
    /// Where a manifest says it.
    pub fields: &'static [&'static str],
    /// The name of the variable.
    pub below: Option<String>,
}

/// Where a secret lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretPlace {
    /// In Secrets Manager.
    Manager {
        /// Its ARN or name.
        id: String,
        /// The key of its JSON that is read.
        key: Option<String>,
        /// The stage of the version that is read.
        stage: Option<String>,
        /// The version that is read.
        version: Option<String>,
    },
    /// In the Parameter Store.
    Parameter,
}

impl Secret {
    /// Returns what tells whether it is there.
    #[must_use]
    pub fn question(&self) -> Question {
        match &self.place {
            SecretPlace::Manager { id, .. } => Question::Secret(id.clone()),
            SecretPlace::Parameter => Question::Parameter(self.value_from.clone()),
        }
    }
}

/// Returns what all containers, their log drivers and their registries read, each thing once.
pub(super) fn secrets(task: &Document) -> Vec<Secret> {
    let mut found: Vec<Secret> = Vec::new();
    let mut add = |secret: Secret| {
        let is_known = |known: &Secret| known.value_from == secret.value_from;
        if !found.iter().any(is_known) {
            found.push(secret);
        }
    };
    for (at, container) in items(task.get("containerDefinitions")).enumerate() {
        let own: &'static [&'static str] = if at == 0 {
            &["runtime.secrets"]
        } else {
            &["overrides.taskDefinition.containerDefinitions"]
        };
        let others = &[
            "overrides.taskDefinition.containerDefinitions",
            "runtime.logs",
        ];
        let of_log = container["logConfiguration"].get("secretOptions");
        let lists = [(container.get("secrets"), own), (of_log, others)];
        for (list, fields) in lists {
            for secret in items(list) {
                let name = secret["name"].as_str().map(str::to_owned);
                if let Some(value_from) = secret["valueFrom"].as_str() {
                    add(read(value_from, fields, name.filter(|_| at == 0)));
                }
            }
        }
        let of_registry = &container["repositoryCredentials"]["credentialsParameter"];
        if let Some(id) = of_registry.as_str() {
            add(Secret {
                value_from: id.to_owned(),
                place: manager(id),
                fields: others,
                below: None,
            });
        }
    }
    found
}

fn read(value_from: &str, fields: &'static [&'static str], below: Option<String>) -> Secret {
    let is_secret = Arn::parse(value_from).is_some_and(|arn| arn.service == "secretsmanager");
    Secret {
        value_from: value_from.to_owned(),
        place: if is_secret {
            manager(value_from)
        } else {
            SecretPlace::Parameter
        },
        fields,
        below,
    }
}

/// `arn:…:secret:NAME[:KEY:STAGE:VERSION]`.
fn manager(value_from: &str) -> SecretPlace {
    let Some(arn) = Arn::parse(value_from) else {
        return SecretPlace::Manager {
            id: value_from.to_owned(),
            key: None,
            stage: None,
            version: None,
        };
    };
    let behind = arn.resource.match_indices(':').nth(1).map(|(at, _)| at);
    let rest = behind.map_or("", |at| &arn.resource[at + 1..]);
    let mut parts = rest
        .split(':')
        .map(|part| (!part.is_empty()).then(|| part.to_owned()));
    let suffix = behind.map_or(0, |at| arn.resource.len() - at);
    SecretPlace::Manager {
        id: value_from[..value_from.len() - suffix].to_owned(),
        key: parts.next().flatten(),
        stage: parts.next().flatten(),
        version: parts.next().flatten(),
    }
}
