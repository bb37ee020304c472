//! Many services in one run.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::stage::{Run, Stage};

/// A folder of manifests that is gone with its owner.
pub(crate) struct Manifests(PathBuf);

impl Manifests {
    /// Writes a manifest for each service: its name, its version, and what more its service says.
    pub(crate) fn of(services: &[(&str, &str, &str)]) -> Self {
        let name = format!("mlship-fleet-{}", fastrand::u64(..));
        let folder = Self(std::env::temp_dir().join(name));
        fs::create_dir_all(&folder.0).unwrap();
        for (service, version, more) in services {
            folder.put(service, version, more);
        }
        folder
    }

    fn put(&self, service: &str, version: &str, more: &str) {
        let text = format!(
            "apiVersion: mlship/v1\nkind: ModelRelease\n\
             model: {{ name: {service}, version: \"{version}\" }}\n\
             image: registry.example.com/{service}:{version}\n\
             service: {{ cluster: ml-staging, name: {service}, desired: 1{more} }}\n\
             runtime:\n  cpu: 256\n  memory: 512\n  logs: {{ group: /ml/{service} }}\n  \
             roles: {{ execution: \"${{EXECUTION_ROLE}}\" }}\n\
             network: {{ subnets: [\"${{SUBNET_A}}\"], securityGroups: [\"${{SECURITY_GROUP}}\"] }}\n"
        );
        fs::write(self.0.join(format!("{service}.yaml")), text).unwrap();
    }

    /// Lets the manifest of a service say more, with what was made where it is for.
    pub(crate) fn place(&self, service: &str, exports: impl Fn(&str) -> String, more: &str) {
        let path = self.0.join(format!("{service}.yaml"));
        let mut text = fs::read_to_string(&path).unwrap() + more;
        for name in ["EXECUTION_ROLE", "SUBNET_A", "SECURITY_GROUP"] {
            text = text.replace(&format!("${{{name}}}"), &exports(name));
        }
        fs::write(path, text).unwrap();
    }

    /// Returns the folder.
    pub(crate) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn deploy(&self, stage: &Stage, more: &[&str]) -> Run {
        self.run(stage, "deploy", &[&["-o", "json"], more].concat())
    }

    /// Runs a command on all of them.
    pub(crate) fn run(&self, stage: &Stage, command: &str, more: &[&str]) -> Run {
        let folder = self.0.to_str().unwrap();
        stage.mlship(&[&[command, folder], more].concat(), "1")
    }
}

