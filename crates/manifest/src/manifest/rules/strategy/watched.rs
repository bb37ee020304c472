//! Who would notice that a release is bad while traffic moves to it.

use super::Check;
use crate::manifest::Code;
use crate::manifest::alarm::DELAY_MINUTES;
use crate::manifest::schema::Strategy;

/// How many minutes an alarm that somebody else made looks at, at the least.
const LEAST_MINUTES: u32 = 1;

/// The circuit breaker sees tasks that never get healthy, alarms see tasks that answer wrongly: one
/// warning says which is missing.
fn unwatched(check: &mut Check<'_>, has_breaker: bool, has_alarms: bool, is_judged: bool) {
    let off = "rollout.circuitBreaker";
    let (path, message) = match (has_breaker, has_alarms) {
        (true, true) => return,
        (false, false) => (
            off,
            "neither the circuit breaker nor an alarm watches the deployment",
        ),
        (false, true) => (
            off,
            "no circuit breaker watches the deployment: tasks that never get healthy are started \
             again and again",
        ),
        (true, false) if is_judged => (
            "rollout.strategy",
            "no alarm watches the deployment: once all traffic has moved nothing ends it where \
             healthy tasks answer wrongly",
        ),
        (true, false) => (
            "rollout.strategy",
            "no alarm watches the deployment: nothing ends it where healthy tasks answer wrongly",
        ),
    };
    check.warn(
        path,
        Code::SHIFT_UNWATCHED,
        message,
        "leave `circuitBreaker` on, and write `alarms` on both target groups; `ignore: \
         [rollout.alarms]` leaves them to somebody else",
    );
}

pub(super) fn check(check: &mut Check<'_>) {
    let Some(rollout) = &check.release.rollout else {
        return;
    };
    if check.overrides_service("deploymentConfiguration") {
        return;
    }
    let has_alarms = rollout
        .alarms
        .as_ref()
        .is_some_and(|alarms| !alarms.is_empty());
    let is_left = |path: &String| path == "rollout" || path == "rollout.alarms";
    let is_watched = has_alarms || check.release.ignore.iter().any(is_left);
    let has_breaker = rollout.circuit_breaker != Some(false);
    let is_judged = rollout.analysis.is_some();
    unwatched(check, has_breaker, is_watched, is_judged);
    let (path, minutes) = match check.release.strategy() {
        Strategy::Rolling => return,
        Strategy::Canary => ("rollout.canaryBakeMinutes", rollout.canary().1),
        Strategy::Linear => ("rollout.stepBakeMinutes", rollout.linear().1),
        Strategy::BlueGreen => ("rollout.bakeMinutes", rollout.bake_minutes.unwrap_or(0)),
    };
    let described = rollout.described_alarms();
    let slowest = described.iter().max_by_key(|alarm| alarm.minutes);
    let named = rollout.named_alarms().next().map(|_| LEAST_MINUTES);
    let longest = slowest.map(|alarm| alarm.minutes).max(named);
    let Some(needed) = longest.map(|longest| longest + DELAY_MINUTES) else {
        return;
    };
    if minutes < needed {
        let alarm = slowest.map_or("an alarm", |alarm| alarm.metric.name());
        let message = format!(
            "{alarm} goes off {needed} minutes late with CloudWatch's own delay, and this bake \
             ends after {minutes}"
        );
        let help = format!("bake for {needed} minutes at least");
        check.warn(path, Code::BAKE_BEFORE_ALARM, message, help);
    }
}
