//! Tests of the rules on strategies that move traffic.

use super::super::super::testing::{findings, with};

const PAIR: &str = "  listenerRule: arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/0123456789abcdef/0123456789abcdef/0123456789abcdef
  targetGroups:
    - arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef
    - arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/green/0123456789abcdef
  role: arn:aws:iam::111122223333:role/ecs-load-balancing";

const GROUP: &str = "  targetGroup: arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/fraud/0123456789abcdef";

/// Returns what is said of a rollout with a pair of target groups.
fn said(rollout: &str) -> String {
    let text = with(GROUP, PAIR);
    findings(&text.replacen("  maximumPercent: 200", rollout, 1))
}

/// Returns the codes of what is said.
fn codes(said: &str) -> Vec<&str> {
    let codes = said.lines().filter_map(|line| {
        let rest = line
            .strip_prefix("error[")
            .or_else(|| line.strip_prefix("warning["))?;
        Some(rest.split_once(']')?.0)
    });
    // Most of these have no alarms, for brevity.
    codes.filter(|code| *code != "shift-unwatched").collect()
}

#[track_caller]
fn check(rollout: &str, expected: &[&str]) {
    let said = said(rollout);
    assert_eq!(codes(&said), expected, "{rollout}: {said}");
}

#[test]
fn a_strategy_with_its_own_fields_is_right() {
    check(
        "  strategy: canary\n  canaryPercent: 2.5\n  canaryBakeMinutes: 15\n  bakeMinutes: 10",
        &[],
    );
    check(
        "  strategy: linear\n  stepPercent: 20\n  stepBakeMinutes: 5",
        &[],
    );
    check(
        "  strategy: blue-green\n  bakeMinutes: 60\n  pause: [{ stage: POST_TEST_TRAFFIC_SHIFT }]",
        &[],
    );
}

#[test]
fn a_field_of_another_strategy_would_be_dropped_without_a_word() {
    check("  strategy: canary\n  stepPercent: 20", &["other-strategy"]);
    check(
        "  strategy: blue-green\n  canaryPercent: 20\n  stepBakeMinutes: 1",
        &["other-strategy"; 2],
    );
    check("  pause: [{ stage: PRE_SCALE_UP }]", &["other-strategy"]);
}

#[test]
fn shares_are_whole_tenths_of_a_percent() {
    check("  strategy: canary\n  canaryPercent: 0.15", &["share-step"]);
    check("  strategy: canary\n  canaryPercent: 0.3", &[]);
    check(
        "  strategy: canary\n  canaryPercent: 0.05",
        &["out-of-range"],
    );
    check("  strategy: linear\n  stepPercent: 2.9", &["out-of-range"]);
    check(
        "  strategy: linear\n  stepPercent: 100.1",
        &["out-of-range"],
    );
}

#[test]
fn without_its_rule_groups_and_role_nothing_can_move() {
    let text = with("  maximumPercent: 200", "  strategy: canary");
    let said = findings(&text);
    assert_eq!(codes(&said), ["strategy-traffic"], "{said}");
    for line in PAIR.lines().filter(|line| !line.contains("role:")) {
        if line.contains(": arn") {
            let text = with(GROUP, PAIR).replacen(&format!("{line}\n"), "", 1);
            let said = findings(&text.replacen("  maximumPercent: 200", "  strategy: linear", 1));
            assert_eq!(codes(&said), ["strategy-traffic"], "{said}");
        }
    }
}

#[test]
fn both_groups_the_same_or_one_rule_twice_is_an_error_at_its_place() {
    let same = PAIR.replace("/green/", "/blue/");
    let said =
        findings(&with(GROUP, &same).replacen("  maximumPercent: 200", "  strategy: canary", 1));
    assert_eq!(codes(&said), ["same-target-group"], "{said}");
    let rule = PAIR.lines().next().unwrap();
    let twice = format!(
        "{PAIR}\n{}",
        rule.replace("listenerRule", "testListenerRule")
    );
    let said =
        findings(&with(GROUP, &twice).replacen("  maximumPercent: 200", "  strategy: canary", 1));
    assert_eq!(codes(&said), ["rule-twice"], "{said}");
}

#[test]
fn one_group_and_a_pair_contradict_each_other() {
    let both = format!("{GROUP}\n{PAIR}");
    let said =
        findings(&with(GROUP, &both).replacen("  maximumPercent: 200", "  strategy: canary", 1));
    assert_eq!(codes(&said), ["traffic-both-ways"], "{said}");
}

