//! Why a deployment failed: one answer for every command, first from what the run that watched it
//! kept with the revision, then from the tasks that it left, then from ECS's words.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::progress::Cause;
use crate::release::ids::{ServiceDeploymentArn, TaskDefinitionArn};
use crate::release::{FAILURE, LiveTask, ServiceDeployment, StoppedTask};
use crate::rollout::{diagnose, of_ending};

/// Tasks and their deployment are made in one go, not in one instant.
const IN_ONE_GO: SignedDuration = SignedDuration::from_secs(5);

/// Returns the tag that keeps why a deployment failed.
#[must_use]
pub fn failure_tag(cause: Cause, deployment: Option<&str>) -> BTreeMap<String, String> {
    let id = deployment.and_then(|arn| arn.rsplit_once('/'));
    let word = cause.as_str();
    let value = id.map_or_else(|| word.to_owned(), |(_, id)| format!("{word}:{id}"));
    BTreeMap::from([(FAILURE.to_owned(), value)])
}

/// Reads such a tag, if it is about this deployment: a revision can be deployed again, and fail
/// for something else.
#[must_use]
pub fn recorded_cause(
    tags: &BTreeMap<String, String>,
    deployment: &ServiceDeploymentArn,
) -> Option<Cause> {
    let value = tags.get(FAILURE)?;
    let (word, id) = match value.split_once(':') {
        Some((word, id)) => (word, Some(id)),
        None => (value.as_str(), None),
    };
    let is_its = id.is_none_or(|id| deployment.as_str().ends_with(&format!("/{id}")));
    serde_json::from_value(json!(word)).ok().filter(|_| is_its)
}

/// Returns why a deployment failed, by the tags of what it brought and the tasks that stopped.
#[must_use]
pub fn cause_of(
    deployment: &ServiceDeployment,
    brought: Option<&TaskDefinitionArn>,
    tags: Option<&BTreeMap<String, String>>,
    stopped: &[LiveTask],
) -> Option<Cause> {
    let arn = &deployment.service_deployment_arn;
    let said: Vec<String> = deployment.status_reason.clone().into_iter().collect();
    let ended_by = || said.first().and_then(|said| of_ending(said));
    let diagnosed = |dead: &[StoppedTask], said: &[String]| {
        let cause = diagnose(dead, said)?.cause;
        (cause != Cause::Unknown).then_some(cause)
    };
    tags.and_then(|tags| recorded_cause(tags, arn))
        .or_else(|| ended_by().map(|(cause, _)| cause))
        .or_else(|| diagnosed(&left_by(deployment, brought, stopped), &[]))
        .or_else(|| diagnosed(&[], &said))
}

/// Returns the ends of the tasks that a deployment made.
fn left_by(
    deployment: &ServiceDeployment,
    brought: Option<&TaskDefinitionArn>,
    stopped: &[LiveTask],
) -> Vec<StoppedTask> {
    let is_its = |task: &&LiveTask| {
        let before_end = task.created_at.zip(deployment.finished_at);
        Some(&task.task_definition_arn) == brought
            && was_made_since(task, deployment.created_at)
            && before_end.is_none_or(|(made, end)| made <= end)
    };
    let left = stopped.iter().filter(is_its);
    left.filter_map(|task| task.end.clone()).collect()
}

/// Tells the dead of one attempt from those of one before it with the same revision.
#[must_use]
pub fn was_made_since(task: &LiveTask, since: Option<Timestamp>) -> bool {
    match (task.created_at, since) {
        (Some(made), Some(since)) => made.duration_since(since) >= -IN_ONE_GO,
        (None, _) | (_, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::fake::object;

    fn deployment(reason: &str) -> ServiceDeployment {
        let record = json!({"serviceDeploymentArn": "arn:aws:ecs:x:1:service-deployment/c/s/new",
            "status": "ROLLBACK_SUCCESSFUL", "createdAt": 1000, "finishedAt": 2000,
            "statusReason": reason});
        serde_json::from_value(record).unwrap()
    }

    fn dead(revision: u32, created: u32) -> LiveTask {
        let task = json!({"taskArn": "t", "taskDefinitionArn": format!("m:{revision}"),
            "lastStatus": "STOPPED", "createdAt": created, "stopCode": "EssentialContainerExited",
            "containers": [{"name": "m", "exitCode": 1}]});
        LiveTask::read(object(task)).unwrap()
    }

    fn told(tag: &str, stopped: &[LiveTask], reason: &str) -> Option<Cause> {
        let tags = BTreeMap::from([(FAILURE.to_owned(), tag.to_owned())]);
        let brought = TaskDefinitionArn::new("m:2");
        cause_of(&deployment(reason), Some(&brought), Some(&tags), stopped)
    }

    #[test]
    fn what_was_kept_comes_before_the_tasks_and_these_before_ecs_words() {
        let asked = "Service deployment rolled back by a StopServiceDeployment request.";
        let all = [dead(2, 1500)];
        let kept = told("out_of_memory:new", &all, asked);
        assert_eq!(kept, Some(Cause::OutOfMemory));
        assert_eq!(told("out_of_memory", &all, asked), kept);
        // Of another deployment of the same revision.
        let exited = Some(Cause::ContainerExited);
        assert_eq!(told("out_of_memory:old", &all, asked), exited);
        let foreign = [dead(1, 1500), dead(2, 900), dead(2, 2500)];
        let stopped = Some(Cause::StoppedBySomeone);
        assert_eq!(told("", &foreign, asked), stopped);
        assert_eq!(told("", &foreign, ""), None);
    }

    #[test]
    fn a_tag_is_read_as_it_was_written() {
        let arn = ServiceDeploymentArn::new("arn:aws:ecs:x:1:service-deployment/c/s/new");
        for cause in [Cause::OutOfMemory, Cause::ImageNotFound] {
            for about in [Some(arn.as_str()), None] {
                let tags = failure_tag(cause, about);
                assert_eq!(recorded_cause(&tags, &arn), Some(cause));
            }
        }
    }
}
