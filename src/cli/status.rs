//! `mlship status`

use clap::Args;
use serde_json::{Value, json};

use super::load::load;
use super::{Format, Global, examples, output};
use crate::cli::session::Session;
use crate::report::{Color, status_text};
use mlship_core::app::fault;
use mlship_core::app::planning::observe;
use mlship_core::cloud::{Answer, Cloud, CloudError};
use mlship_core::history::outcomes;
use mlship_core::plan::Observed;
use mlship_core::progress::ExitCode;
use mlship_core::release::ids::{ServiceId, ServiceRevisionArn};
use mlship_core::release::{
    LiveService, LiveTaskDefinition, MODEL, MODEL_METRICS, MODEL_REF, ServiceDeployment,
    ServiceDeploymentStatus, ServiceRevision, VERSION,
};

/// Show what serves now: model version, image digest, tasks, and how the newest deployment goes
#[derive(Debug, Args)]
#[command(after_help = examples::STATUS)]
pub(super) struct Status {
    /// Manifests, directories of manifests, or - for standard input
    #[arg(required = true)]
    paths: Vec<String>,
}

pub(super) async fn run(command: &Status, global: &Global) -> ExitCode {
    let manifests = match load(&command.paths, global) {
        Ok(manifests) => manifests,
        Err(code) => return code,
    };
    let session = match Session::open(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    let color: Color = global.palette();
    let mut services = Vec::new();
    let mut codes = Vec::new();
    for loaded in &manifests {
        match status(&session.cloud, &loaded.service()).await {
            Ok((mut status, unanswered)) => {
                if global.output == Format::Human {
                    output::page(&status_text(&status, &color));
                }
                if let Some(error) = unanswered {
                    codes.push(complain(&loaded.service(), &error));
                    status["error"] = json!(error.to_string());
                    status["hint"] = json!(error.hint);
                }
                services.push(status);
            }
            Err(error) => {
                let id = loaded.service();
                codes.push(complain(&id, &error));
                services.push(json!({
                    "service": id.name, "cluster": id.cluster, "release": null,
                    "error": error.to_string(), "hint": error.hint,
                }));
            }
        }
    }
    if global.output == Format::Json {
        output::document(&json!({"services": services}));
    }
    ExitCode::worst(codes)
}

fn complain(id: &ServiceId, error: &CloudError) -> ExitCode {
    output::complain(&format!("error: {id}: {error}"));
    if let Some(hint) = &error.hint {
        output::complain(&format!("hint: {hint}"));
    }
    ExitCode::from(fault(error))
}

/// Returns what is known, and the first error that kept something from being known.
async fn status<C: Cloud>(cloud: &C, id: &ServiceId) -> Answer<(Value, Option<CloudError>)> {
    let Observed {
        service,
        task_definition,
        ..
    } = observe(cloud, id).await?;
    let live = service.filter(LiveService::is_active);
    let Some(service) = live else {
        let status = json!({
            "service": id.name, "cluster": id.cluster, "release": null,
            "desired": 0, "running": 0, "pending": 0, "deployment": null, "last_deployment": null,
        });
        return Ok((status, None));
    };
    let mut unanswered = None;
    let listed = told(cloud.service_deployments(id).await, &mut unanswered);
    let revisions = revisions(cloud, &service, &listed).await;
    let revisions = told(revisions, &mut unanswered);
    let digest = digest(&revisions, &service, task_definition.as_ref());
    let last = last_deployment(cloud, &listed, &revisions).await;
    let last = told(last, &mut unanswered);
    let status = json!({
        "service": id.name,
        "cluster": id.cluster,
        "release": task_definition.map(|live| json!({
            "model": live.tags.get(MODEL),
            "version": live.tags.get(VERSION),
            "model_ref": live.tags.get(MODEL_REF),
            "model_metrics": live.tags.get(MODEL_METRICS),
            "image": live.image(),
            "digest": digest,
            "task_definition": live.arn,
        })),
        "desired": service.desired_count,
        "running": service.running_count,
        "pending": service.pending_count,
        "deployment": running(&service),
        "last_deployment": last,
    });
    Ok((status, unanswered))
}

/// Older endpoints and narrow policies don't tell: a status without that is one. What was not
/// answered is missing from it, and that is said.
fn told<T: Default>(answer: Answer<T>, unanswered: &mut Option<CloudError>) -> T {
    match CloudError::unless_refused(answer) {
        Ok(told) => told.unwrap_or_default(),
        Err(error) => {
            unanswered.get_or_insert(error);
            T::default()
        }
    }
}

/// Returns the deployment under way; nothing when the service is at rest.
fn running(service: &LiveService) -> Option<Value> {
    service.running().map(|primary| {
        json!({
            "id": primary.id,
            "task_definition": primary.task_definition,
            "desired": primary.desired_count,
            "running": primary.running_count,
            "pending": primary.pending_count,
            "failed": primary.failed_tasks,
            "reason": primary.rollout_state_reason,
        })
    })
}

/// Returns the service revisions that have tasks, or else those lately deployed, and the newest.
async fn revisions<C: Cloud>(
    cloud: &C,
    service: &LiveService,
    listed: &[ServiceDeployment],
) -> Answer<Vec<ServiceRevision>> {
    let mut arns: Vec<ServiceRevisionArn> = service
        .current_service_revisions
        .iter()
        .map(|revision| revision.arn.clone())
        .collect();
    let most = if arns.is_empty() { listed.len() } else { 1 };
    for target in listed
        .iter()
        .take(most)
        .filter_map(ServiceDeployment::target)
    {
        if !arns.contains(target) {
            arns.push(target.clone());
        }
    }
    cloud.service_revisions(&arns).await
}

/// Returns the digest that ECS resolved the model's image to, which a tag alone does not tell.
fn digest(
    revisions: &[ServiceRevision],
    service: &LiveService,
    task_definition: Option<&LiveTaskDefinition>,
) -> Option<String> {
    let serving = revisions
        .iter()
        .find(|revision| revision.task_definition.as_ref() == Some(&service.task_definition))?;
    let container = task_definition.and_then(LiveTaskDefinition::container);
    let mut images = serving.container_images.iter();
    let image = images.find(|image| Some(image.container_name.as_str()) == container)?;
    image.image_digest.clone()
}

/// Tells what became of the newest deployment, which what serves says nothing of after a rollback.
async fn last_deployment<C: Cloud>(
    cloud: &C,
    listed: &[ServiceDeployment],
    revisions: &[ServiceRevision],
) -> Answer<Option<Value>> {
    let Some(mut newest) = listed.first().cloned() else {
        return Ok(None);
    };
    if newest.status == ServiceDeploymentStatus::Stopped {
        // Whether it failed only the whole record tells.
        let arns = std::slice::from_ref(&newest.service_deployment_arn);
        let found = cloud.describe_service_deployments(arns).await?;
        let Some(whole) = found.into_iter().next() else {
            return Ok(None);
        };
        newest = whole;
    }
    let outcome = outcomes(std::slice::from_ref(&newest)).pop().flatten();
    let target = newest.target();
    let brought = revisions
        .iter()
        .find(|revision| Some(&revision.service_revision_arn) == target)
        .and_then(|revision| revision.task_definition.as_ref());
    Ok(Some(json!({
        "outcome": outcome,
        "task_definition": brought,
        "finished": newest.finished_at,
        "reason": newest.status_reason,
    })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlship_core::cloud::fake::{FakeCloud, Fault, World};

    const MORE: [&str; 2] = ["ListServiceDeployments", "DescribeServiceRevisions"];

    async fn status_under(operation: &'static str, fault: Fault) -> (Value, Option<CloudError>) {
        let cloud = FakeCloud::new(World::serving());
        cloud.fail_always(operation, Some(fault));
        status(&cloud, &FakeCloud::id()).await.unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_not_answered_is_missing_and_said() {
        for operation in MORE {
            let (status, unanswered) = status_under(operation, Fault::Garbled).await;
            assert!(status["release"].is_object(), "{status}");
            assert_eq!(unanswered.unwrap().operation, operation);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_refused_is_not_missed() {
        for operation in MORE {
            for fault in [Fault::Denied, Fault::Rejected] {
                let (status, unanswered) = status_under(operation, fault).await;
                assert!(status["release"].is_object(), "{status}");
                assert_eq!(unanswered, None);
            }
        }
    }
}