impl Drop for Manifests {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Returns each result as `service verdict`, in the order in which they were told.
fn results(run: &Run) -> Vec<String> {
    let lines = run.stdout.lines();
    let lines = lines.map(|line| serde_json::from_str(line).unwrap());
    let results = lines.filter(|line: &Value| line["event"] == "result");
    let words = results.map(|line| {
        let word = |name: &str| line[name].as_str().unwrap().to_owned();
        format!("{} {}", word("service"), word("verdict"))
    });
    words.collect()
}

fn sorted(mut results: Vec<String>) -> Vec<String> {
    results.sort();
    results
}

/// Returns the number of a service's task definition that serves.
fn serves(stage: &Stage, service: &str) -> String {
    let body = serde_json::json!({"cluster": "ml-staging", "services": [service]});
    let answer = stage.ask("DescribeServices", &body);
    let arn = answer["services"][0]["taskDefinition"].as_str().unwrap();
    arn.rsplit('/').next().unwrap().to_owned()
}

#[test]
fn services_of_one_run_roll_out_side_by_side_and_the_run_is_summed_up_last() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let names = ["a1", "a2", "a3", "a4", "a5", "a6"];
    let manifests = Manifests::of(&names.map(|name| (name, "1", "")));
    let run = manifests.deploy(&stage, &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(results(&run).len(), names.len());
    let last = run.result();
    assert_eq!(last["event"], "run");
    assert_eq!(last["services"], 6);
    assert_eq!(last["verdicts"]["succeeded"], 6);
    // One after the other they would take six times as long.
    let events = run.stdout.lines();
    let events = events.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let events: Vec<Value> = events.collect();
    let at = |event: &str| {
        events
            .iter()
            .position(|line| line["event"] == event)
            .unwrap()
    };
    let last_start = events.iter().rposition(|line| line["event"] == "started");
    assert!(last_start.unwrap() < at("result"), "{}", run.stdout);
}

#[test]
fn who_depends_on_a_failure_is_not_begun_and_the_others_are() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.break_version("9", "pull");
    let manifests = Manifests::of(&[
        ("base", "9", ""),
        ("top", "1", ", dependsOn: [base]"),
        ("other", "1", ""),
    ]);
    let run = manifests.deploy(&stage, &[]);
    let expected = ["base failed", "other succeeded", "top not_begun"];
    assert_eq!(sorted(results(&run)), expected, "{}", run.stdout);
    assert_eq!(run.code, 30);
    let said = "it depends on ml-staging/base, which failed";
    assert!(run.stdout.contains(said), "{}", run.stdout);
    assert!(
        run.stderr.contains("1 service is not begun"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_run_that_failed_takes_back_what_it_released() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let manifests = Manifests::of(&[("one", "1", ""), ("two", "1", "")]);
    assert_eq!(manifests.deploy(&stage, &[]).code, 0);
    stage.break_version("9", "pull");
    manifests.put("one", "2", "");
    manifests.put("two", "9", ", wave: 2");
    let run = manifests.deploy(&stage, &["--on-failure", "rollback"]);
    let expected = ["one succeeded", "two rolled_back", "one rolled_back"];
    assert_eq!(results(&run), expected, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.code, 31);
    assert_eq!(serves(&stage, "one"), "one:1");
    assert_eq!(run.result()["verdicts"]["rolled_back"], 2);
}

#[test]
fn beyond_the_failure_budget_no_wave_begins() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.break_version("9", "pull");
    let names = [("w1", "9"), ("w2", "1"), ("w3", "1"), ("w4", "1")];
    let manifests = Manifests::of(&names.map(|(name, version)| (name, version, "")));
    let more = ["--waves", "1,50%,100%", "--failure-budget", "0"];
    let run = manifests.deploy(&stage, &more);
    let expected = ["w1 failed", "w2 not_begun", "w3 not_begun", "w4 not_begun"];
    assert_eq!(sorted(results(&run)), expected, "{}", run.stdout);
    assert_eq!(stage.count("CreateService"), 1);
}

#[test]
fn a_resumed_run_does_what_is_left_and_repeats_no_failure() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let manifests = Manifests::of(&[("one", "1", ""), ("two", "1", "")]);
    assert_eq!(manifests.deploy(&stage, &[]).code, 0);
    stage.break_version("9", "pull");
    manifests.put("one", "9", "");
    manifests.put("two", "2", ", wave: 2");
    // A first release has nothing to go back to, and stays.
    manifests.put("new", "9", "");
    let run = manifests.deploy(&stage, &["--on-failure", "stop"]);
    let expected = ["new failed", "one rolled_back", "two not_begun"];
    assert_eq!(sorted(results(&run)), expected, "{}", run.stdout);
    assert!(
        run.stderr.contains("--on-failure stop --resume"),
        "{}",
        run.stderr
    );
    let run = manifests.deploy(&stage, &["--resume"]);
    let expected = ["new not_begun", "one not_begun", "two succeeded"];
    assert_eq!(sorted(results(&run)), expected, "{}", run.stdout);
    assert_eq!(run.code, 11);
    assert!(
        run.stdout.contains("this content rolled back at 20"),
        "{}",
        run.stdout
    );
    stage.control("task-faults", serde_json::json!({"faults": []}));
    let run = manifests.deploy(&stage, &["--resume", "--retry-failed"]);
    let expected = ["new succeeded", "one succeeded", "two unchanged"];
    assert_eq!(sorted(results(&run)), expected, "{}", run.stdout);
}

#[test]
fn only_selected_manifests_are_deployed_and_all_of_them_when_asked() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let manifests = Manifests::of(&[("one", "1", ""), ("two", "1", ""), ("three", "1", "")]);
    let run = manifests.deploy(&stage, &["--select", "name=t*"]);
    assert_eq!(sorted(results(&run)), ["three succeeded", "two succeeded"]);
    let run = manifests.deploy(&stage, &["--select", "name=t*", "--only", "all"]);
    assert_eq!(sorted(results(&run)), ["three succeeded", "two succeeded"]);
    let run = manifests.deploy(&stage, &["--select", "name=t*"]);
    assert_eq!(sorted(results(&run)), ["three unchanged", "two unchanged"]);
    let run = manifests.deploy(&stage, &["--select", "name=none"]);
    assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_signal_begins_nothing_more_and_says_how_to_go_on() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    stage.break_version("1", "hang");
    let manifests = Manifests::of(&[("one", "1", ""), ("two", "1", ", dependsOn: [one]")]);
    let folder = manifests.0.to_str().unwrap();
    let mut running = stage.start(&["deploy", folder, "-o", "json"], "1");
    running.wait_until_watching();
    running.signal("TERM");
    let run = running.end();
    assert_eq!(sorted(results(&run)), ["one interrupted", "two not_begun"]);
    assert!(
        run.stderr.contains("1 service is not begun"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("still in ECS's hands"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("--resume"), "{}", run.stderr);
}
