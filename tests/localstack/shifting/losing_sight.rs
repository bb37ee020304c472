//! Whoever watches goes away, loses a permission, or is overtaken by another release.

use super::{Shifting, cells, check};

/// A signal leaves the deployment alone; who attaches again sees its end.
fn interrupted(at: &str) {
    let Some(shifting) = Shifting::new("") else {
        return;
    };
    let ours = shifting.at(at);
    ours.signal("INT");
    check(&ours.end(), 130);
    let again = shifting.start(&["watch"], "8");
    shifting.go_on();
    check(&again.end(), 0);
    shifting.serves("8");
}

cells! { interrupted:
    a_signal_while_tasks_start_leaves_it_alone "SCALE_UP",
    a_signal_while_a_canary_bakes_leaves_it_alone "PRODUCTION_TRAFFIC_SHIFT",
    a_signal_in_the_last_bake_leaves_it_alone "BAKE_TIME",
    a_signal_while_old_tasks_stop_leaves_it_alone "CLEAN_UP",
}

/// The same deploy attaches to what a killed one began, and starts nothing.
fn killed(at: &str) {
    let Some(shifting) = Shifting::new("") else {
        return;
    };
    let ours = shifting.at(at);
    ours.signal("KILL");
    assert_ne!(ours.end().code, 0);
    let mut again = shifting.deploy();
    again.wait_for(r#""event":"attached""#);
    shifting.go_on();
    check(&again.end(), 0);
    assert_eq!(shifting.stage.count("UpdateService"), 1);
    shifting.serves("8");
}

cells! { killed:
    what_was_killed_while_tasks_start_is_attached_to "SCALE_UP",
    what_was_killed_while_a_canary_bakes_is_attached_to "PRODUCTION_TRAFFIC_SHIFT",
    what_was_killed_in_the_last_bake_is_attached_to "BAKE_TIME",
}

/// A newer release takes the place of one under way, where that is asked for.
fn superseded(at: &str) {
    let Some(shifting) = Shifting::new("") else {
        return;
    };
    let ours = shifting.at(at);
    let newer = shifting.start(&["deploy", "--if-busy", "supersede"], "9");
    shifting.wait_until_sent("UpdateService", 2);
    shifting.go_on();
    check(&newer.end(), 0);
    check(&ours.end(), 33);
    shifting.serves("9");
}

cells! { superseded:
    a_newer_release_while_tasks_start_takes_its_place "SCALE_UP",
    a_newer_release_while_a_canary_bakes_takes_its_place "PRODUCTION_TRAFFIC_SHIFT",
    a_newer_release_in_the_last_bake_takes_its_place "BAKE_TIME",
}

/// No success is told of traffic that nobody may see.
fn blinded(at: &str) {
    for action in [
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetHealth",
    ] {
        let Some(shifting) = Shifting::new("") else {
            return;
        };
        let ours = shifting.at(at);
        shifting.stage.control(
            "permissions",
            serde_json::json!({"allow": null, "deny": [action]}),
        );
        shifting.go_on();
        let run = ours.end();
        check(&run, 20);
        assert!(run.result().to_string().contains(action), "{}", run.stdout);
        shifting
            .stage
            .control("permissions", serde_json::json!({"allow": null}));
        shifting.watched(0);
        shifting.serves("8");
    }
}

cells! { blinded:
    a_permission_that_is_lost_while_tasks_start_is_no_success "SCALE_UP",
    a_permission_that_is_lost_while_a_canary_bakes_is_no_success "PRODUCTION_TRAFFIC_SHIFT",
    a_permission_that_is_lost_in_the_last_bake_is_no_success "BAKE_TIME",
}
