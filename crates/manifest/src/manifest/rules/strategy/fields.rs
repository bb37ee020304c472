//! Fields of one strategy, which another has no use for.

use super::Check;
use crate::manifest::Code;
use crate::manifest::schema::Strategy;
use crate::manifest::shift::is_in_tenths;
use mlship_text::arn::Arn;

/// A field, and the strategies that it is of.
const OF: [(&str, &[Strategy]); 7] = [
    ("canaryPercent", &[Strategy::Canary]),
    ("canaryBakeMinutes", &[Strategy::Canary]),
    ("stepPercent", &[Strategy::Linear]),
    ("stepBakeMinutes", &[Strategy::Linear]),
    ("pause", MOVING),
    ("hooks", MOVING),
    ("analysis", &[Strategy::Canary, Strategy::Linear]),
];

const MOVING: &[Strategy] = &[Strategy::Canary, Strategy::Linear, Strategy::BlueGreen];

pub(super) fn check(check: &mut Check<'_>) {
    let strategy = check.release.strategy();
    for (field, of) in OF {
        let path = format!("rollout.{field}");
        if check.is_written(&path)
            && !of.contains(&strategy)
            && !check.is_broken("rollout.strategy")
        {
            let of: Vec<&str> = of.iter().map(|one| one.name()).collect();
            let message = format!(
                "`{field}` is of {}, and this is {}: ECS would drop it without a word",
                of.join(", "),
                strategy.name()
            );
            let help = format!("remove it, or write `strategy: {}`", of[0]);
            check.error_in_name(&path, Code::OTHER_STRATEGY, message, help);
        }
    }
    shares(check);
    pauses(check);
    hooks(check);
}

fn shares(check: &mut Check<'_>) {
    let Some(rollout) = &check.release.rollout else {
        return;
    };
    let written = [
        ("rollout.canaryPercent", rollout.canary_percent),
        ("rollout.stepPercent", rollout.step_percent),
    ];
    for (path, share) in written {
        let Some(share) = share.filter(|share| !is_in_tenths(*share)) else {
            continue;
        };
        let (below, above) = ((share * 10.0).floor() / 10.0, (share * 10.0).ceil() / 10.0);
        check.error(
            path,
            Code::SHARE_STEP,
            format!("ECS takes shares in steps of 0.1 %, found {share}"),
            format!("write {below} or {above}"),
        );
    }
}

fn pauses(check: &mut Check<'_>) {
    let pauses = check
        .release
        .rollout
        .iter()
        .flat_map(|rollout| &rollout.pause);
    for (index, pause) in pauses.enumerate() {
        if pause.stage.runs_on_the_way_back() {
            check.error(
                &format!("rollout.pause[{index}].stage"),
                Code::PAUSE_STAGE,
                format!("a deployment can't pause at {}", pause.stage.ecs_name()),
                "write `PRE_PRODUCTION_TRAFFIC_SHIFT` to pause before each step, or \
                 `POST_TEST_TRAFFIC_SHIFT` before the first",
            );
        }
    }
}

fn hooks(check: &mut Check<'_>) {
    let hooks = check
        .release
        .rollout
        .iter()
        .flat_map(|rollout| &rollout.hooks);
    for (index, hook) in hooks.enumerate() {
        let path = format!("rollout.hooks[{index}]");
        for (at, stage) in hook.stages.iter().enumerate() {
            if stage.runs_on_the_way_back() {
                check.warn(
                    &format!("{path}.stages[{at}]"),
                    Code::HOOK_ON_THE_WAY_BACK,
                    format!(
                        "ECS goes through {} again on the way back",
                        stage.ecs_name()
                    ),
                    "the function must say yes there, or a rollback waits for it",
                );
            }
        }
        if !hook.lambda.is_empty() && !is_function(&hook.lambda) {
            let field = format!("{path}.lambda");
            let quoted = check.quote(&field, &hook.lambda);
            check.error(
                &field,
                Code::BAD_LAMBDA,
                format!("{quoted} is not the ARN of a function"),
                "write `arn:aws:lambda:REGION:ACCOUNT:function:NAME`; `aws lambda get-function` \
                 prints it",
            );
        }
        super::traffic::role(check, &format!("{path}.role"), &hook.role);
    }
}

fn is_function(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| {
        let name = arn.resource.strip_prefix("function:");
        arn.service == "lambda" && arn.is_placed() && name.is_some_and(|name| !name.is_empty())
    })
}
