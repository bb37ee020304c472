//! Which registered version a revision carries.

use crate::cloud::Cloud;
use crate::cloud::aws::AwsCloud;
use crate::manifest::Manifest;
use crate::manifest::Reference;
use crate::release::{MODEL_REF, OVERRIDDEN, VERSION, as_tag};

/// A registered version, as a revision's tags name it.
pub(in crate::cli) struct Version {
    pub(in crate::cli) name: String,
    pub(in crate::cli) number: String,
    pub(in crate::cli) task_definition: String,
    pub(in crate::cli) overridden: Option<String>,
}

/// Returns the registered version that a revision carries, if its tags say so.
pub(in crate::cli) async fn registered(
    cloud: &AwsCloud,
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
    let tagged = Reference::parse(reference).ok().map(|one| one.name);
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
