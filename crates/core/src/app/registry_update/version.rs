//! Finds which registered model version a task definition revision carries.

use crate::cloud::Cloud;
use crate::release::{MODEL_REF, OVERRIDDEN, VERSION, as_tag};
use mlship_manifest::Manifest;
use mlship_manifest::Reference;

/// A registered version, as a revision's tags name it.
pub struct Version {
    /// The model's name.
    pub name: String,
    /// The version's number.
    pub number: String,
    /// The revision, as `family:number`.
    pub task_definition: String,
    /// The gates that were overridden for it.
    pub overridden: Option<String>,
}

/// Returns the registered version that a revision carries, if its tags say so.
pub async fn registered<C: Cloud>(
    cloud: &C,
    manifest: &Manifest,
    arn: &str,
) -> Result<Option<Version>, String> {
    let found = cloud.task_definition(arn).await;
    let Some(live) = found.map_err(|error| error.to_string())? else {
        return Ok(None);
    };
    let tags = (live.tags.get(MODEL_REF), live.tags.get(VERSION));
    let (Some(reference), Some(number)) = tags else {
        return Ok(None);
    };
    let tagged = Reference::parse(reference)
        .ok()
        .map(|reference| reference.name);
    Ok(tagged.map(|name| Version {
        name: name_behind(manifest, name),
        number: number.clone(),
        task_definition: live.arn.short().to_owned(),
        overridden: live.tags.get(OVERRIDDEN).cloned(),
    }))
}

/// A tag does not take every character of a name; the manifest has it as it is.
fn name_behind(manifest: &Manifest, tagged: String) -> String {
    let written = manifest.release.model.reference.as_deref();
    let written = written.and_then(|text| Reference::parse(text).ok());
    match written {
        Some(written) if as_tag(&written.name) == tagged => written.name,
        Some(_) | None => tagged,
    }
}
