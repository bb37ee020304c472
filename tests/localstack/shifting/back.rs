//! What takes a deployment back: an alarm, somebody, tasks that fail, a function that says no, a
//! pause that ran out. All traffic is where it was, and the verdict is 31.

use serde_json::json;

use super::faults::ALARM;
use super::place::{self, Place, with};
use super::{Shifting, at, at_by, check, in_account};

/// An alarm that is watched goes off, whatever it is about.
pub(super) fn alarmed(place: &Place) {
    at_by(
        place,
        &format!("  alarms: [{ALARM}]\n"),
        |shifting, ours| {
            shifting.set_off();
            shifting.go_on();
            let run = ours.end();
            check(&run, 31);
            let failure = &run.result()["failure"];
            assert_eq!(failure["cause"], "alarm", "{failure}");
            assert!(failure.to_string().contains(ALARM), "{failure}");
            "7"
        },
    );
}

/// The new release answers its requests with errors from here on: the alarm that the manifest
/// describes goes off by what the load balancer counts.
pub(super) fn answering_errors(place: &Place) {
    let alarms = "  alarms:\n    - errorRate: { above: 2%, for: 2m }\n";
    at_by(place, alarms, |shifting, ours| {
        let requests = json!({"requests_a_minute": 600});
        shifting.stage.control("profile", requests);
        shifting.break_tasks(json!({"kind": "errors", "share": 0.5}));
        shifting.go_on();
        let run = ours.end();
        check(&run, 31);
        let failure = &run.result()["failure"];
        assert_eq!(failure["cause"], "alarm", "{failure}");
        assert!(failure.to_string().contains("-errorRate"), "{failure}");
        "7"
    });
}

pub(super) fn aborted(place: &Place) {
    at(place, Shifting::is_taken_back);
}

/// Tasks of the new release crash from here on.
pub(super) fn failing(place: &Place) {
    at(place, |shifting, ours| {
        shifting.break_tasks(json!({"kind": "crash"}));
        shifting.go_on();
        check(&ours.end(), 31);
        "7"
    });
}

/// Nobody says anything before the end of a wait.
pub(super) fn left_waiting(place: &Place) {
    for (then, code, version) in [("rollback", 31, "7"), ("continue", 0, "8")] {
        let pause = format!("timeoutMinutes: 5, onTimeout: {then}");
        let manifest = place.manifest("").replace("timeoutMinutes: 10080", &pause);
        in_account([place.unpaused(), manifest], json!({}), |shifting| {
            let ours = shifting.come_to(place);
            shifting.advance(5 * 60);
            shifting.go_on();
            let run = ours.end();
            check(&run, code);
            if then == "rollback" {
                let failure = run.result()["failure"].take();
                assert_eq!(failure["cause"], "pause_timed_out", "{failure:#}");
                let help = failure["help"].as_str().unwrap();
                assert!(help.contains("ecs:ContinueServiceDeployment"), "{help}");
            }
            version
        });
    }
}

/// A function that says no at a stage, when it is asked there for the last time.
fn refused(rollout: &str, stage: &str, times: u32) {
    let hook = format!(
        "  hooks:\n    - stages: [{stage}]\n      lambda: arn:aws:lambda:us-east-1:111122223333:function:smoke-test\n      role: \"${{LOAD_BALANCER_ROLE}}\"\n"
    );
    let manifests = [rollout, &format!("{rollout}{hook}")].map(with);
    in_account(manifests, json!({}), |shifting| {
        let answer = |status: &str, times: u32| json!({"target": "smoke-test", "stage": stage, "status": status, "times": times});
        let answers = json!({"answers": [answer("SUCCEEDED", times - 1), answer("FAILED", 1)]});
        shifting.stage.control("hook-answers", answers);
        let ours = shifting.deploy();
        shifting.go_on();
        let run = ours.end();
        check(&run, 31);
        let failure = run.result()["failure"].take();
        assert_eq!(failure["cause"], "hook_failed", "{failure:#}");
        let said = format!("function smoke-test said no at {stage}");
        assert_eq!(failure["summary"], said, "{failure:#}");
        let help = failure["help"].as_str().unwrap();
        assert!(help.contains("/aws/lambda/smoke-test"), "{help}");
        "7"
    });
}

/// A test of each place where a function may say no: its strategy, stage and how often it is asked.
macro_rules! refused {
    ($($name:ident $rollout:ident $stage:literal $times:literal;)+) => {
        $(#[test]
        fn $name() {
            refused(place::$rollout, $stage, $times);
        })+
    };
}

refused! {
    a_function_that_says_no_before_tasks_start_takes_it_back CANARY "PRE_SCALE_UP" 1;
    a_function_that_says_no_before_traffic_moves_takes_it_back CANARY "POST_SCALE_UP" 1;
    a_function_that_says_no_before_the_first_step_takes_it_back CANARY "PRE_PRODUCTION_TRAFFIC_SHIFT" 1;
    a_function_that_says_no_before_the_rest_takes_it_back CANARY "PRE_PRODUCTION_TRAFFIC_SHIFT" 2;
    a_function_that_says_no_at_a_step_takes_it_back CANARY "PRODUCTION_TRAFFIC_SHIFT" 1;
    a_function_that_says_no_at_the_last_step_takes_it_back CANARY "PRODUCTION_TRAFFIC_SHIFT" 2;
    a_function_that_says_no_after_all_traffic_moved_takes_it_back CANARY "POST_PRODUCTION_TRAFFIC_SHIFT" 1;
    a_function_that_says_no_at_a_linear_step_takes_it_back LINEAR "PRODUCTION_TRAFFIC_SHIFT" 2;
    a_function_that_says_no_before_blue_green_traffic_takes_it_back BLUE_GREEN "POST_TEST_TRAFFIC_SHIFT" 1;
    a_function_that_says_no_as_blue_green_traffic_moves_takes_it_back BLUE_GREEN "PRODUCTION_TRAFFIC_SHIFT" 1;
    a_function_that_says_no_in_a_blue_green_test_takes_it_back BLUE_GREEN "TEST_TRAFFIC_SHIFT" 1;
}
