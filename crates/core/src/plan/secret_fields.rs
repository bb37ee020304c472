//! Which leaves of ECS's documents a manifest fills with secrets, whatever their values look like.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::field_names::FieldNames;
use crate::release::{Document, Release, tag_list};
use crate::shape::{DocumentKind, Path, leaves};
use mlship_text::secrets::{HIDDEN, KnownSecrets, redact_document};

/// What a diff hides: values that are known, and on every side the leaves that they fill. Only a
/// release has them, so that no diff is made without its secrets: where there is none, any value
/// that a user wrote may be one.
pub(super) struct SecretFields<'a> {
    pub(super) known: &'a KnownSecrets,
    release: Option<&'a Release>,
    written: OnceCell<Written>,
}

static NONE: KnownSecrets = KnownSecrets::none();

/// What the manifest writes of leaves that hold secrets, by its own name of them and by ECS's.
#[derive(Default)]
struct Written(BTreeMap<String, WrittenSecret>);

/// A leaf that holds a secret, and the same as it may be seen.
struct WrittenSecret {
    value: Value,
    seen: Value,
}

impl<'a> SecretFields<'a> {
    pub(super) fn of(release: &'a Release) -> Self {
        Self::known_by(Some(release))
    }

    /// Knows what a release says, where there is one.
    pub(super) fn known_by(release: Option<&'a Release>) -> Self {
        Self {
            known: release.map_or(&NONE, |release| &release.secrets),
            release,
            written: OnceCell::new(),
        }
    }

    fn written(&self, release: &Release) -> &Written {
        self.written.get_or_init(|| Written::of(release))
    }

    /// Hides of a leaf what the manifest has a secret for. A secret that a variable fills in today
    /// was one yesterday, whatever it looked like.
    pub(super) fn hide(&self, path: &Path, name: &str, seen: &mut Value) {
        let Some(release) = self.release else {
            if is_free_text(path) {
                *seen = Value::from(HIDDEN);
            }
            return;
        };
        let all = &self.written(release).0;
        let written = all.get(name);
        match written.or_else(|| all.get(&path.to_string())) {
            Some(written) if written.seen == HIDDEN => *seen = Value::from(HIDDEN),
            Some(written) => {
                if let (Value::Array(written), Value::Array(wanted), Value::Array(seen)) =
                    (&written.value, &written.seen, seen)
                {
                    self.hide_items(written, wanted, seen);
                }
            }
            None => {}
        }
    }

    /// Hides the arguments that stand where the manifest has secrets. Where that is can't be told in
    /// a list of another length: what isn't among the readable ones may be a secret's former value.
    fn hide_items(&self, written: &[Value], wanted: &[Value], seen: &mut [Value]) {
        if written.len() == seen.len() {
            for (wanted, seen) in wanted.iter().zip(seen) {
                if wanted == HIDDEN {
                    *seen = Value::from(HIDDEN);
                }
            }
            return;
        }
        let is_known = |item: &Value| item.as_str().is_some_and(|text| self.known.is_field(text));
        if !written.iter().any(is_known) {
            return;
        }
        for item in seen {
            if !wanted.contains(item) && !is_flag(item) {
                *item = Value::from(HIDDEN);
            }
        }
    }
}

/// Says whether a leaf holds what a user passes to a container, which can be a secret.
fn is_free_text(path: &Path) -> bool {
    const FREE: [&str; 5] = [
        "environment",
        "command",
        "entryPoint",
        "dockerLabels",
        "healthCheck",
    ];
    path.texts().iter().any(|text| FREE.contains(text))
}

impl Written {
    fn of(release: &Release) -> Self {
        let known = &release.secrets;
        let mut fields = Self::default();
        let desired = &release.desired;
        let names = FieldNames::of_task_definition(release, None);
        let task_definition = &desired.task_definition;
        fields.add(DocumentKind::TaskDefinition, task_definition, known, &names);
        let names = FieldNames::of_service(release);
        fields.add(DocumentKind::Service, &desired.service, known, &names);
        let tags = Document::from_iter([("tags".to_owned(), tag_list(&desired.tags))]);
        fields.add(DocumentKind::Service, &tags, known, &names);
        fields
    }

    fn add(
        &mut self,
        kind: DocumentKind,
        document: &Document,
        known: &KnownSecrets,
        names: &FieldNames<'_>,
    ) {
        let document = json!(document);
        let mut seen = leaves(kind, &redact_document(&document, known).document);
        for (path, value) in leaves(kind, &document) {
            let Some(seen) = seen.remove(&path).filter(|seen| *seen != value) else {
                continue;
            };
            for name in [names.name(&path), path.to_string()] {
                let (value, seen) = (value.clone(), seen.clone());
                self.0.insert(name, WrittenSecret { value, seen });
            }
        }
    }
}

/// Returns whether an argument is the name of a flag, and holds no value.
pub(super) fn is_flag(argument: &Value) -> bool {
    let text = argument.as_str().unwrap_or_default();
    let name = text.strip_prefix("--").unwrap_or_default();
    let is_letter = |c: char| c.is_ascii_lowercase() || c == '-';
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_letter)
}
