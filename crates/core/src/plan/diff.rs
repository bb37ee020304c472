//! Compares two ECS documents field by field, with secrets hidden.

use std::cell::OnceCell;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::field_names::FieldNames;
use super::secret_fields::{SecretFields, is_flag};
use crate::release::is_same_role;
use crate::shape::{Defaults, Document, DocumentKind, Leaves, Path, leaves, same};
use mlship_text::secrets::{HIDDEN, KnownSecrets, redact_document};

/// One field that changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The manifest's field.
    pub path: String,
    /// ECS's field.
    pub ecs_field: String,
    /// What it was and will be.
    #[serde(flatten)]
    pub shown: ChangeValues,
}

/// What of a change may be seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ChangeValues {
    /// A secret: what becomes of it is all that is said.
    Secret {
        /// What becomes of it.
        secret: SecretChange,
    },
    /// A text with a secret in it that changes, too.
    Partly {
        /// What ECS has, without the secret.
        before: Option<Value>,
        /// What ECS gets, without the secret.
        after: Option<Value>,
        /// What becomes of the secret.
        secret: SecretChange,
    },
    /// Anything else.
    Values {
        /// What ECS has; nothing when the field is new.
        before: Option<Value>,
        /// What ECS gets; nothing when the field goes.
        after: Option<Value>,
    },
}

/// What becomes of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretChange {
    /// There was none.
    Added,
    /// There is none any more.
    Removed,
    /// It is another one.
    Changed,
}

/// Returns what registering `after` in an account would change in the task definition that serves.
#[must_use]
pub(super) fn task_definition(
    before: &Document,
    after: &Document,
    names: &FieldNames<'_>,
    account: &str,
    secrets: &SecretFields<'_>,
) -> Vec<Change> {
    let kind = DocumentKind::TaskDefinition;
    let before = Side::of(
        kind,
        before
            .iter()
            .filter(|(field, _)| !SET_BY_ECS.contains(&field.as_str())),
        secrets.known,
    );
    let defaults = Defaults::of_task_definition(after);
    let after = Side::of(kind, after.iter(), secrets.known);
    let is_same = |path: &Path, before: Option<&Value>, after: Option<&Value>| {
        same(path, before, after, defaults) || names_one_role(path, before, after, account)
    };
    differences(&before, &after, is_same, names, secrets)
}

/// Returns what would change in the service, of the fields that `after` speaks of, and of all that
/// stands at places that it writes as a whole.
#[must_use]
pub(super) fn service(
    before: &Document,
    after: &Document,
    whole: &[&str],
    names: &FieldNames<'_>,
    secrets: &SecretFields<'_>,
) -> Vec<Change> {
    let spoken_of = Value::Object(after.clone());
    let kind = DocumentKind::Service;
    let mut before = Side::of(kind, before.iter(), secrets.known);
    before
        .leaves
        .retain(|path, _| mentions(&spoken_of, path) || is_within(path, whole));
    let after = Side::of(kind, after.iter(), secrets.known);
    let is_same = |path: &Path, before: Option<&Value>, after: Option<&Value>| {
        same(path, before, after, Defaults::of_service())
    };
    differences(&before, &after, is_same, names, secrets)
}

/// What `DescribeTaskDefinition` adds to what was registered.
pub const SET_BY_ECS: [&str; 8] = [
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
];

/// A document's leaves, and the same as they may be seen: only what differs is looked at for
/// secrets, which costs more than all comparing.
struct Side<'a> {
    kind: DocumentKind,
    document: Value,
    known: &'a KnownSecrets,
    leaves: Leaves,
    seen: OnceCell<Leaves>,
}

impl<'a> Side<'a> {
    fn of<'m>(
        kind: DocumentKind,
        members: impl Iterator<Item = (&'m String, &'m Value)>,
        known: &'a KnownSecrets,
    ) -> Self {
        let document: Document = members
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let document = Value::Object(document);
        Self {
            kind,
            known,
            leaves: leaves(kind, &document),
            seen: OnceCell::new(),
            document,
        }
    }

    fn seen(&self) -> &Leaves {
        self.seen.get_or_init(|| {
            leaves(
                self.kind,
                &redact_document(&self.document, self.known).document,
            )
        })
    }
}

