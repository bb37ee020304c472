//! Use case: which releases a service has, which serves, and how its newest deployment goes.
//! Changes nothing.

mod document;
mod images;
mod looks;
mod misrouted;
mod newest;
mod refresh;
mod roles;
#[cfg(test)]
mod tests;
mod traffic;

pub use document::{
    LastDeployment, Misrouted, NotSeen, ReleaseStatus, Role, RunningDeployment, ServiceStatus,
    ServingRelease,
};

pub use refresh::{Look, ToLookAt, explain, look, refresh};

use jiff::Timestamp;

use super::on_record::{OnRecord, Reach};
use crate::cloud::{Answer, Balancing, Cloud};
use crate::release::ids::{ServiceId, TaskDefinitionArn};
use crate::release::{
    LiveService, LiveTask, LiveTaskDefinition, ServiceDeployment, ServiceRevision,
};
use crate::rollout::diagnose;
use crate::shape::items;
use images::{digest, revisions};
use looks::Looks;
use misrouted::Seen;
use mlship_text::arn::Arn;
use newest::{instant_return_until, last_deployment};
use roles::{ReleaseTasks, TasksSeen, releases};
use traffic::TargetGroups;

/// Looks at a service.
///
/// # Errors
/// When AWS says no or stays out of reach.
pub async fn status<C: Cloud + Balancing>(cloud: &C, id: &ServiceId) -> Answer<ServiceStatus> {
    let Some(service) = cloud.service(id).await?.filter(LiveService::is_active) else {
        return Ok(ServiceStatus::nothing_there(id));
    };
    let stated = cloud.task_definition(service.task_definition.as_str());
    let mut looks = Looks::default();
    let stated = looks.take("what the release is", stated.await).flatten();
    let definitions = definitions(cloud, &service, stated, &mut looks).await;
    let listed = OnRecord::of(cloud, id, &service, Reach::Newest).await;
    let listed = looks.take("how the newest deployment ended", listed);
    let listed = listed.map_or_else(Vec::new, |on_record| on_record.deployments);
    let revisions = revisions(cloud, &service, &listed).await;
    let revisions = looks
        .take("which images run", revisions)
        .unwrap_or_default();
    let alive = looks.alive(cloud, id).await;
    let stopped = looks.stopped(cloud, id, &service, &listed).await;
    let groups = TargetGroups::of(&service, &revisions);
    let targets = looks.targets(cloud, groups.all()).await;
    let is_healthy = |task: &LiveTask| {
        let definition = definition_of(&definitions, &task.task_definition_arn);
        if !passes_checks(task, definition)? {
            return Some(false);
        }
        targets.finds_healthy(task, groups.sets_of(&task.task_definition_arn))
    };
    let seen = TasksSeen {
        alive: alive.as_deref(),
        stopped: stopped.as_deref(),
        is_healthy: &is_healthy,
    };
    let mut found = releases(&service, &seen);
    let answered = looks.rule(cloud, &service).await;
    let rule = answered.as_ref().and_then(Option::as_ref);
    if service.running().is_some() {
        groups.give_roles(&service, rule, &mut found);
    }
    let misrouted = Seen {
        service: &service,
        listed: &listed,
        revisions: &revisions,
        releases: &found,
        groups: &groups,
        targets: &targets,
        rule: answered.as_ref(),
    }
    .misrouted();
    let shown = found.iter().map(|release| {
        let share = rule.and_then(|rule| groups.share_of(rule, release, &found));
        shown(release, &definitions, &revisions, share)
    });
    let shown: Vec<ReleaseStatus> = shown.collect();
    let serving = shown.iter().find(|release| release.role == Role::Serving);
    let named = |release: &ReleaseStatus| {
        let definition = definition_of(&definitions, &release.task_definition);
        match definition {
            Some(definition) => ServingRelease::of(definition, release.digest.clone()),
            None => ServingRelease::unknown(&release.task_definition),
        }
    };
    let release = serving.map(named);
    let stated = shown
        .iter()
        .find(|release| release.task_definition == service.task_definition);
    let is_at_rest = service.running().is_none();
    let deployed = stated
        .filter(|_| serving.is_none() && is_at_rest)
        .map(named);
    let stopped = stopped.as_deref().unwrap_or_default();
    let seen = (&service, &listed[..], &revisions[..]);
    let (last_deployment, until) = ends(cloud, seen, stopped, &mut looks).await;
    let arriving = service.primary().and_then(|primary| {
        let is_its = |release: &&ReleaseTasks| release.task_definition == primary.task_definition;
        found.iter().find(is_its)
    });
    Ok(ServiceStatus {
        service: id.name.clone(),
        cluster: id.cluster.clone(),
        account: Arn::parse(&service.service_arn).map(|arn| arn.account.to_owned()),
        region: Arn::parse(&service.service_arn).map(|arn| arn.region.to_owned()),
        place: id.place.clone(),
        release,
        deployed,
        desired: service.desired_count,
        running: service.running_count,
        pending: service.pending_count,
        deployment: RunningDeployment::of(
            &service,
            arriving.and_then(|release| release.failed).unwrap_or(0),
            until,
        ),
        releases: shown,
        last_deployment,
        note: (service.foreign().map(|foreign| foreign.words())).or_else(|| service.deletion()),
        misrouted,
        meant: None,
        not_seen: looks.not_seen,
        unanswered: looks.unanswered,
    })
}

