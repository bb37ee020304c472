//! Who would notice that a release is bad while traffic moves to it.

use super::Check;
use crate::manifest::Code;
use crate::manifest::schema::Strategy;

/// What `CloudWatch` takes until an alarm goes off, rounded up: alarms were seen some 200 seconds
/// late.
const ALARM_MINUTES: u32 = 5;

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
    if rollout.circuit_breaker == Some(false) && !has_alarms {
        check.warn(
            "rollout.circuitBreaker",
            Code::SHIFT_UNWATCHED,
            "neither the circuit breaker nor an alarm watches the deployment",
            "leave `circuitBreaker` on, and write `alarms` on both target groups",
        );
    }
    let (path, minutes) = match check.release.strategy() {
        Strategy::Rolling => return,
        Strategy::Canary => ("rollout.canaryBakeMinutes", rollout.canary_bake_minutes),
        Strategy::Linear => ("rollout.stepBakeMinutes", rollout.step_bake_minutes),
        Strategy::BlueGreen => ("rollout.bakeMinutes", rollout.bake_minutes),
    };
    if let Some(minutes) = minutes.filter(|minutes| has_alarms && *minutes < ALARM_MINUTES) {
        check.warn(
            path,
            Code::BAKE_BEFORE_ALARM,
            format!("an alarm is some minutes late, and this bake ends after {minutes}"),
            "bake for 5 minutes at least",
        );
    }
}
