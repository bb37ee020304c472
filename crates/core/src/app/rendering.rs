//! Renders manifests after overlays and variables, or as ECS gets them, with secrets hidden unless
//! asked for.

#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Context;
use super::model_version::pin;
use super::planning::PlanError;
use crate::cloud::Parameters;
use crate::registry::Registries;
use crate::release::{CONTENT, MANIFEST, resolve};
use mlship_manifest::{Manifest, Unresolved};
use mlship_text::secrets::{HIDDEN, KnownSecrets, Redacted, redact_document};

/// The member that no ECS client sends, so that nobody registers what has `***` for a password.
pub const MARK: &str = "mlshipHidden";

/// Whether secrets are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// They are `***`.
    Hidden,
    /// Somebody asked for them.
    Shown,
}

/// What was rendered, and how many values in it are hidden.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// The document.
    pub document: Value,
    /// How many values are hidden.
    pub hidden: usize,
}

impl Rendered {
    fn whole(document: Value) -> Self {
        Self {
            document,
            hidden: 0,
        }
    }
}

/// Returns what was written, of a release or of an experiment, overlays and variables applied.
///
/// # Errors
/// None that a manifest could cause: each is JSON.
pub fn written(
    manifest: &impl Serialize,
    known: &KnownSecrets,
    secrets: Secrets,
) -> Result<Rendered, serde_json::Error> {
    let document = without_nothing(serde_json::to_value(manifest)?);
    Ok(match secrets {
        Secrets::Shown => Rendered::whole(document),
        Secrets::Hidden => {
            let Redacted { document, hidden } = redact_document(&document, known);
            Rendered {
                document,
                hidden: hidden.len(),
            }
        }
    })
}

/// Puts parameters back where a field of numbers or switches has none yet: it is not left out.
pub fn unresolved_shown(document: &mut Value, unresolved: &[Unresolved]) {
    for one in unresolved {
        // In a list and beside other text it stands as it was written.
        let path = format!("/{}", one.field.replace('.', "/"));
        if one.field.contains('[') || document.pointer(&path).is_some() {
            continue;
        }
        let (folder, name) = one.field.rsplit_once('.').unwrap_or(("", &one.field));
        let mut at = Some(&mut *document);
        for part in folder.split('.').filter(|part| !part.is_empty()) {
            let members = at.and_then(Value::as_object_mut);
            at = members.map(|members| members.entry(part).or_insert_with(|| json!({})));
        }
        if let Some(members) = at.and_then(Value::as_object_mut) {
            let written = format!("${{ssm:{}}}", one.name);
            members.insert(name.to_owned(), Value::from(written));
        }
    }
}

/// Returns what registers the task definition of a release; a reference into a registry is looked
/// up for it. A document in which something is hidden is marked as such.
///
/// # Errors
/// When the registry has no such version, says no or stays out of reach.
pub async fn registration<C: Registries + Parameters>(
    context: &Context<'_, C>,
    region: &str,
    manifest: &Manifest,
    secrets: Secrets,
) -> Result<Rendered, PlanError> {
    let pinned = pin(context, None, manifest).await?;
    let mut release = resolve(&pinned.manifest.release, region, &pinned.manifest.secrets);
    release.provenance = context.pipeline.tags("");
    release.origin = pinned.origin_unchecked();
    let document = Value::Object(release.registration());
    Ok(match secrets {
        Secrets::Shown => Rendered::whole(document),
        Secrets::Hidden => marked(&document, &pinned.manifest.secrets),
    })
}

/// Hides what is secret, and marks a document in which something is.
fn marked(document: &Value, known: &KnownSecrets) -> Rendered {
    let Redacted {
        mut document,
        mut hidden,
    } = redact_document(document, known);
    let count = hidden.len();
    if count > 0 {
        hidden.extend(hide_digests(&mut document));
        document[MARK] = Value::from(hidden);
    }
    Rendered {
        document,
        hidden: count,
    }
}

/// A quick digest of what is hidden lets anybody try guesses.
fn hide_digests(document: &mut Value) -> Vec<String> {
    let tags = document["tags"].as_array_mut();
    let digests = tags.into_iter().flatten().filter_map(|tag| {
        let name = [MANIFEST, CONTENT]
            .into_iter()
            .find(|name| tag["key"] == *name)?;
        tag["value"] = Value::from(HIDDEN);
        Some(format!("tags[{name}]"))
    });
    digests.collect()
}

/// Leaves out what was not written: a null would read as an empty field.
fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| (name, without_nothing(member)))
            .filter(|(_, member)| !member.is_null() && *member != Value::Object(Map::new()))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            value
        }
    }
}
