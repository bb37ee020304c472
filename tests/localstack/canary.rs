//! Deployments that move traffic between two target groups, by `manifests/fraud-shift/canary.yaml`.

use serde_json::{Value, json};

use crate::stage::folder::Folder;
use crate::stage::{Run, Stage};

const BLUE_GREEN: &str = "manifests/fraud-shift/blue-green.yaml";
const CANARY: &str = "manifests/fraud-shift/canary.yaml";

fn stage() -> Option<Stage> {
    let stage = Stage::with_controls()?;
    stage.set_speed(300);
    Some(stage)
}

fn deploy(stage: &Stage, version: &str, more: &[&str]) -> Run {
    stage.mlship(&[&["deploy", CANARY, "-o", "json"], more].concat(), version)
}

/// A stage in which version 7 serves.
fn serving() -> Option<Stage> {
    let stage = stage()?;
    let run = deploy(&stage, "7", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    Some(stage)
}

fn events(run: &Run, kind: &str) -> Vec<Value> {
    let lines = run.stdout.lines();
    let events = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    events.filter(|event| event["event"] == kind).collect()
}

/// Returns the weights of the canary's blue and green group.
fn weights(stage: &Stage) -> [u32; 2] {
    weights_by(stage, "CANARY_RULE", ["BLUE", "GREEN"])
}

fn weights_by(stage: &Stage, rule: &str, groups: [&str; 2]) -> [u32; 2] {
    groups.map(|group| {
        let group = stage.export(&format!("{group}_TARGET_GROUP"));
        stage.weight(stage.export(rule), group).unwrap_or(0)
    })
}

/// Writes the weights of the rule by hand.
fn reset(stage: &Stage, [blue, green]: [u32; 2]) {
    let groups = "Actions.member.1.ForwardConfig.TargetGroups.member";
    let (blue, green) = (blue.to_string(), green.to_string());
    let member = |number: u32, field: &str| format!("{groups}.{number}.{field}");
    stage.ask_elb(&[
        ("Action", "ModifyRule"),
        ("RuleArn", stage.export("CANARY_RULE")),
        ("Actions.member.1.Type", "forward"),
        (
            &member(1, "TargetGroupArn"),
            stage.export("BLUE_TARGET_GROUP"),
        ),
        (&member(1, "Weight"), &blue),
        (
            &member(2, "TargetGroupArn"),
            stage.export("GREEN_TARGET_GROUP"),
        ),
        (&member(2, "Weight"), &green),
    ]);
}

#[test]
fn a_canary_is_told_stage_by_stage_with_the_weights_of_each_step() {
    let Some(stage) = serving() else { return };
    // Each bake lasts for some looks of a busy machine.
    stage.set_speed(60);
    let run = deploy(&stage, "8", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["verdict"], "succeeded");
    let weights: Vec<Value> = events(&run, "weights")
        .iter()
        .map(|event| event["requested"]["new"].clone())
        .collect();
    let mut steps = weights.clone();
    steps.dedup();
    assert_eq!(steps, [json!(10.0), json!(100.0)], "{weights:?}");
    let stages = events(&run, "stage");
    let named: Vec<&str> = stages
        .iter()
        .filter_map(|event| event["stage"].as_str())
        .collect();
    for stage in ["PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME"] {
        assert!(named.contains(&stage), "{named:?}");
    }
    let shifts = stages
        .iter()
        .filter(|event| event["stage"] == "PRODUCTION_TRAFFIC_SHIFT");
    let steps: Vec<Value> = shifts.map(|event| event["step"].clone()).collect();
    // The last step has no bake: it may be over before anybody looks.
    assert_eq!(steps[0], json!(1), "{stages:?}");
}

#[test]
fn the_same_release_again_changes_nothing_whichever_group_is_live() {
    let Some(stage) = serving() else { return };
    for version in ["8", "9"] {
        let run = deploy(&stage, version, &[]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        let again = stage.mlship(&["diff", CANARY, "--exit-code"], version);
        assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
    }
}

#[test]
fn a_canary_that_fails_is_back_and_all_traffic_is_where_it_was() {
    let Some(stage) = serving() else { return };
    let before = weights(&stage);
    stage.break_version("8", "crash");
    let run = deploy(&stage, "8", &[]);
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["verdict"], "rolled_back");
    assert_eq!(weights(&stage), before);
}

#[test]
fn traffic_that_somebody_moves_during_the_bake_makes_no_success() {
    let Some(stage) = serving() else { return };
    // However busy this machine is, the bake is not over before the rule was written.
    let long = std::fs::read_to_string(CANARY).unwrap();
    let long = long.replace("  bakeMinutes: 5\n", "  bakeMinutes: 600\n");
    let folder = Folder::new();
    let file = folder.put("long.yaml", &long);
    let mut ours = stage.start(&["deploy", &file, "-o", "json"], "8");
    ours.wait_for(r#""stage":"BAKE_TIME""#);
    // The old fleet gets everything, and stops at the clean-up.
    let [blue, green] = weights(&stage);
    assert_ne!(blue > 0, green > 0);
    reset(&stage, [green, blue]);
    stage.set_speed(6_000);
    let run = ours.end();
    assert_eq!(run.code, 35, "{}{}", run.stdout, run.stderr);
    let result = run.result();
    assert_eq!(result["verdict"], "misrouted");
    let said = result["error"].as_str().unwrap();
    let wrong = if green > 0 {
        "fraud-blue"
    } else {
        "fraud-green"
    };
    assert!(said.contains(&format!("100 % to {wrong}")), "{said}");
    let watch = |code| {
        let run = stage.mlship(&["watch", CANARY, "-o", "json"], "0");
        assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
    };
    watch(35);
    let status = || {
        let run = stage.mlship(&["status", CANARY, "-o", "json"], "0");
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        run.document()["services"][0]["misrouted"].take()
    };
    let told = status();
    let words = told["wrong"].as_array().unwrap().iter();
    let words: Vec<&str> = words.map(|word| word.as_str().unwrap()).collect();
    assert_eq!(said, format!("traffic is wrong: {}", words.join("; ")));
    let hint = told["hint"].as_str().unwrap();
    assert!(hint.contains("traffic repair"), "{hint}");
    reset(&stage, [blue, green]);
    watch(0);
    assert!(status().is_null());
}

/// Runs a command on the service that waits before its traffic moves.
fn on(stage: &Stage, command: &[&str], version: &str) -> Run {
    let [name, more @ ..] = command else {
        panic!("no command")
    };
    stage.mlship(
        &[&[*name, BLUE_GREEN, "-o", "json"], more].concat(),
        version,
    )
}

#[test]
fn a_deployment_that_waits_goes_on_by_a_promotion_and_back_by_an_abort() {
    let Some(stage) = stage() else { return };
    let paused = |version| {
        let run = on(&stage, &["deploy", "--until", "paused"], version);
        assert_eq!(run.code, 34, "{}{}", run.stdout, run.stderr);
        let result = run.result();
        assert_eq!(result["verdict"], "paused");
        let pause = result["pauses"][0].clone();
        assert_eq!(pause["stage"], "POST_SCALE_UP", "{pause}");
        assert_eq!(pause["on_timeout"], "rollback");
        assert_eq!(events(&run, "paused").len(), 1);
        pause
    };
    // The first release has no traffic to lose, and waits all the same.
    let first = paused("7");
    let busy = on(&stage, &["deploy"], "8");
    assert_eq!(busy.code, 11, "{}{}", busy.stdout, busy.stderr);
    assert!(
        busy.result()["hint"]
            .as_str()
            .unwrap()
            .contains("mlship promote")
    );
    let promote = |more: &[&str]| on(&stage, &[&["promote"], more].concat(), "7");
    let followed = promote(&["--follow"]);
    assert_eq!(followed.code, 0, "{}{}", followed.stdout, followed.stderr);
    assert_eq!(followed.result()["verdict"], "succeeded");
    let again = promote(&["--hook", first["hook"].as_str().unwrap()]);
    assert!(
        [0, 11].contains(&again.code),
        "{}{}",
        again.stdout,
        again.stderr
    );
    let weights = || weights_by(&stage, "SWITCHED_RULE", ["SWITCHED_BLUE", "SWITCHED_GREEN"]);
    let before = weights();
    paused("8");
    let back = on(&stage, &["abort"], "8");
    assert_eq!(back.code, 0, "{}{}", back.stdout, back.stderr);
    let watched = on(&stage, &["watch"], "8");
    assert_eq!(watched.code, 31, "{}{}", watched.stdout, watched.stderr);
    assert_eq!(weights(), before);
}

#[test]
fn a_split_rule_is_refused_before_anything_is_written_and_mended_on_request_alone() {
    let Some(stage) = serving() else { return };
    let right = weights(&stage);
    let split = right.map(|weight| if weight > 0 { 90 } else { 10 });
    reset(&stage, split);
    let registered = stage.count("RegisterTaskDefinition");
    let refused = deploy(&stage, "8", &[]);
    assert_eq!(refused.code, 11, "{}{}", refused.stdout, refused.stderr);
    assert!(
        refused.stdout.contains("mlship traffic repair"),
        "{}",
        refused.stdout
    );
    assert_eq!(stage.count("RegisterTaskDefinition"), registered);
    let repair = |more: &[&str]| {
        let run = stage.mlship(&[&["traffic", "repair", CANARY], more].concat(), "7");
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    };
    repair(&[]);
    assert_eq!(weights(&stage), split);
    repair(&["--apply"]);
    let mended = weights(&stage);
    assert_eq!(
        mended.map(|weight| weight > 0),
        right.map(|weight| weight > 0)
    );
    let run = deploy(&stage, "8", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_release_whose_deployment_has_ended_is_taken_back_in_one_step_and_the_next_is_a_canary_again() {
    let Some(stage) = serving() else { return };
    let before = weights(&stage);
    let run = deploy(&stage, "8", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let back = stage.mlship(&["rollback", CANARY, "-o", "json"], "8");
    assert_eq!(back.code, 0, "{}{}", back.stdout, back.stderr);
    let bakes = events(&back, "stage").into_iter();
    assert_eq!(bakes.filter(|stage| !stage["ends"].is_null()).count(), 0);
    assert_eq!(weights(&stage), before);
    let served = &back.result()["release"]["version"];
    assert_eq!(served, "7");
    let next = deploy(&stage, "9", &[]);
    assert_eq!(next.code, 0, "{}{}", next.stdout, next.stderr);
    let steps = events(&next, "stage").into_iter();
    assert!(steps.filter(|stage| !stage["ends"].is_null()).count() > 0);
}
