//! Verifying: whether all is there that a release leans on, before anything is written.

mod phase;
#[cfg(test)]
mod tests;

pub(in crate::app) use phase::warnings_of_shift;

use std::time::Duration;

use serde_json::{Value, json};

use super::Context;
use super::model_version::pin;
use super::planning::PlanError;
use crate::cloud::{Answer, Cloud, ErrorKind};
use crate::plan::{Plan, with_left_out};
use crate::preflight::surroundings::FirstStep;
use crate::preflight::{Documents, Finding, Memory, State, Surroundings, Survey};
use crate::registry::Registries;
use crate::release::ids::Caller;
use crate::release::{Document, LiveService, Release, alarm_names, merge_over, resolve};
use mlship_manifest::schema::Rollout;
use mlship_manifest::{Diagnostic, Manifest};

/// How long to wait for all that is asked.
const WITHIN: Duration = Duration::from_secs(10);

/// What a release leans on, with the manifest that says it.
#[derive(Debug)]
pub struct Verified {
    /// The manifest, with the version that its reference stands for.
    pub manifest: Manifest,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// Looks at what the release of a manifest leans on.
///
/// # Errors
/// Where it is not known which release that is, or where nobody answers.
pub async fn verify<C: Cloud + Registries>(
    context: &Context<'_, C>,
    caller: &Caller,
    memory: &Memory,
    manifest: &Manifest,
) -> Result<Verified, PlanError> {
    let manifest = pin(context, Some(caller), manifest).await?.manifest;
    let release = resolve(&manifest.release, &caller.region, &manifest.secrets);
    let live = match context.cloud.service(&release.service).await {
        Ok(live) => live,
        // Whoever may not look at the service verifies what the manifest says.
        Err(error) if error.kind == ErrorKind::Denied => None,
        Err(error) => return Err(error.into()),
    };
    let live = live.filter(LiveService::is_active);
    let rollout = manifest.release.rollout.as_ref();
    let service = as_it_will_be(&release, live.as_ref());
    let service = match &live {
        Some(live) => without_left_out(context.cloud, &release, live, service).await?,
        None => service,
    };
    let around = surroundings(caller, &release, rollout, live.as_ref(), &service);
    let findings = survey(context.cloud, memory, &around).await;
    Ok(Verified { manifest, findings })
}

/// Looks at what a release leans on.
async fn survey<C: Cloud>(cloud: &C, memory: &Memory, around: &Surroundings) -> Vec<Finding> {
    let survey = Survey {
        cloud,
        memory,
        within: WITHIN,
    };
    survey.of(around).await
}

/// Looks at the alarms of a release alone: whether one is on.
async fn firing_alarms<C: Cloud>(cloud: &C, around: &Surroundings) -> Vec<Finding> {
    let survey = Survey {
        cloud,
        memory: &Memory::default(),
        within: WITHIN,
    };
    survey.firing_alarms(around).await
}

/// Returns what a release leans on, by what is written over what is there.
fn surroundings(
    caller: &Caller,
    release: &Release,
    rollout: Option<&Rollout>,
    live: Option<&LiveService>,
    service: &Document,
) -> Surroundings {
    let documents = Documents {
        task_definition: &release.desired.task_definition,
        service,
    };
    let described = release.desired.alarms.iter();
    // A service that is not there yet has no traffic to lose.
    let first_step = live.and_then(|_| FirstStep::of(release, rollout, service));
    Surroundings {
        described: described.map(|alarm| alarm.name.clone()).collect(),
        first_step,
        ..Surroundings::of(documents, release.service.cluster.as_str(), caller)
    }
}

/// Returns a service as ECS will have it.
pub(super) fn as_it_will_be(release: &Release, live: Option<&LiveService>) -> Document {
    let desired = &release.desired;
    let below = match live {
        Some(live) => {
            let mut there = live.document.clone();
            there.insert("runningCount".to_owned(), json!(live.running_count));
            there.insert("desiredCount".to_owned(), json!(live.desired_count));
            there
        }
        None => desired.new_service.clone(),
    };
    over(below, &desired.service)
}

/// Returns the same by what a plan writes: also what the manifest no longer does.
pub(super) fn as_planned(release: &Release, live: Option<&LiveService>, plan: &Plan) -> Document {
    let service = as_it_will_be(release, live);
    match &plan.writes.service {
        Some(write) => over(service, write.document()),
        None => service,
    }
}

/// Takes away alarms that the manifest no longer writes, where mlship wrote them last. Whoever may
/// not look takes them for watched.
async fn without_left_out<C: Cloud>(
    cloud: &C,
    release: &Release,
    live: &LiveService,
    service: Document,
) -> Answer<Document> {
    let configuration = release.desired.service.get("deploymentConfiguration");
    let writes = configuration.is_some_and(|configuration| configuration.get("alarms").is_some());
    if writes || alarm_names(&live.document).next().is_none() {
        return Ok(service);
    }
    match cloud.task_definition(live.task_definition.as_str()).await {
        Ok(Some(serving)) => Ok(over(service, &with_left_out(release, &serving.tags))),
        Err(error) if error.is_transport() => Err(error),
        Ok(None) | Err(_) => Ok(service),
    }
}

fn over(below: Document, written: &Document) -> Document {
    match merge_over(Some(&Value::Object(below)), &Value::Object(written.clone())) {
        Value::Object(service) => service,
        _ => written.clone(),
    }
}

/// Returns a finding at its place in a manifest.
#[must_use]
pub fn diagnostic(manifest: &Manifest, finding: &Finding) -> Diagnostic {
    let paths = finding.fields.iter().map(|field| match &finding.below {
        Some(name) => format!("{field}.{name}"),
        None => (*field).to_owned(),
    });
    let paths: Vec<String> = paths.collect();
    let written = paths.iter().find(|path| manifest.places.is_written(path));
    let path = written.or(paths.first()).map_or("", String::as_str);
    let message = format!("{} {}", finding.subject, finding.message);
    let of = match finding.state {
        State::Fail => Diagnostic::error(finding.check.code(), message),
        State::Pass | State::Warn | State::Unchecked { .. } => {
            Diagnostic::warning(finding.check.code(), message)
        }
    };
    let placed = of.at(manifest.places.span(path)).of(path);
    match &finding.help {
        Some(help) => placed.help(help.clone()),
        None => placed,
    }
}
