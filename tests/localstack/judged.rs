//! Canaries that are judged beside the release that serves, by `manifests/fraud-shift/judged.yaml`.

use serde_json::{Value, json};

use crate::stage::folder::Folder;
use crate::stage::{Run, Stage};

const JUDGED: &str = "manifests/fraud-shift/judged.yaml";

/// A stage in which version 7 serves so many requests a minute.
fn serving(requests: u32) -> Option<Stage> {
    let stage = Stage::with_controls()?;
    stage.set_speed(300);
    let first = deploy(&stage, "7", &[]);
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    // Nothing served beside it.
    assert_eq!(judgements(&first), [json!(null); 0]);
    stage.control("profile", json!({"requests_a_minute": requests}));
    Some(stage)
}

fn deploy(stage: &Stage, version: &str, more: &[&str]) -> Run {
    stage.mlship(&[&["deploy", JUDGED, "-o", "json"], more].concat(), version)
}

fn judgements(run: &Run) -> Vec<Value> {
    let lines = run.stdout.lines();
    let events = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    events.filter(|event| event["event"] == "judged").collect()
}

fn decisions(run: &Run) -> Vec<Value> {
    let judged = judgements(run).into_iter();
    judged.map(|event| event["decision"].clone()).collect()
}

#[test]
fn a_release_that_is_as_good_takes_its_second_step_and_nobody_is_asked() {
    let Some(stage) = serving(3000) else { return };
    let run = deploy(&stage, "8", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(decisions(&run), ["goes_on"], "{}", run.stdout);
    let judged = &judgements(&run)[0];
    assert_eq!((&judged["step"], &judged["steps"]), (&json!(1), &json!(2)));
    assert!(judged["metrics"][0]["new"]["requests"].as_u64().unwrap() >= 1000);
    assert_eq!(stage.count("ContinueServiceDeployment"), 4);
    let again = stage.mlship(&["diff", JUDGED, "--exit-code"], "8");
    assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
}

#[test]
fn a_release_that_answers_wrongly_goes_back_with_both_rates_as_the_cause() {
    let Some(stage) = serving(3000) else { return };
    let fault = json!({"image": ":8$", "kind": "errors", "share": 0.1});
    stage.control("task-faults", json!({"faults": [fault]}));
    let run = deploy(&stage, "8", &[]);
    assert_eq!(run.code, 31, "{}{}", run.stdout, run.stderr);
    let result = run.result();
    assert_eq!(result["verdict"], "rolled_back");
    assert_eq!(result["failure"]["cause"], "analysis");
    let reason = result["failure"]["reason"].as_str().unwrap();
    assert!(reason.contains("error_rate 10 % beside 0 %"), "{reason}");
    assert_eq!(decisions(&run), ["goes_back"]);
}

#[test]
fn where_nobody_can_tell_it_waits_for_somebody_and_says_what_it_takes() {
    let Some(stage) = serving(60) else { return };
    let run = deploy(&stage, "8", &["--until", "paused"]);
    assert_eq!(run.code, 34, "{}{}", run.stdout, run.stderr);
    let judged = judgements(&run);
    assert_eq!(decisions(&run), ["undecided"]);
    assert_eq!(judged[0]["metrics"][0]["lack"], "requests");
    assert!(judged[0]["metrics"][0]["minutes_more"].as_u64().unwrap() > 100);
    let pause = &run.result()["pauses"][0];
    assert_eq!(pause["stage"], "PRE_PRODUCTION_TRAFFIC_SHIFT");
    assert_eq!(pause["on_timeout"], "rollback");
    let promoted = stage.mlship(&["promote", JUDGED, "--follow", "-o", "json"], "8");
    assert_eq!(promoted.code, 0, "{}{}", promoted.stdout, promoted.stderr);
}

#[test]
fn what_a_killed_pipeline_left_waits_and_is_judged_by_whoever_comes() {
    let Some(stage) = serving(3000) else { return };
    let mut killed = stage.start(&["deploy", JUDGED, "-o", "json"], "8");
    killed.wait_for(r#""event":"weights""#);
    killed.signal("KILL");
    killed.end();
    let watched = stage.mlship(&["watch", JUDGED, "--until", "paused", "-o", "json"], "8");
    assert_eq!(watched.code, 34, "{}{}", watched.stdout, watched.stderr);
    let judged = stage.mlship(&["promote", JUDGED, "--judge", "-o", "json"], "8");
    assert_eq!(judged.code, 0, "{}{}", judged.stdout, judged.stderr);
    assert_eq!(decisions(&judged), ["goes_on"]);
}

/// The judged canary, as a linear release: 40 %, 80 %, and all of it.
fn linear(folder: &Folder) -> String {
    let judged = std::fs::read_to_string(JUDGED).unwrap();
    let linear = judged
        .replace("strategy: canary", "strategy: linear")
        .replace("canaryPercent: 10", "stepPercent: 40")
        .replace("canaryBakeMinutes", "stepBakeMinutes");
    folder.put("linear.yaml", &linear)
}

#[test]
fn each_step_of_a_linear_release_but_the_last_is_judged() {
    let Some(stage) = serving(3000) else { return };
    let folder = Folder::new();
    let manifest = linear(&folder);
    let good = stage.mlship(&["deploy", &manifest, "-o", "json"], "8");
    assert_eq!(good.code, 0, "{}{}", good.stdout, good.stderr);
    assert_eq!(decisions(&good), ["goes_on", "goes_on"], "{}", good.stdout);
    let steps: Vec<Value> = (judgements(&good).iter())
        .map(|event| json!([event["step"], event["steps"]]))
        .collect();
    assert_eq!(steps, [json!([1, 3]), json!([2, 3])]);
    // It gets bad in its second step, 20 minutes after its first requests.
    let fault = json!({"image": ":9$", "kind": "errors", "share": 0.1, "after": 1500});
    stage.control("task-faults", json!({"faults": [fault]}));
    let bad = stage.mlship(&["deploy", &manifest, "-o", "json"], "9");
    assert_eq!(bad.code, 31, "{}{}", bad.stdout, bad.stderr);
    assert_eq!(decisions(&bad), ["goes_on", "goes_back"], "{}", bad.stdout);
    assert_eq!(bad.result()["failure"]["cause"], "analysis");
}