#[test]
fn pauses_and_functions_at_a_shift_come_again_on_the_way_back() {
    check(
        "  strategy: canary\n  pause: [{ stage: PRODUCTION_TRAFFIC_SHIFT }]",
        &["pause-stage"],
    );
    let hook = "  strategy: canary\n  hooks: [{ stages: [TEST_TRAFFIC_SHIFT], lambda: \
                \"arn:aws:lambda:eu-west-1:111122223333:function:f\", role: \
                \"arn:aws:iam::111122223333:role/r\" }]";
    check(hook, &["hook-on-the-way-back"]);
    check(
        &hook.replace("function:f", "layer:f"),
        &["hook-on-the-way-back", "bad-lambda"],
    );
    check(
        &hook.replace("arn:aws:iam::111122223333:role/r", "r"),
        &["hook-on-the-way-back", "bad-role"],
    );
}

#[test]
fn no_stage_lasts_a_day_and_no_deployment_a_month() {
    check(
        "  strategy: linear\n  stepPercent: 3\n  stepBakeMinutes: 1440",
        &["stage-at-limit", "deployment-too-long"],
    );
    check(
        "  strategy: canary\n  bakeMinutes: 1440",
        &["stage-at-limit"],
    );
    check(
        "  strategy: blue-green\n  bakeMinutes: 1440",
        &["stage-at-limit"],
    );
    check(
        "  strategy: canary\n  canaryBakeMinutes: 1441",
        &["out-of-range"],
    );
    check(
        "  strategy: linear\n  stepPercent: 3\n  pause: [{ stage: PRE_PRODUCTION_TRAFFIC_SHIFT }]",
        &["deployment-too-long"],
    );
    check(
        "  strategy: canary\n  pause: [{ stage: POST_SCALE_UP, timeoutMinutes: 20160 }]",
        &[],
    );
    check(
        "  strategy: canary\n  pause: [{ stage: POST_SCALE_UP, timeoutMinutes: 20161 }]",
        &["out-of-range"],
    );
}

#[test]
fn a_step_that_is_judged_bakes_long_enough_and_has_no_other_pause_before_it() {
    let judged = |rollout: &str| {
        format!("  {rollout}\n  analysis: {{ metrics: [{{ metric: error_rate, margin: 0.01 }}] }}")
    };
    check(&judged("strategy: canary\n  canaryBakeMinutes: 17"), &[]);
    check(&judged("strategy: linear\n  stepBakeMinutes: 30"), &[]);
    check(
        &judged("strategy: canary\n  canaryBakeMinutes: 16"),
        &["bake-before-analysis"],
    );
    check(&judged("strategy: linear"), &["bake-before-analysis"]);
    check(
        &judged("strategy: canary\n  canaryPercent: 100\n  canaryBakeMinutes: 30"),
        &["analysis-unused"],
    );
    check(
        &judged("strategy: linear\n  stepPercent: 60\n  stepBakeMinutes: 30"),
        &["analysis-unused"],
    );
    check(&judged("strategy: blue-green"), &["other-strategy"]);
    check(
        &judged(
            "strategy: canary\n  canaryBakeMinutes: 30\n  pause: [{ stage: \
             PRE_PRODUCTION_TRAFFIC_SHIFT }]",
        ),
        &["analysis-pause"],
    );
    let pauses = ["{ stage: POST_SCALE_UP }"; 10].join(", ");
    check(
        &judged(&format!(
            "strategy: canary\n  canaryBakeMinutes: 30\n  pause: [{pauses}]"
        )),
        &["analysis-pause"],
    );
    // Each step may wait for its judgement to the end.
    check(
        &judged("strategy: linear\n  stepPercent: 3\n  stepBakeMinutes: 30"),
        &["deployment-too-long"],
    );
}

#[test]
fn a_bake_that_ends_before_an_alarm_or_that_nobody_watches_is_warned_of() {
    check(
        "  strategy: canary\n  canaryBakeMinutes: 3\n  alarms: [a]",
        &["bake-before-alarm"],
    );
    // Also where the bake is ECS's default: 10 minutes of a canary, 6 of a linear step.
    check(
        "  strategy: linear\n  alarms: [{ errorRate: { above: 2%, for: 5m } }]",
        &["bake-before-alarm"],
    );
    for (rollout, says) in [
        (
            "  strategy: canary\n  circuitBreaker: false",
            Some("neither the circuit breaker nor an alarm"),
        ),
        (
            "  strategy: canary\n  circuitBreaker: false\n  alarms: [a]",
            Some("no circuit breaker watches"),
        ),
        ("  strategy: blue-green", Some("no alarm watches")),
        ("  strategy: canary\n  alarms: [a]", None),
    ] {
        let said = said(rollout);
        let times = said.matches("shift-unwatched").count();
        assert_eq!(times, usize::from(says.is_some()), "{said}");
        assert!(says.is_none_or(|says| said.contains(says)), "{said}");
    }
}
