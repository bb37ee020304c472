//! Telling the model registries of the variants how an experiment ended. It is over, whatever
//! becomes of that.

use serde_json::{Value, json};

use super::subject::Subject;
use crate::cli::load::Loaded;
use mlship_aws::cloud::AwsCloud;
use mlship_core::app::model_version::{Connected, connected};
use mlship_core::app::registry_update::{PATIENCE, registered};
use mlship_core::cloud::Ecs;
use mlship_core::experiment::{Arm, End};
use mlship_core::registry::Trace;

/// What registries were told.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The versions that know now.
    tagged: Vec<String>,
    /// Why another does not.
    error: Option<String>,
}

impl Told {
    /// Returns what to say of it; nothing where no registry has to do with the variants.
    pub(super) fn line(&self) -> Option<String> {
        match (&self.error, self.tagged.as_slice()) {
            (Some(error), _) => Some(format!(
                "the model registry does not know yet: {error}; the same command tells it"
            )),
            (None, []) => None,
            (None, tagged) => Some(format!("the model registry knows: {}", tagged.join(", "))),
        }
    }

    pub(super) fn document(&self) -> Value {
        json!({ "tagged": self.tagged, "error": self.error })
    }
}

/// Leaves a trace on the version of each variant that comes from a registry.
pub(super) async fn tell(cloud: &AwsCloud, subject: &Subject, end: &End) -> Told {
    let mut told = Told::default();
    let all = async {
        for (release, arm) in subject.releases.iter().zip(&subject.definition.arms) {
            if release.manifest.release.model.reference.is_some() {
                let tagged = about(cloud, subject, release, arm, end).await?;
                told.tagged.extend(tagged);
            }
        }
        Ok(())
    };
    let ended = tokio::time::timeout(PATIENCE, all).await;
    told.error = match ended {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error),
        Err(_) => Some("no answer in time".to_owned()),
    };
    told
}

async fn about(
    cloud: &AwsCloud,
    subject: &Subject,
    release: &Loaded,
    arm: &Arm,
    end: &End,
) -> Result<Option<String>, String> {
    let service = cloud.service(&arm.service).await;
    let Some(service) = service.map_err(|error| error.to_string())? else {
        return Ok(None);
    };
    let revision = service.task_definition.as_str();
    let Some(version) = registered(cloud, &release.manifest, revision).await? else {
        return Ok(None);
    };
    let found = connected(cloud, &release.manifest).await;
    let Some(Connected { registry, .. }) = found.map_err(|stop| stop.words())? else {
        return Ok(None);
    };
    let fate = if arm.name == end.winner {
        "got all traffic"
    } else {
        "lost its traffic"
    };
    let outcome = format!("{}, {} {fate}", end.outcome.replace('_', " "), arm.name);
    let trace = Trace {
        outcome: &outcome,
        at: end.at,
        by: &end.by,
        task_definition: &version.task_definition,
        overridden: None,
    };
    let key = format!("mlship/experiment/{}", subject.definition.name);
    let set = registry.set_trace(&version.name, &version.number, &key, &trace);
    set.await.map_err(|error| error.to_string())?;
    Ok(Some(format!("{} {}", version.name, version.number)))
}
