//! What lets a deployment go on, and what does not hold it up.

use super::{PAUSE, Shifting, cells, check, waits};

/// Where nothing waits there is nothing to promote, and the deployment goes its way.
fn promoted_too_early(at: &str) {
    let Some(shifting) = Shifting::new("") else {
        return;
    };
    let ours = shifting.at(at);
    check(&shifting.run(&["promote"]), 11);
    assert_eq!(shifting.stage.count("ContinueServiceDeployment"), 0);
    shifting.go_on();
    check(&ours.end(), 0);
    shifting.serves("8");
}

cells! { promoted_too_early:
    nothing_is_promoted_while_tasks_start "SCALE_UP",
    nothing_is_promoted_while_a_canary_bakes "PRODUCTION_TRAFFIC_SHIFT",
    nothing_is_promoted_in_the_last_bake "BAKE_TIME",
}

/// Each step waits anew: a promotion ends one wait.
#[test]
fn each_pause_goes_on_by_a_promotion_of_its_own() {
    let Some(shifting) = Shifting::new(PAUSE) else {
        return;
    };
    let ours = shifting.at_the_pause();
    check(&shifting.run(&["promote"]), 0);
    // The first step bakes, and then it waits again.
    shifting.reach(|newest| !waits(newest));
    shifting.reach(waits);
    check(&shifting.run(&["promote"]), 0);
    assert_eq!(shifting.stage.count("ContinueServiceDeployment"), 2);
    shifting.go_on();
    check(&ours.end(), 0);
    shifting.serves("8");
}

/// Two who decide at once: the second one is told, and nothing is sent twice.
#[test]
fn all_pauses_go_on_by_one_command_and_a_second_one_is_told() {
    let Some(shifting) = Shifting::new(PAUSE) else {
        return;
    };
    let ours = shifting.at_the_pause();
    let all = shifting.start(&["promote", "--all", "--yes"], "8");
    shifting.wait_until_sent("ContinueServiceDeployment", 1);
    let hook = shifting.newest()["lifecycleHookDetails"][0]["hookId"].clone();
    let second = shifting.run(&["promote", "--hook", hook.as_str().unwrap()]);
    check(&second, 0);
    assert_eq!(second.result()["continued"][0]["already"], true);
    shifting.go_on();
    let all = all.end();
    check(&all, 0);
    assert_eq!(all.result()["verdict"], "succeeded");
    let continued = all.result()["continued"].clone();
    assert_eq!(continued.as_array().unwrap().len(), 2, "{continued}");
    assert_eq!(shifting.stage.count("ContinueServiceDeployment"), 2);
    check(&ours.end(), 0);
    shifting.serves("8");
}

/// A pipeline has no terminal to be asked on.
#[test]
fn all_pauses_take_a_word_where_nobody_can_be_asked() {
    let Some(shifting) = Shifting::new(PAUSE) else {
        return;
    };
    let ours = shifting.at_the_pause();
    check(&shifting.run(&["promote", "--all"]), 2);
    assert_eq!(shifting.stage.count("ContinueServiceDeployment"), 0);
    check(&shifting.run(&["promote"]), 0);
    shifting.reach(|newest| !waits(newest));
    ours.signal("KILL");
    ours.end();
}
