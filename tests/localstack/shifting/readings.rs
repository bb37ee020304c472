//! The same where ECS may be read in two ways: one verdict, whichever it is.

use serde_json::{Value, json};

use super::place::{self, Place};
use super::{Shifting, check, in_account};

/// Every switch of the simulator that touches traffic, turned the other way.
fn other_reading() -> Value {
    json!({"first_lands_in": "primary", "weight_scale": 100, "final_weights": "999",
        "finished_hooks": "gone", "continue_rollback": "direct",
        "rollback_stage": "traffic_shift", "service_load_balancers": "swapped"})
}

fn under(reading: Value, place: &Place, play: impl FnOnce(&Shifting) -> &'static str) {
    in_account([place.unpaused(), place.manifest("")], reading, play);
}

#[test]
fn a_release_that_goes_through_ends_alike() {
    under(other_reading(), &place::in_the_last_bake(), |shifting| {
        for version in ["8", "9"] {
            let ours = shifting.start(&["deploy"], version);
            shifting.go_on();
            check(&ours.end(), 0);
            let diff = shifting.arguments(&["diff", "--exit-code"]);
            check(&shifting.stage.mlship(&diff, version), 0);
        }
        "9"
    });
}

#[test]
fn a_pause_is_promoted_alike_where_a_hook_that_is_over_is_listed_no_more() {
    let place = place::while_it_waits_for_the_first_step();
    under(other_reading(), &place, |shifting| {
        let ours = shifting.come_to(&place);
        let all = shifting.start(&["promote", "--all", "--yes"], "8");
        shifting.wait_until_sent("ContinueServiceDeployment", 1);
        shifting.go_on();
        check(&all.end(), 0);
        check(&ours.end(), 0);
        "8"
    });
}

#[test]
fn an_abort_ends_alike_at_every_stage() {
    for place in [
        place::while_tasks_start(),
        place::while_a_canary_bakes(),
        place::while_a_canary_waits_for_the_rest(),
        place::in_the_last_bake(),
        place::in_a_second_linear_step(),
        place::in_a_blue_green_bake(),
    ] {
        under(other_reading(), &place, |shifting| {
            let ours = shifting.come_to(&place);
            shifting.is_taken_back(ours)
        });
    }
}

/// ECS may leave the rule as it was when a newer deployment came: it is never called a success,
/// and the repair that is named mends it.
#[test]
fn a_rule_that_is_left_split_by_a_newer_release_is_told_and_mended() {
    let reading = json!({"supersede": "leaves_split"});
    let place = place::while_a_canary_bakes();
    under(reading, &place, |shifting| {
        let ours = shifting.come_to(&place);
        let newer = shifting.start(&["deploy", "--if-busy", "supersede"], "9");
        shifting.wait_until_sent("UpdateService", 2);
        shifting.go_on();
        let newer = newer.end();
        check(&newer, 35);
        assert_eq!(newer.result()["verdict"], "misrouted");
        check(&ours.end(), 33);
        let repair = ["traffic", "repair", &*shifting.manifest, "--apply"];
        check(&shifting.stage.mlship(&repair, "9"), 0);
        "7"
    });
}
