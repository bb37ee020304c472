//! Described alarms: one metric each, none twice, limits that can be read, and a target group to
//! watch.

use super::check::Check;
use crate::manifest::Code;
use crate::manifest::alarm::AlarmMetric;
use crate::manifest::schema::{RolloutAlarm, Traffic};

pub(super) fn check(check: &mut Check<'_>) {
    let release = check.release;
    let rollout = release.rollout.as_ref();
    let all = rollout.and_then(|rollout| rollout.alarms.as_ref());
    let mut seen: Vec<AlarmMetric> = Vec::new();
    for (index, alarm) in all.into_iter().flatten().enumerate() {
        let RolloutAlarm::Described(described) = alarm else {
            continue;
        };
        let path = format!("rollout.alarms[{index}]");
        one_metric(check, &path, &described.metrics());
        for (metric, terms) in described.terms() {
            let limit = format!("{path}.{}", metric.name());
            if seen.contains(&metric) {
                check.error_in_name(
                    &limit,
                    Code::ALARM_TWICE,
                    format!("`{}` is described twice", metric.name()),
                    "keep the one that goes off first",
                );
            }
            seen.push(metric);
            if let Err(mistake) = terms {
                let field = format!("{limit}.{}", mistake.field);
                if check.is_written(&field) && !check.is_broken(&field) {
                    let message = format!("`{}` {}", mistake.field, mistake.message);
                    check.error(&field, Code::ALARM_LIMIT, message, mistake.help);
                }
            }
        }
    }
    if let Some(metric) = seen.first() {
        group(check, *metric);
    }
}

fn one_metric(check: &mut Check<'_>, path: &str, metrics: &[AlarmMetric]) {
    let message = match metrics {
        [_] => return,
        [] if check.is_broken(path) => return,
        [] => "this alarm watches nothing".to_owned(),
        [first, second, ..] => format!(
            "one alarm watches one metric, and this has `{}` and `{}`",
            first.name(),
            second.name()
        ),
    };
    let names: Vec<&str> = AlarmMetric::ALL
        .iter()
        .map(|metric| metric.name())
        .collect();
    let help = format!("give each an entry of its own: {}", names.join(", "));
    check.error(path, Code::ALARM_METRIC, message, help);
}

/// Says whether there is a target group whose requests can be watched.
fn group(check: &mut Check<'_>, metric: AlarmMetric) {
    if check.overrides_service("loadBalancers") {
        return;
    }
    let name = metric.name();
    match &check.release.traffic {
        Some(Traffic::Balanced(traffic)) if traffic.has_target_group() => {
            let rule = traffic.listener_rule.as_deref().unwrap_or_default();
            if rule.contains(":listener/net/") {
                check.error(
                    "rollout.alarms",
                    Code::ALARM_WITHOUT_GROUP,
                    format!(
                        "`{name}` is told by application load balancers, and this is a network one"
                    ),
                    "name an alarm of your own",
                );
            }
        }
        // What is wrong with the traffic has its own finding.
        Some(Traffic::Balanced(_)) => {}
        Some(Traffic::Detached(_)) | None => check.error(
            "rollout.alarms",
            Code::ALARM_WITHOUT_GROUP,
            format!("`{name}` is watched on the service's target group, and none is written"),
            "write `traffic`, or name an alarm of your own",
        ),
    }
}
