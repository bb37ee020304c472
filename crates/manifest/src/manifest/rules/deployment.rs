//! The rollout's percentages: one more task may run, or one may stop.

use super::super::rollout_room::is_stuck;
use super::check::Check;
use crate::manifest::Code;

/// What ECS takes when the manifest says nothing.
const MINIMUM: u32 = 100;
const MAXIMUM: u32 = 200;

pub(super) fn check(check: &mut Check<'_>) {
    let Some(rollout) = &check.release.rollout else {
        return;
    };
    if check.overrides_service("deploymentConfiguration") {
        return;
    }
    let minimum = rollout.minimum_healthy_percent.unwrap_or(MINIMUM);
    let maximum = rollout.maximum_percent.unwrap_or(MAXIMUM);
    let written = ["rollout.maximumPercent", "rollout.minimumHealthyPercent"];
    let Some(path) = written.into_iter().find(|path| check.is_written(path)) else {
        return;
    };
    let desired = check.release.service.desired;
    let message = if minimum >= maximum {
        // No number of tasks leaves room then.
        "no rollout could ever begin".to_owned()
    } else if let Some(desired) = desired.filter(|desired| is_stuck(*desired, minimum, maximum)) {
        let tasks = if desired == 1 {
            "1 task".to_owned()
        } else {
            format!("{desired} tasks")
        };
        format!("no rollout of {tasks} could ever begin")
    } else {
        return;
    };
    let kept = format!(
        "at least {minimum} % stay healthy (rounded up), and at most {maximum} % run (rounded down)"
    );
    check.error(
        path,
        Code::ROLLOUT_STUCK,
        format!("{message}: {kept}"),
        "raise `maximumPercent` to 200, or lower `minimumHealthyPercent` to 0",
    );
}
