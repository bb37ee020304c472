//! Changes of the task definition and of the model it runs.

use serde_json::json;

use super::diff::{self, Change, ChangeValues};
use super::field_names::FieldNames;
use super::secret_fields::SecretFields;
use crate::release::{
    Document, LiveTaskDefinition, MODEL, MODEL_REF, Origin, Release, VERSION, as_tag,
};
use mlship_manifest::Reference;

pub(super) fn task_definition_changes(
    release: &Release,
    serving: Option<&LiveTaskDefinition>,
    account: &str,
    secrets: &SecretFields<'_>,
) -> Vec<Change> {
    let nothing = Document::new();
    let before = serving.map_or(&nothing, |live| &live.document);
    let mut changes = diff::task_definition(
        before,
        &release.desired.task_definition,
        &FieldNames::of_task_definition(release, serving),
        account,
        secrets,
    );
    let tag = |name: &str| serving.and_then(|live| live.tags.get(name));
    let same_model = tag(MODEL) == Some(&release.model.name);
    if let Some(other) = tag(MODEL).filter(|_| !same_model) {
        changes.insert(0, name_change(other, &release.model.name));
    }
    if !same_model || tag(VERSION) != Some(&release.model.version) {
        changes.insert(0, version_change(tag(VERSION), &release.model.version));
    } else if let Some(change) = registered_model_change(tag(MODEL_REF), release.origin.as_ref()) {
        changes.insert(0, change);
    }
    changes
}

/// Versions of two registered models can have one number.
fn registered_model_change(before: Option<&String>, origin: Option<&Origin>) -> Option<Change> {
    let (before, after) = (before?, origin?);
    let name = Reference::parse(before).ok()?.name;
    (name != as_tag(&after.model)).then(|| Change {
        path: "model.ref".to_owned(),
        ecs_field: format!("tags[{MODEL_REF}]"),
        shown: ChangeValues::Values {
            before: Some(json!(before)),
            after: Some(json!(after.reference)),
        },
    })
}

/// Says whether a change is in the tags alone that tell which release a revision is.
pub(super) fn is_identity(change: &Change) -> bool {
    change.ecs_field.starts_with("tags[")
}

fn name_change(before: &str, after: &str) -> Change {
    Change {
        path: "model.name".to_owned(),
        ecs_field: format!("tags[{MODEL}]"),
        shown: ChangeValues::Values {
            before: Some(json!(before)),
            after: Some(json!(after)),
        },
    }
}

pub(super) fn version_change(before: Option<&String>, after: &str) -> Change {
    Change {
        path: "model.version".to_owned(),
        ecs_field: format!("tags[{VERSION}]"),
        shown: ChangeValues::Values {
            before: before.map(|version| json!(version)),
            after: Some(json!(after)),
        },
    }
}
