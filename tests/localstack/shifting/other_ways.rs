//! Linear releases, and changes of the strategy.

use serde_json::{Value, json};

use super::{CANARY, Shifting, check};

/// The canary's manifest with another way of moving traffic.
fn with(rollout: &str) -> String {
    let canary = std::fs::read_to_string(CANARY).unwrap();
    let (before, _) = canary.split_once("rollout:").unwrap();
    format!("{before}rollout:\n{rollout}")
}

fn linear() -> String {
    with("  strategy: linear\n  stepPercent: 40\n  stepBakeMinutes: 10\n  bakeMinutes: 5\n")
}

/// One service behind one group, deployed task by task.
fn rolling() -> String {
    let canary = std::fs::read_to_string(CANARY).unwrap();
    let (before, _) = canary.split_once("traffic:").unwrap();
    format!("{before}traffic: {{ targetGroup: \"${{BLUE_TARGET_GROUP}}\" }}\n")
}

#[test]
fn a_linear_release_is_told_step_by_step_and_an_abort_at_any_takes_it_back() {
    let Some(shifting) = Shifting::of(&linear(), &linear(), json!({})) else {
        return;
    };
    let mut ours = shifting.deploy();
    let weight = |newest: &Value| {
        newest["targetServiceRevision"]["requestedProductionTrafficWeight"].as_f64()
    };
    for step in [40.0, 80.0] {
        shifting.reach(|newest| weight(newest) == Some(step));
        let live = 100.0 - step;
        ours.wait_for(&format!(
            r#""requested":{{"live":{live:.1},"new":{step:.1}}}"#
        ));
    }
    shifting.is_taken_back(ours);
}

#[test]
fn a_linear_release_goes_through_whatever_becomes_of_the_rest() {
    for rest in ["own_step", "in_last_step"] {
        let reading = json!({"linear_remainder": rest});
        let Some(shifting) = Shifting::of(&linear(), &linear(), reading) else {
            return;
        };
        let ours = shifting.deploy();
        shifting.go_on();
        check(&ours.end(), 0);
        shifting.serves("8");
    }
}

/// From one group to a pair: at once, or where ECS wants a rolling deployment with the pair first,
/// nothing is done halfway.
#[test]
fn a_rolling_service_becomes_a_canary_or_stays_as_it_is() {
    let canary = std::fs::read_to_string(CANARY).unwrap();
    for (needs_rolling, code) in [(false, 0), (true, 20)] {
        let reading = json!({"switch_needs_rolling": needs_rolling});
        let Some(shifting) = Shifting::of(&rolling(), &canary, reading) else {
            return;
        };
        shifting.go_on();
        let run = shifting.run(&["deploy"]);
        check(&run, code);
        shifting.stage.set_speed(0);
        if code == 0 {
            shifting.serves("8");
        } else {
            let status = shifting.run(&["status"]).document();
            assert_eq!(
                status["services"][0]["release"]["version"], "7",
                "{status:#}"
            );
        }
    }
}