/// Returns how the newest deployment ended, and of one under way until when going back takes seconds.
async fn ends<C: Cloud>(
    cloud: &C,
    (service, listed, revisions): (&LiveService, &[ServiceDeployment], &[ServiceRevision]),
    stopped: &[LiveTask],
    looks: &mut Looks,
) -> (Option<LastDeployment>, Option<Timestamp>) {
    let last = last_deployment(cloud, listed, revisions, stopped).await;
    let last = looks.take("how the newest deployment ended", last);
    let until = instant_return_until(cloud, service, listed).await;
    let until = looks.take("until when going back takes seconds", until);
    (last.flatten(), until.flatten())
}

/// Returns the task definitions of all releases that have an entry.
async fn definitions<C: Cloud>(
    cloud: &C,
    service: &LiveService,
    stated: Option<LiveTaskDefinition>,
    looks: &mut Looks,
) -> Vec<LiveTaskDefinition> {
    let mut found: Vec<LiveTaskDefinition> = stated.into_iter().collect();
    for entry in &service.deployments {
        let arn = &entry.task_definition;
        if *arn == service.task_definition || definition_of(&found, arn).is_some() {
            continue;
        }
        let answer = cloud.task_definition(arn.as_str()).await;
        found.extend(looks.take("what another release is", answer).flatten());
    }
    found
}

fn definition_of<'a>(
    definitions: &'a [LiveTaskDefinition],
    arn: &TaskDefinitionArn,
) -> Option<&'a LiveTaskDefinition> {
    definitions.iter().find(|live| live.arn == *arn)
}

/// Says whether a task passes the checks of its containers: before the first one passed, ECS
/// calls its health unknown, as it does where there is none. Nothing where the definition could not
/// be seen, and with it which of these it is.
fn passes_checks(task: &LiveTask, definition: Option<&LiveTaskDefinition>) -> Option<bool> {
    let has_checks = |live: &LiveTaskDefinition| {
        let containers = live.document.get("containerDefinitions");
        items(containers).any(|container| container.get("healthCheck").is_some())
    };
    match task.health_status.as_deref() {
        Some("HEALTHY") => Some(true),
        Some("UNHEALTHY") => Some(false),
        Some(_) | None => Some(!has_checks(definition?)),
    }
}

fn shown(
    release: &ReleaseTasks,
    definitions: &[LiveTaskDefinition],
    revisions: &[ServiceRevision],
    share: Option<f64>,
) -> ReleaseStatus {
    let live = definition_of(definitions, &release.task_definition);
    let named = live.map(|live| ServingRelease::of(live, digest(revisions, live)));
    let named = named.unwrap_or_else(|| ServingRelease::unknown(&release.task_definition));
    let failure = diagnose(&release.dead, &[]);
    ReleaseStatus {
        model: named.model,
        version: named.version,
        image: named.image,
        digest: named.digest,
        task_definition: named.task_definition,
        role: release.role,
        running: release.running,
        healthy: release.healthy,
        starting: release.starting,
        failed: release.failed,
        weight: share,
        cause: failure.as_ref().map(|failure| failure.cause),
        reason: failure.map(|failure| failure.reason),
    }
}
