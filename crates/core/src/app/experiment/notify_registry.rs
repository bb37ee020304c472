//! Writes the end of an experiment to the model registries of its variants. A failure there is a
//! warning: the experiment is over.

use super::comparison::{Comparison, Origin};
use super::served::{EndedWhen, Tested, served};
use crate::app::model_version::{Connected, connected};
use crate::app::registry_update::{REGISTRY_TIMEOUT, registered};
use crate::cloud::Cloud;
use crate::experiment::{Arm, End, Record};
use crate::registry::{Registries, ReleaseTag};
use crate::release::MODEL_REF;
use crate::release::ids::TaskDefinitionArn;
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
    record: &Record,
    end: &End,
    when: EndedWhen,
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
                let trace = Trace {
                    name: &comparison.definition.name,
                    record,
                    end,
                    when,
                };
                notice
                    .tagged
                    .extend(trace.leave(cloud, release, arm).await?);
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

/// How an experiment ended, for the versions that were compared.
struct Trace<'a> {
    /// The experiment's name.
    name: &'a str,
    record: &'a Record,
    end: &'a End,
    when: EndedWhen,
}

impl Trace<'_> {
    /// Leaves it on the version that a variant served in the end.
    async fn leave<C: Cloud + Registries>(
        &self,
        cloud: &C,
        release: &Manifest,
        arm: &Arm,
    ) -> Result<Option<String>, String> {
        let Some(revision) = self.revision(cloud, arm).await? else {
            return Ok(None);
        };
        let Some(version) = registered(cloud, release, revision.as_str()).await? else {
            return Ok(None);
        };
        let found = connected(cloud, release).await;
        let Some(Connected { registry, .. }) = found.map_err(|error| error.words())? else {
            return Ok(None);
        };
        let outcome = format!("{}, {}", self.end.outcome.replace('_', " "), self.fate(arm));
        let trace = ReleaseTag {
            outcome: &outcome,
            at: self.end.at,
            by: &self.end.by,
            task_definition: &version.task_definition,
            overridden: None,
        };
        let key = format!("mlship/experiment/{}", self.name);
        let set = registry.set_trace(&version.name, &version.number, &key, &trace);
        set.await.map_err(|error| error.to_string())?;
        Ok(Some(format!("{} {}", version.name, version.number)))
    }

    /// Returns what a variant ran that was compared: not what its service got since.
    async fn revision<C: Cloud>(
        &self,
        cloud: &C,
        arm: &Arm,
    ) -> Result<Option<TaskDefinitionArn>, String> {
        let tested = self.when.tested(self.record, arm);
        if tested != Tested::Still {
            let entry = served(cloud, arm, tested).await;
            let entry = entry.map_err(|error| error.to_string())?;
            return Ok(entry.and_then(|entry| entry.task_definition));
        }
        let service = cloud.service(&arm.service).await;
        let service = service.map_err(|error| error.to_string())?;
        Ok(service.map(|service| service.task_definition))
    }

    /// Says what became of a variant.
    fn fate(&self, arm: &Arm) -> String {
        let name = &arm.name;
        let promotion = self.record.promotion.as_ref();
        let promotion = promotion.filter(|promotion| promotion.is_deployed());
        match promotion {
            Some(promotion) if promotion.winner == *name => {
                let control = &self.end.winner;
                format!("{name} was promoted to the service of {control}")
            }
            Some(promotion) if self.end.winner == *name => {
                format!("{name} was replaced by {}", promotion.winner)
            }
            None if self.end.winner == *name => format!("{name} got all traffic"),
            Some(_) | None => format!("{name} lost its traffic"),
        }
    }
}
