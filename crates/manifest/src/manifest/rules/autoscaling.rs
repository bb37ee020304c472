//! Autoscaling: bounds that leave room, and a count between them.

use super::check::Check;
use crate::manifest::Code;

pub(super) fn check(check: &mut Check<'_>) {
    let Some(scaling) = &check.release.autoscaling else {
        return;
    };
    // A bound that is missing or wrong says nothing about the others.
    if check.is_broken("autoscaling.min") || check.is_broken("autoscaling.max") {
        return;
    }
    let (min, max) = (scaling.min, scaling.max);
    if min > max {
        check.error(
            "autoscaling.min",
            Code::AUTOSCALING_RANGE,
            format!("`autoscaling.min` is {min}, more than `autoscaling.max` with {max}"),
            format!("lower `min` to {max}, or raise `max` to {min}"),
        );
        return;
    }
    if min == 0 && scaling.target_cpu_percent.is_some() {
        check.warn(
            "autoscaling.min",
            Code::AUTOSCALING_FROM_ZERO,
            "with 0 tasks there is no CPU use to go by, so that nothing ever starts one",
            "set `min` to 1 or more",
        );
    }
    if let Some(desired) = check.release.service.desired
        && !(min..=max).contains(&desired)
    {
        check.warn(
            "service.desired",
            Code::DESIRED_OUT_OF_RANGE,
            format!("autoscaling keeps between {min} and {max} tasks, and `service.desired` is {desired}"),
            format!("write {}, or remove it", desired.clamp(min, max)),
        );
    }
}
