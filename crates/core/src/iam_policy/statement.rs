//! A statement of a policy, and many of them as few.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// A statement that allows something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// What its holder does by it; two of one name differ in actions and resources alone.
    pub(super) sid: &'static str,
    /// What is allowed.
    pub(super) actions: BTreeSet<&'static str>,
    /// On what.
    pub(super) resources: BTreeSet<String>,
    /// When.
    pub(super) condition: Option<Condition>,
}

/// When a statement holds: a key is one of these, or like one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) operator: &'static str,
    pub(super) key: &'static str,
    pub(super) values: BTreeSet<String>,
}

impl Condition {
    pub(super) fn new(
        operator: &'static str,
        key: &'static str,
        values: impl IntoIterator<Item = String>,
    ) -> Self {
        Self {
            operator,
            key,
            values: values.into_iter().collect(),
        }
    }
}

impl Statement {
    /// Returns it as policies have it.
    pub(super) fn json(&self) -> Value {
        let mut statement = json!({
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": self.actions,
            "Resource": self.resources,
        });
        if let Some(condition) = &self.condition {
            let values = &condition.values;
            let values = match values.first() {
                Some(only) if values.len() == 1 => json!(only),
                Some(_) | None => json!(values),
            };
            statement["Condition"] = json!({condition.operator: {condition.key: values}});
        }
        statement
    }

    /// Returns the same of other resources.
    pub(super) fn on(&self, resources: BTreeSet<String>) -> Self {
        Self {
            resources,
            ..self.clone()
        }
    }

    /// Returns the same where a condition's values are others.
    pub(super) fn when(&self, values: BTreeSet<String>) -> Self {
        let condition = self.condition.as_ref();
        Self {
            condition: condition.map(|condition| Condition {
                values,
                ..condition.clone()
            }),
            ..self.clone()
        }
    }
}

/// Puts statements of one name together, in the order of their names.
pub(super) fn merged(all: Vec<Statement>) -> Vec<Statement> {
    let mut by_name: BTreeMap<&'static str, Statement> = BTreeMap::new();
    for statement in all {
        match by_name.get_mut(statement.sid) {
            Some(known) => {
                known.actions.extend(statement.actions);
                known.resources.extend(statement.resources);
            }
            None => {
                by_name.insert(statement.sid, statement);
            }
        }
    }
    let some = by_name.into_values();
    some.filter(|statement| !statement.resources.is_empty())
        .collect()
}
