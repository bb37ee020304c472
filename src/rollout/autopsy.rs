//! The last words of a failed container: its log, where it writes one that can be read.

use super::cause::of_task;
use super::{Cause, Failure};
use crate::cloud::{Answer, Cloud};
use crate::plan::looks_secret;
use crate::release::ids::{DeploymentId, ServiceId, TaskDefinitionArn};
use crate::release::{Document, LogStream, StoppedTask};

/// How many lines of the log a report quotes.
const LINES: u32 = 20;

/// Quotes the log of a task that failed for this cause, and lets it say more than ECS did.
///
/// # Errors
/// When the log cannot be read; the failure stands without it.
pub async fn quote_log<C: Cloud>(
    cloud: &C,
    service: &ServiceId,
    deployment: &DeploymentId,
    task_definition: &TaskDefinitionArn,
    failure: &mut Failure,
) -> Answer<()> {
    let stopped = cloud.stopped_tasks(&service.cluster, deployment).await?;
    let failed = stopped
        .iter()
        .find(|task| of_task(task).is_some_and(|(cause, _)| cause == failure.cause));
    let Some(task) = failed else {
        return Ok(());
    };
    let definition = cloud.task_definition(task_definition.as_str()).await?;
    let Some(log) = definition.and_then(|live| log_of(task, &live.document)) else {
        return Ok(());
    };
    let lines = cloud.log_tail(&log, LINES, None).await?;
    let lines: Vec<String> = lines.into_iter().map(|line| line.message).collect();
    if failure.cause == Cause::ContainerExited {
        failure.cause = lines
            .iter()
            .find_map(|line| said(line))
            .unwrap_or(failure.cause);
    }
    failure.log_tail = lines.into_iter().map(presentable).collect();
    Ok(())
}

/// Returns the log of the container that failed: the one with an exit code that is not 0, else
/// the first. Containers that never ran wrote nothing.
fn log_of(task: &StoppedTask, definition: &Document) -> Option<LogStream> {
    let ran = || task.containers.iter().filter(|one| one.exit_code.is_some());
    let container = ran()
        .find(|one| one.exit_code != Some(0))
        .or_else(|| ran().next())?;
    let id = task.task_arn.rsplit('/').next()?;
    LogStream::of(definition, &container.name, id, None).ok()
}

/// What only the log tells.
fn said(line: &str) -> Option<Cause> {
    let line = line.to_lowercase();
    let has = |part: &str| line.contains(part);
    if has("exec format error") {
        Some(Cause::ExecFormat)
    } else if has("executable file not found") {
        Some(Cause::CommandNotFound)
    } else if has("accessdenied") && has("assumed-role") {
        Some(Cause::RoleDenied)
    } else {
        None
    }
}

/// A program may print what it should not; a report must not repeat it.
fn presentable(line: String) -> String {
    if line.split_whitespace().any(looks_secret) || looks_secret(&line) {
        return "(line left out: it looks like a secret)".to_owned();
    }
    line
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn task(containers: &Value) -> StoppedTask {
        let task = json!({"taskArn": "arn:aws:ecs:x:1:task/ml/abc", "containers": containers});
        serde_json::from_value(task).unwrap()
    }

    fn definition(driver: &str) -> Document {
        let logs = json!({"logDriver": driver, "options": {"awslogs-group": "/ml/m",
            "awslogs-stream-prefix": "m"}});
        let definition = json!({"containerDefinitions": [{"name": "m", "logConfiguration": logs},
            {"name": "side", "logConfiguration": logs}]});
        definition.as_object().unwrap().clone()
    }

    #[test]
    fn the_log_is_that_of_the_container_that_failed() {
        let failed = json!([{"name": "m", "exitCode": 0}, {"name": "side", "exitCode": 1}]);
        let log = log_of(&task(&failed), &definition("awslogs")).unwrap();
        assert_eq!(
            (log.group.as_str(), log.stream.as_str()),
            ("/ml/m", "m/side/abc")
        );
    }

    #[test]
    fn what_never_ran_or_logs_elsewhere_has_no_log_to_quote() {
        let never = json!([{"name": "m"}]);
        assert_eq!(log_of(&task(&never), &definition("awslogs")), None);
        let ran = json!([{"name": "m", "exitCode": 1}]);
        assert_eq!(log_of(&task(&ran), &definition("splunk")), None);
    }

    #[test]
    fn some_causes_only_the_log_tells() {
        let check = |line, cause| assert_eq!(said(line), cause, "{line}");
        check(
            "exec /usr/local/bin/serve: exec format error",
            Some(Cause::ExecFormat),
        );
        check(
            "standard_init_linux.go:228: exec user process caused: exec format error",
            Some(Cause::ExecFormat),
        );
        check("ValueError: bad model", None);
    }

    #[test]
    fn a_secret_in_a_log_is_not_repeated() {
        let hidden = |line: &str| presentable(line.to_owned()).starts_with("(line left out");
        assert!(hidden("connecting to postgres://me:pw@db/x"));
        assert!(hidden("key AKIAIOSFODNN7EXAMPLE"));
        assert!(!hidden("loaded model in 3.2 s"));
    }
}
