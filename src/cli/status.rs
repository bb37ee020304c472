//! `mlship status`

use clap::Args;
use serde_json::{Value, json};

use super::load::load;
use super::{Format, Global, examples, output};
use crate::cli::session::Session;
use crate::report::{Color, status_text};
use mlship_aws::cloud::AwsCloud;
use mlship_core::app::fault;
use mlship_core::app::planning::observe;
use mlship_core::cloud::{Answer, Cloud, Ecs};
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
            Ok(status) => {
                if global.output == Format::Human {
                    output::page(&status_text(&status, &color));
                }
                services.push(status);
            }
            Err(error) => {
                let id = loaded.service();
                output::complain(&format!("error: {id}: {error}"));
                if let Some(hint) = &error.hint {
                    output::complain(&format!("hint: {hint}"));
                }
                codes.push(ExitCode::from(fault(&error)));
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

async fn status(cloud: &AwsCloud, id: &ServiceId) -> Answer<Value> {
    let Observed {
        service,
        task_definition,
        ..
    } = observe(cloud, id).await?;
    let live = service.filter(LiveService::is_active);
    let Some(service) = live else {
        return Ok(json!({
            "service": id.name, "cluster": id.cluster, "release": null,
            "desired": 0, "running": 0, "pending": 0, "deployment": null, "last_deployment": null,
        }));
    };
    // Older endpoints and narrow policies have neither: a status without them is one.
    let listed = cloud.service_deployments(id).await.unwrap_or_default();
    let revisions = revisions(cloud, &service, &listed).await;
    let digest = digest(&revisions, &service, task_definition.as_ref());
    let last = last_deployment(cloud, &listed, &revisions).await;
    Ok(json!({
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
    }))
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
) -> Vec<ServiceRevision> {
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
    cloud.service_revisions(&arns).await.unwrap_or_default()
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
) -> Option<Value> {
    let mut newest = listed.first()?.clone();
    if newest.status == ServiceDeploymentStatus::Stopped {
        // Whether it failed only the whole record tells.
        let arns = std::slice::from_ref(&newest.service_deployment_arn);
        let found = cloud.describe_service_deployments(arns).await;
        newest = found.ok()?.into_iter().next()?;
    }
    let outcome = outcomes(std::slice::from_ref(&newest)).pop().flatten();
    let target = newest.target();
    let brought = revisions
        .iter()
        .find(|revision| Some(&revision.service_revision_arn) == target)
        .and_then(|revision| revision.task_definition.as_ref());
    Some(json!({
        "outcome": outcome,
        "task_definition": brought,
        "finished": newest.finished_at,
        "reason": newest.status_reason,
    }))
}
