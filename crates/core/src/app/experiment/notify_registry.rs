//! Writes the end of an experiment to the model registries of its variants. A failure there is a
//! warning: the experiment is over.

use super::comparison::{Comparison, Origin};
use crate::app::model_version::{Connected, connected};
use crate::app::registry_update::{REGISTRY_TIMEOUT, registered};
use crate::cloud::Cloud;
use crate::experiment::{Arm, End};
use crate::registry::{Registries, ReleaseTag};
use crate::release::MODEL_REF;
use mlship_manifest::Manifest;

/// What registries were told.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct RegistryNotice {
    /// The versions that know now.
    pub tagged: Vec<String>,
    /// Why another does not.
    pub error: Option<String>,
    /// Whether the manifest is what is missing to tell it.
    pub needs_manifest: bool,
}

impl RegistryNotice {
    /// Returns what to say of it; nothing where no registry has to do with the variants.
    #[must_use]
    pub fn line(&self) -> Option<String> {
        match (&self.error, self.tagged.as_slice()) {
            (Some(error), _) => {
                let again = if self.needs_manifest {
                    "the same command with the experiment's manifest"
                } else {
                    "the same command"
                };
                Some(format!(
                    "the model registry does not know yet: {error}; {again} tells it"
                ))
            }
            (None, []) => None,
            (None, tagged) => Some(format!("the model registry knows: {}", tagged.join(", "))),
        }
    }
}

/// Leaves a trace on the version of each variant that comes from a registry.
pub(super) async fn notify<C: Cloud + Registries>(
    cloud: &C,
    comparison: &Comparison,
    end: &End,
) -> RegistryNotice {
    let mut notice = RegistryNotice::default();
    let is_named = match comparison.origin {
        Origin::Manifest(_) => true,
        Origin::Service(_) => false,
    };
    let all = async {
        if !is_named {
            notice.needs_manifest = is_registered(cloud, comparison).await?;
            return if notice.needs_manifest {
                Err("only a release's manifest says which it is".to_owned())
            } else {
                Ok(())
            };
        }
        for (release, arm) in comparison
            .releases()
            .iter()
            .zip(&comparison.definition.arms)
        {
            if release.release.model.reference.is_some() {
                let tagged = tag_model_version(cloud, comparison, release, arm, end).await?;
                notice.tagged.extend(tagged);
            }
        }
        Ok(())
    };
    let ended = tokio::time::timeout(REGISTRY_TIMEOUT, all).await;
    notice.error = match ended {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error),
        Err(_) => Some("no answer in time".to_owned()),
    };
    notice
}

/// Says whether a variant's release comes from a registry.
async fn is_registered<C: Cloud>(cloud: &C, comparison: &Comparison) -> Result<bool, String> {
    for arm in &comparison.definition.arms {
        let service = cloud.service(&arm.service).await;
        let Some(service) = service.map_err(|error| error.to_string())? else {
            continue;
        };
        let revision = cloud.task_definition(service.task_definition.as_str());
        let revision = revision.await.map_err(|error| error.to_string())?;
        if revision.is_some_and(|revision| revision.tags.contains_key(MODEL_REF)) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn tag_model_version<C: Cloud + Registries>(
    cloud: &C,
    comparison: &Comparison,
    release: &Manifest,
    arm: &Arm,
    end: &End,
) -> Result<Option<String>, String> {
    let service = cloud.service(&arm.service).await;
    let Some(service) = service.map_err(|error| error.to_string())? else {
        return Ok(None);
    };
    let revision = service.task_definition.as_str();
    let Some(version) = registered(cloud, release, revision).await? else {
        return Ok(None);
    };
    let found = connected(cloud, release).await;
    let Some(Connected { registry, .. }) = found.map_err(|error| error.words())? else {
        return Ok(None);
    };
    let fate = if arm.name == end.winner {
        "got all traffic"
    } else {
        "lost its traffic"
    };
    let outcome = format!("{}, {} {fate}", end.outcome.replace('_', " "), arm.name);
    let trace = ReleaseTag {
        outcome: &outcome,
        at: end.at,
        by: &end.by,
        task_definition: &version.task_definition,
        overridden: None,
    };
    let key = format!("mlship/experiment/{}", comparison.definition.name);
    let set = registry.set_trace(&version.name, &version.number, &key, &trace);
    set.await.map_err(|error| error.to_string())?;
    Ok(Some(format!("{} {}", version.name, version.number)))
}
