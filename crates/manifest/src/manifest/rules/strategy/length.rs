//! How long a deployment may take, against what ECS allows: 24 hours a stage, 30 days in all.

use super::Check;
use crate::manifest::Code;
use crate::manifest::schema::Stage;
use crate::manifest::shift::Shift;
use mlship_text::words::counted;

const DAY: u32 = 24 * 60;
const MOST: u64 = 30 * 24 * 60;

pub(super) fn check(check: &mut Check<'_>) {
    let Some(rollout) = &check.release.rollout else {
        return;
    };
    let Some(shift) = Shift::of(rollout) else {
        return;
    };
    step(check, &shift);
    end(check, &shift);
    let longest = shift.longest_minutes(rollout);
    if longest > MOST {
        let days = longest.div_ceil(u64::from(DAY));
        let path = ["rollout.pause", "rollout.stepBakeMinutes", "rollout.hooks"]
            .into_iter()
            .find(|path| check.is_written(path));
        check.error(
            path.unwrap_or("rollout.strategy"),
            Code::DEPLOYMENT_TOO_LONG,
            format!(
                "with every wait to its end the deployment would take {days} days in {}, and ECS \
                 ends it after 30",
                counted(shift.steps() as usize, "step")
            ),
            "lower the bakes or the timeouts of pauses and hooks; a pause before each step counts \
             once a step",
        );
    }
}

/// The last bake is a stage of its own, of all strategies that move traffic.
fn end(check: &mut Check<'_>, shift: &Shift) {
    if shift.bake_minutes() < DAY {
        return;
    }
    check.warn(
        "rollout.bakeMinutes",
        Code::STAGE_AT_LIMIT,
        format!(
            "the bake would take {} minutes, and ECS takes the deployment back when a stage lasts \
             24 hours",
            shift.bake_minutes()
        ),
        "bake for less than a day, 1380 minutes say",
    );
}

/// A step's stage lasts as long as its bake and what is waited for at it.
fn step(check: &mut Check<'_>, shift: &Shift) {
    if shift.steps() < 2 {
        return;
    }
    let hooks = check
        .release
        .rollout
        .iter()
        .flat_map(|rollout| &rollout.hooks);
    let of_the_shift = hooks.filter(|hook| hook.stages.contains(&Stage::ProductionTrafficShift));
    let waits = of_the_shift.filter_map(|hook| hook.timeout_minutes).max();
    let minutes = shift.step_bake_minutes() + waits.unwrap_or(0);
    if minutes < DAY {
        return;
    }
    let written = ["rollout.canaryBakeMinutes", "rollout.stepBakeMinutes"];
    let path = written.into_iter().find(|path| check.is_written(path));
    let message = format!(
        "each step would take {minutes} minutes, and ECS takes the deployment back when a stage \
         lasts 24 hours"
    );
    let help = "bake for less than a day, 1380 minutes say; for longer tests see `mlship \
                experiment`";
    let path = path.unwrap_or("rollout.hooks");
    if waits.is_some() {
        check.error(path, Code::STAGE_TOO_LONG, message, help);
    } else {
        // At its very edge ECS's own guide only advises against it.
        check.warn(path, Code::STAGE_AT_LIMIT, message, help);
    }
}
