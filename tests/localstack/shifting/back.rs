//! What takes a deployment back: somebody, tasks that fail, a function that says no, a pause that
//! ran out. All traffic is where it was, and the verdict is 31.

use serde_json::json;

use super::{Shifting, cells, check};

fn aborted(at: &str) {
    let Some(shifting) = Shifting::new("") else {
        return;
    };
    let ours = shifting.at(at);
    let abort = shifting.start(&["abort"], "8");
    shifting.wait_until_sent("StopServiceDeployment", 1);
    shifting.go_on();
    let abort = abort.end();
    check(&abort, 0);
    assert_eq!(abort.result()["verdict"], "rolled_back");
    check(&ours.end(), 31);
    shifting.serves("7");
}

cells! { aborted:
    an_abort_while_tasks_start_takes_it_back "SCALE_UP",
    an_abort_before_traffic_moves_takes_it_back "PRE_PRODUCTION_TRAFFIC_SHIFT",
    an_abort_while_a_canary_bakes_takes_it_back "PRODUCTION_TRAFFIC_SHIFT",
    an_abort_in_the_last_bake_takes_it_back "BAKE_TIME",
    an_abort_while_old_tasks_stop_takes_it_back "CLEAN_UP",
}

/// The same by `rollback`, which says until when that takes seconds.
#[test]
fn a_rollback_in_the_last_bake_stops_it_and_after_the_end_is_a_deployment_of_its_own() {
    let Some(shifting) = Shifting::new("") else {
        return;
    };
    let ours = shifting.at("BAKE_TIME");
    let status = shifting.run(&["status"]);
    let until = &status.document()["services"][0]["deployment"]["instant_return_until"];
    assert!(until.is_string(), "{}", status.stdout);
    let back = shifting.start(&["rollback"], "8");
    shifting.wait_until_sent("StopServiceDeployment", 1);
    shifting.go_on();
    let back = back.end();
    check(&back, 0);
    let said = format!(
        "going back takes seconds: what served before still runs until {}",
        &until.as_str().unwrap()[..17]
    );
    assert!(back.stdout.contains(&said), "{said}: {}", back.stdout);
    check(&ours.end(), 31);
    shifting.serves("7");
    let again = shifting.start(&["deploy"], "9");
    check(&again.end(), 0);
    let back = shifting.run(&["rollback"]);
    check(&back, 0);
    assert!(
        back.stdout.contains("this is a new deployment"),
        "{}",
        back.stdout
    );
    shifting.serves("7");
}

#[test]
fn a_dry_run_says_which_deployment_is_taken_back_and_where_traffic_goes_and_this_is_done() {
    let Some(shifting) = Shifting::new("") else {
        return;
    };
    let ours = shifting.at("PRODUCTION_TRAFFIC_SHIFT");
    let shown = shifting.run(&["rollback", "--dry-run"]);
    check(&shown, 0);
    let shown = shown.document()["services"][0].take();
    assert_eq!(shown["effect"], "take_back", "{shown:#}");
    assert_eq!(shown["changes"], json!([]), "{shown:#}");
    let taken = &shown["takes_back"];
    assert_eq!(taken["traffic"], json!({"new": 10.0, "live": 90.0}));
    assert_eq!(taken["instant"], true, "{shown:#}");
    assert!(taken["target_group"].is_string(), "{shown:#}");
    let updates = shifting.stage.count("UpdateService");
    let back = shifting.start(&["rollback"], "8");
    shifting.wait_until_sent("StopServiceDeployment", 1);
    shifting.go_on();
    let back = back.end();
    check(&back, 0);
    for note in shown["notes"].as_array().unwrap() {
        assert!(
            back.stdout.contains(note.as_str().unwrap()),
            "{note}: {}",
            back.stdout
        );
    }
    assert_eq!(shifting.stage.count("UpdateService"), updates);
    check(&ours.end(), 31);
    shifting.serves("7");
}

#[test]
fn status_tells_both_shares_while_traffic_moves() {
    let Some(shifting) = Shifting::new("") else {
        return;
    };
    let ours = shifting.at("PRODUCTION_TRAFFIC_SHIFT");
    let status = shifting.run(&["status"]);
    check(&status, 0);
    let status = status.document();
    let releases = status["services"][0]["releases"].as_array().unwrap();
    let of = |release: &serde_json::Value| {
        let role = release["role"].as_str().unwrap().to_owned();
        (role, release["weight"].as_f64().unwrap())
    };
    let found: Vec<(String, f64)> = releases.iter().map(of).collect();
    let expected = [("serving".to_owned(), 90.0), ("arriving".to_owned(), 10.0)];
    assert_eq!(found, expected, "{status}");
    assert!(
        releases.iter().all(|it| it["healthy"].as_u64() > Some(0)),
        "{status}"
    );
    shifting.is_taken_back(ours);
}

