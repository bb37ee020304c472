//! What a release is judged by, and whether its steps leave time for that.

use super::Check;
use crate::manifest::Code;
use crate::manifest::rules::experiment::{Measured, check_duplicates};
use crate::manifest::rules::traffic::{is_listener_or_rule, is_listener_rule};
use crate::manifest::schema::{Analysis, Direction, MetricType, Rollout, Stage, Strategy, Traffic};
use crate::manifest::shift::Shift;

/// How many pauses a service may have.
const MOST_PAUSES: usize = 10;

pub(super) fn check(check: &mut Check<'_>) {
    let Some(rollout) = &check.release.rollout else {
        return;
    };
    let Some(analysis) = &rollout.analysis else {
        return;
    };
    metrics(check, analysis);
    overridden(check);
    waits(check, rollout);
    room(check, rollout);
    steps(check, rollout, analysis);
    balancer(check);
}

fn metrics(check: &mut Check<'_>, analysis: &Analysis) {
    let mut all = Vec::new();
    for (index, metric) in analysis.metrics.iter().enumerate() {
        let measured = Measured {
            path: format!("rollout.analysis.metrics[{index}]"),
            metric: metric.metric.name(),
            kind: MetricType::Proportion,
            direction: Direction::Down,
            threshold: metric.threshold.as_deref(),
            answers: metric.answers,
            difference: ("margin", metric.margin),
        };
        measured.check(metric.measure(), check);
        all.push(measured);
    }
    check_duplicates(&all, check);
}

/// What sets the steps and the pauses in another way takes the judgement away without a word.
fn overridden(check: &mut Check<'_>) {
    const ITS: [&str; 4] = [
        "strategy",
        "lifecycleHooks",
        "canaryConfiguration",
        "linearConfiguration",
    ];
    let overrides = check.release.overrides.as_ref();
    let configuration = overrides.and_then(|all| all.service.get("deploymentConfiguration"));
    let Some(field) = configuration
        .and_then(|written| ITS.into_iter().find(|field| written.get(field).is_some()))
    else {
        return;
    };
    check.error(
        &format!("overrides.service.deploymentConfiguration.{field}"),
        Code::ANALYSIS_OVERRIDDEN,
        format!("`{field}` sets in another way what `rollout.analysis` works through"),
        "write the steps under `rollout`, and remove this, or remove `analysis`",
    );
}

/// Whose word a wait is for that comes with the analysis' own nobody could tell.
fn waits(check: &mut Check<'_>, rollout: &Rollout) {
    for (index, pause) in rollout.pause.iter().enumerate() {
        if pause.stage == Stage::PreProductionTrafficShift {
            check.error(
                &format!("rollout.pause[{index}].stage"),
                Code::ANALYSIS_PAUSE,
                "`analysis` judges in a pause of its own before each step",
                "remove this one: where nobody can tell, it waits for somebody; to wait before the \
                 first step, write `POST_TEST_TRAFFIC_SHIFT`",
            );
        }
    }
}

/// ECS takes ten pauses, of which the analysis has one.
fn room(check: &mut Check<'_>, rollout: &Rollout) {
    if rollout.pause.len() >= MOST_PAUSES {
        let others = MOST_PAUSES - 1;
        check.error(
            &format!("rollout.pause[{others}]"),
            Code::ANALYSIS_PAUSE,
            format!("with the pause of `analysis` there would be more than {MOST_PAUSES}, and ECS takes no more"),
            format!("keep {others} pauses, or remove `analysis`"),
        );
    }
}

fn steps(check: &mut Check<'_>, rollout: &Rollout, analysis: &Analysis) {
    let Some(shift) = Shift::of(rollout) else {
        return;
    };
    let (share, bake) = match check.release.strategy() {
        Strategy::Canary => ("rollout.canaryPercent", "rollout.canaryBakeMinutes"),
        Strategy::Linear => ("rollout.stepPercent", "rollout.stepBakeMinutes"),
        Strategy::Rolling | Strategy::BlueGreen => return,
    };
    let first = shift.percent_after(1);
    let is_linear = check.release.strategy() == Strategy::Linear;
    if first >= 100.0 {
        check.error(
            share,
            Code::ANALYSIS_UNUSED,
            "all traffic moves in one step, after which there is nothing to compare with",
            "write a smaller share, or remove `analysis`",
        );
    } else if is_linear && first > 50.0 {
        // Of what remains ECS's words leave open whether it is a step of its own.
        check.error(
            share,
            Code::ANALYSIS_UNUSED,
            "less than a whole step remains after the first, and ECS may move it with that: there \
             would be nothing to compare with",
            "write 50 at most, or remove `analysis`",
        );
    } else if analysis.judged_minutes(shift.step_bake_minutes()).is_none() {
        let path = if check.is_written(bake) {
            bake
        } else {
            "rollout.analysis"
        };
        let (least, warm_up) = (analysis.least_bake(), analysis.warm_up());
        check.error(
            path,
            Code::BAKE_BEFORE_ANALYSIS,
            format!(
                "a step bakes for {} minutes, too short to be judged: {warm_up} warm up, 12 are \
                 compared, and the last 3 are not in CloudWatch yet",
                shift.step_bake_minutes()
            ),
            format!("bake for {least} minutes at least, longer where few requests come"),
        );
    }
}

/// Only an application load balancer counts answers and response times.
fn balancer(check: &mut Check<'_>) {
    let Some(Traffic::Balanced(traffic)) = &check.release.traffic else {
        return;
    };
    let rule = traffic.listener_rule.as_deref();
    if rule.is_some_and(|rule| is_listener_or_rule(rule) && !is_listener_rule(rule)) {
        check.error_in_name(
            "rollout.analysis",
            Code::ANALYSIS_BALANCER,
            "a network load balancer counts neither errors nor response times",
            "remove `analysis`, and write `alarms` on metrics of the application",
        );
    }
}
