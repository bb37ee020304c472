//! What becomes of a rest of a linear release, and changes of the strategy.

use serde_json::json;

use super::place::{CANARY, LINEAR, rolling, with};
use super::{check, in_account};

#[test]
fn a_linear_release_goes_through_whatever_becomes_of_the_rest() {
    for rest in ["own_step", "in_last_step"] {
        let reading = json!({"linear_remainder": rest});
        in_account([LINEAR; 2].map(with), reading, |shifting| {
            let ours = shifting.deploy();
            shifting.go_on();
            check(&ours.end(), 0);
            "8"
        });
    }
}

/// From one group to a pair: at once, or where ECS wants a rolling deployment with the pair first,
/// nothing is done halfway.
#[test]
fn a_rolling_service_becomes_a_canary_or_stays_as_it_is() {
    for (needs_rolling, code, version) in [(false, 0, "8"), (true, 20, "7")] {
        let reading = json!({"switch_needs_rolling": needs_rolling});
        in_account([rolling(), with(CANARY)], reading, |shifting| {
            shifting.go_on();
            check(&shifting.run(&["deploy"]), code);
            let status = shifting.run(&["status"]).document();
            let serves = &status["services"][0]["release"]["version"];
            assert_eq!(serves, version, "{status:#}");
            version
        });
    }
}