#[test]
fn in_the_last_bake_the_new_release_serves_and_the_old_one_leaves() {
    let Some(shifting) = Shifting::new("") else {
        return;
    };
    let ours = shifting.at("BAKE_TIME");
    let status = shifting.run(&["status"]).document()["services"][0].take();
    assert_eq!(status["release"]["version"], "8", "{status:#}");
    let roles: Vec<&str> = (status["releases"].as_array().unwrap().iter())
        .map(|release| release["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["serving", "leaving"], "{status:#}");
    shifting.is_taken_back(ours);
}

#[test]
fn an_abort_at_a_pause_takes_it_back() {
    let Some(shifting) = Shifting::new(super::PAUSE) else {
        return;
    };
    let ours = shifting.at_the_pause();
    shifting.is_taken_back(ours);
}

#[test]
fn a_pause_that_runs_out_goes_back_or_on_as_it_was_configured() {
    for (then, code, version) in [("rollback", 31, "7"), ("continue", 0, "8")] {
        let pause = format!(
            "  pause:\n    - {{ stage: POST_SCALE_UP, timeoutMinutes: 60, onTimeout: {then} }}\n"
        );
        let Some(shifting) = Shifting::new(&pause) else {
            return;
        };
        let ours = shifting.at_the_pause();
        shifting.advance(3601);
        shifting.go_on();
        let run = ours.end();
        check(&run, code);
        if then == "rollback" {
            let failure = run.result()["failure"].take();
            assert_eq!(failure["cause"], "pause_timed_out", "{failure:#}");
            let help = failure["help"].as_str().unwrap();
            assert!(help.contains("ecs:ContinueServiceDeployment"), "{help}");
        }
        shifting.serves(version);
    }
}

/// A function that says no at a stage.
fn refused(at: &str) {
    let hook = format!(
        "  hooks:\n    - stages: [{at}]\n      lambda: arn:aws:lambda:us-east-1:111122223333:function:smoke-test\n      role: \"${{LOAD_BALANCER_ROLE}}\"\n"
    );
    let Some(shifting) = Shifting::new(&hook) else {
        return;
    };
    let no = json!({"target": "smoke-test", "stage": at, "status": "FAILED", "times": 1});
    shifting
        .stage
        .control("hook-answers", json!({"answers": [no]}));
    let ours = shifting.deploy();
    shifting.go_on();
    let run = ours.end();
    check(&run, 31);
    let failure = run.result()["failure"].take();
    assert_eq!(failure["cause"], "hook_failed", "{failure:#}");
    let said = format!("function smoke-test said no at {at}");
    assert_eq!(failure["summary"], said, "{failure:#}");
    let help = failure["help"].as_str().unwrap();
    assert!(help.contains("/aws/lambda/smoke-test"), "{help}");
    shifting.serves("7");
}

cells! { refused:
    a_function_that_says_no_before_tasks_start_takes_it_back "PRE_SCALE_UP",
    a_function_that_says_no_before_traffic_moves_takes_it_back "POST_SCALE_UP",
    a_function_that_says_no_before_a_step_takes_it_back "PRE_PRODUCTION_TRAFFIC_SHIFT",
    a_function_that_says_no_at_a_step_takes_it_back "PRODUCTION_TRAFFIC_SHIFT",
    a_function_that_says_no_after_all_traffic_moved_takes_it_back "POST_PRODUCTION_TRAFFIC_SHIFT",
}

/// Tasks of the new release fail, each in its way.
fn failing(mut faults: Vec<serde_json::Value>) {
    let Some(shifting) = Shifting::new("") else {
        return;
    };
    for fault in &mut faults {
        fault["image"] = json!(":8$");
    }
    let faults = json!({"faults": faults});
    shifting.stage.control("task-faults", faults);
    let ours = shifting.deploy();
    shifting.go_on();
    check(&ours.end(), 31);
    shifting.serves("7");
}

#[test]
fn tasks_that_fail_at_their_start_take_it_back() {
    failing(vec![json!({"kind": "crash"})]);
}

/// Where what replaces them were healthy for a while, ECS would count anew.
#[test]
fn tasks_that_turn_unhealthy_while_a_canary_bakes_take_it_back() {
    let first = json!({"kind": "lb_unhealthy", "after": 120, "times": 2});
    failing(vec![first, json!({"kind": "crash"})]);
}
