//! What a service has, the manifest leaves out, and mlship never wrote: it stays.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::diff::{self, ChangeValues};
use super::field_names::FieldNames;
use super::secret_fields::SecretFields;
use super::settings;
use crate::shape::Document;
use mlship_text::secrets::HIDDEN;

/// A setting that stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The manifest's field that would set it.
    pub path: String,
    /// ECS's field.
    pub ecs_field: String,
    /// What it is.
    pub value: Value,
}

/// Returns the settings of a service that an update says nothing of, and that are not ECS's own
/// defaults.
pub(super) fn kept(
    live: &Document,
    wanted: &Document,
    is_ignored: impl Fn(&str) -> bool,
    names: &FieldNames<'_>,
    secrets: &SecretFields<'_>,
) -> Vec<Kept> {
    let mut found = Vec::new();
    for setting in settings::ALL {
        // What a new service has by itself is nobody's choice.
        let is_chosen = |value: &&Value| setting.default().as_ref() != Some(*value);
        let is_left_out = setting.of(wanted).is_none() && !is_ignored(setting.place);
        let Some(value) = setting.of(live).filter(|_| is_left_out).filter(is_chosen) else {
            continue;
        };
        let mut only = Document::new();
        settings::put(&mut only, setting.place, value.clone());
        let mut changes = diff::service(&Document::new(), &only, &[], names, secrets);
        // Which container and port requests go to says no more than the group does.
        changes.retain(|change| {
            let field = &change.ecs_field;
            !field.contains("].container") && !field.contains("].advancedConfiguration")
        });
        found.extend(changes.into_iter().map(|change| Kept {
            path: change.path,
            ecs_field: change.ecs_field,
            value: match change.shown {
                ChangeValues::Secret { .. } => json!(HIDDEN),
                ChangeValues::Partly { after, .. } | ChangeValues::Values { after, .. } => {
                    after.unwrap_or_default()
                }
            },
        }));
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}
