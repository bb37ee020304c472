//! What differs between two ECS documents, leaf by leaf, with secrets kept back.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::secrecy::is_secret;
use super::terms;
use crate::release::{Document, HostPorts, Leaves, Path, is_same_role, leaves, same};

/// One field that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The manifest's field.
    pub path: String,
    /// ECS's field.
    pub ecs_field: String,
    /// What it was and will be.
    #[serde(flatten)]
    pub shown: Shown,
}

/// What of a change may be seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Shown {
    /// A secret, or what looks like one: that it changes is all that is said.
    Secret {
        /// Always true: unchanged secrets are no change.
        changed: bool,
    },
    /// Anything else.
    Values {
        /// What ECS has; nothing when the field is new.
        before: Option<Value>,
        /// What ECS gets; nothing when the field goes.
        after: Option<Value>,
    },
}

/// Returns what registering `after` in an account would change in the task definition that serves.
#[must_use]
pub(super) fn task_definition(
    before: &Document,
    after: &Document,
    container: &str,
    account: &str,
) -> Vec<Change> {
    let before = leaves_of(
        before
            .iter()
            .filter(|(field, _)| !SET_BY_ECS.contains(&field.as_str())),
    );
    let host_ports = HostPorts::of(after);
    let after = leaves_of(after.iter());
    let is_same = |path: &Path, before: Option<&Value>, after: Option<&Value>| {
        same(path, before, after, host_ports) || names_one_role(path, before, after, account)
    };
    differences(&before, &after, is_same, |path| {
        terms::of_task_definition(path, container)
    })
}

/// Returns what would change in the service, of the fields that `after` speaks of.
#[must_use]
pub(super) fn service(before: &Document, after: &Document) -> Vec<Change> {
    let spoken_of = Value::Object(after.clone());
    let mut before = leaves_of(before.iter());
    before.retain(|path, _| mentions(&spoken_of, path));
    let after = leaves_of(after.iter());
    let is_same = |path: &Path, before: Option<&Value>, after: Option<&Value>| {
        same(path, before, after, HostPorts::Same)
    };
    differences(&before, &after, is_same, terms::of_service)
}

/// What `DescribeTaskDefinition` adds to what was registered.
pub(super) const SET_BY_ECS: [&str; 8] = [
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
];

fn leaves_of<'a>(members: impl Iterator<Item = (&'a String, &'a Value)>) -> Leaves {
    let document: Document = members
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    leaves(&Value::Object(document))
}

/// Objects are compared by the members that are written, lists as a whole.
fn mentions(document: &Value, path: &Path) -> bool {
    let mut at = document;
    for text in path.texts() {
        match at {
            Value::Object(members) => match members.get(text) {
                Some(member) => at = member,
                None => return false,
            },
            _ => return true,
        }
    }
    true
}

fn names_one_role(
    path: &Path,
    before: Option<&Value>,
    after: Option<&Value>,
    account: &str,
) -> bool {
    let is_role = matches!(
        path.texts().as_slice(),
        ["executionRoleArn" | "taskRoleArn"]
    );
    match (
        before.and_then(Value::as_str),
        after.and_then(Value::as_str),
    ) {
        (Some(before), Some(after)) if is_role => is_same_role(before, after, account),
        _ => false,
    }
}

fn differences(
    before: &Leaves,
    after: &Leaves,
    is_same: impl Fn(&Path, Option<&Value>, Option<&Value>) -> bool,
    term: impl Fn(&Path) -> String,
) -> Vec<Change> {
    let mut paths: Vec<&Path> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .filter(|path| !is_same(path, before.get(path), after.get(path)))
        .map(|path| change(path, before.get(path), after.get(path), term(path)))
        .collect()
}

fn change(path: &Path, before: Option<&Value>, after: Option<&Value>, term: String) -> Change {
    let shown = if is_secret(path, before) || is_secret(path, after) {
        Shown::Secret { changed: true }
    } else {
        Shown::Values {
            before: before.cloned(),
            after: after.cloned(),
        }
    };
    Change {
        path: term,
        ecs_field: path.to_string(),
        shown,
    }
}
