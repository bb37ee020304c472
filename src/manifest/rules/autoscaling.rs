//! Autoscaling: bounds that leave room, and a count between them.

use super::check::Check;

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
            "autoscaling-range",
            format!("`autoscaling.min` is {min}, more than `autoscaling.max` with {max}"),
            format!("lower `min` to {max}, or raise `max` to {min}"),
        );
        return;
    }
    if min == 0 && scaling.target_cpu_percent.is_some() {
        check.warn(
            "autoscaling.min",
            "autoscaling-from-zero",
            "with 0 tasks there is no CPU use to go by, so that nothing ever starts one",
            "set `min` to 1 or more",
        );
    }
    if let Some(desired) = check.release.service.desired
        && !(min..=max).contains(&desired)
    {
        check.warn(
            "service.desired",
            "desired-out-of-range",
            format!("autoscaling keeps between {min} and {max} tasks, and `service.desired` is {desired}"),
            format!("write {}, or remove it", desired.clamp(min, max)),
        );
    }
}