fn is_within(path: &Path, whole: &[&str]) -> bool {
    if whole.is_empty() {
        return false;
    }
    let place = path.place();
    whole.iter().any(|holder| {
        let rest = place.strip_prefix(*holder);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

/// Objects are compared by the members that are written, lists as a whole.
pub(super) fn mentions(document: &Value, path: &Path) -> bool {
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

pub(super) fn names_one_role(
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

/// Returns the paths at which two documents differ.
pub(super) fn differing<'a>(
    before: &'a Leaves,
    after: &'a Leaves,
    is_same: impl Fn(&Path, Option<&Value>, Option<&Value>) -> bool,
) -> Vec<&'a Path> {
    let mut paths: Vec<&Path> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    paths.retain(|path| !is_same(path, before.get(path), after.get(path)));
    paths
}

fn differences(
    before: &Side<'_>,
    after: &Side<'_>,
    is_same: impl Fn(&Path, Option<&Value>, Option<&Value>) -> bool,
    names: &FieldNames<'_>,
    secrets: &SecretFields<'_>,
) -> Vec<Change> {
    differing(&before.leaves, &after.leaves, is_same)
        .into_iter()
        .map(|path| {
            let name = names.name(path);
            let half = |side| Half::of(side, path, &name, secrets);
            Change {
                shown: change_values(&half(before), &half(after)),
                ecs_field: path.to_string(),
                path: name,
            }
        })
        .collect()
}

/// One side of a change.
struct Half<'a> {
    value: Option<&'a Value>,
    seen: Option<Value>,
}

impl<'a> Half<'a> {
    fn of(side: &'a Side<'_>, path: &Path, name: &str, secrets: &SecretFields<'_>) -> Self {
        let mut seen = side.seen().get(path).cloned();
        if let Some(seen) = &mut seen {
            secrets.hide(path, name, seen);
        }
        Self {
            value: side.leaves.get(path),
            seen,
        }
    }

    /// Returns whether nothing of it may be seen.
    fn is_hidden(&self) -> bool {
        self.seen.as_ref().is_some_and(is_hidden) && self.holds_secret()
    }

    fn holds_secret(&self) -> bool {
        self.seen.as_ref() != self.value
    }
}

fn is_hidden(value: &Value) -> bool {
    value == HIDDEN
}

fn change_values(before: &Half<'_>, after: &Half<'_>) -> ChangeValues {
    let secret = match (before.value, after.value) {
        (None, _) => SecretChange::Added,
        (_, None) => SecretChange::Removed,
        (Some(_), Some(_)) => SecretChange::Changed,
    };
    // What is a secret on one side is one on the other, whatever it looks like.
    if before.is_hidden() || after.is_hidden() {
        return ChangeValues::Secret { secret };
    }
    let (mut seen_before, mut seen_after) = (before.seen.clone(), after.seen.clone());
    if let (Some(Value::Array(before)), Some(Value::Array(after))) =
        (&mut seen_before, &mut seen_after)
    {
        hide_alike(before, after);
    }
    match (before.holds_secret(), after.holds_secret()) {
        (false, false) => ChangeValues::Values {
            before: seen_before,
            after: seen_after,
        },
        // Only what is beside the secret differs, as far as anybody can tell who sees none.
        (true, true) if same_secrets(before, after) => ChangeValues::Values {
            before: seen_before,
            after: seen_after,
        },
        (before, after) => ChangeValues::Partly {
            before: seen_before,
            after: seen_after,
            secret: match (before, after) {
                (false, true) => SecretChange::Added,
                (true, false) => SecretChange::Removed,
                _ => secret,
            },
        },
    }
}

/// An argument that is hidden on one side is hidden on the other, unless it is the name of a flag.
fn hide_alike(before: &mut [Value], after: &mut [Value]) {
    for (before, after) in before.iter_mut().zip(after) {
        if is_hidden(before) || is_hidden(after) {
            for item in [before, after] {
                if !is_flag(item) {
                    *item = Value::from(HIDDEN);
                }
            }
        }
    }
}

/// Returns whether both sides hide the same, in the same order.
fn same_secrets(before: &Half<'_>, after: &Half<'_>) -> bool {
    let secrets = |half: &Half<'_>| -> Option<Vec<Vec<String>>> {
        let texts = |value: Option<&Value>| -> Vec<String> {
            match value {
                Some(Value::Array(items)) => items.iter().map(text).collect(),
                Some(value) => vec![text(value)],
                None => Vec::new(),
            }
        };
        let (values, seen) = (texts(half.value), texts(half.seen.as_ref()));
        let pairs = values
            .iter()
            .zip(&seen)
            .filter(|(value, seen)| value != seen);
        pairs.map(|(value, seen)| hidden_in(value, seen)).collect()
    };
    secrets(before).is_some_and(|found| Some(found) == secrets(after))
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns what each `***` stands for, as far as the text between them tells.
fn hidden_in(value: &str, seen: &str) -> Option<Vec<String>> {
    let mut parts = seen.split(HIDDEN).peekable();
    let mut rest = value.strip_prefix(parts.next()?)?;
    let mut secrets = Vec::new();
    while let Some(part) = parts.next() {
        let end = match parts.peek() {
            None => rest.strip_suffix(part)?.len(),
            Some(_) => rest.find(part)?,
        };
        secrets.push(rest[..end].to_owned());
        rest = &rest[end + part.len()..];
    }
    Some(secrets)
}
