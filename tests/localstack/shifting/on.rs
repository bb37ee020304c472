//! What lets a deployment go on, and what does not hold it up.

use super::place::{Place, waiting, waits, while_it_waits_for_the_first_step as first_wait};
use super::{at, check};

/// Where nothing waits there is nothing to promote, and the deployment goes its way.
pub(super) fn promoted_too_early(place: &Place) {
    at(place, |shifting, ours| {
        check(&shifting.run(&["promote"]), 11);
        assert_eq!(shifting.stage.count("ContinueServiceDeployment"), 0);
        shifting.go_on();
        check(&ours.end(), 0);
        "8"
    });
}

/// A promotion ends one wait; each step waits anew.
pub(super) fn promoted(place: &Place) {
    at(place, |shifting, ours| {
        let before = shifting.stage.count("ContinueServiceDeployment");
        check(&shifting.run(&["promote"]), 0);
        let after = shifting.stage.count("ContinueServiceDeployment");
        assert_eq!(after, before + 1);
        shifting.reach(|newest| !waits(newest));
        shifting.go_through();
        check(&ours.end(), 0);
        "8"
    });
}

/// Two who decide at once: the second one is told, and nothing is sent twice.
#[test]
fn all_pauses_go_on_by_one_command_and_a_second_one_is_told() {
    at(&first_wait(), |shifting, ours| {
        let hook = waiting(&shifting.newest())[0].clone();
        let all = shifting.start(&["promote", "--all", "--yes"], "8");
        shifting.wait_until_sent("ContinueServiceDeployment", 1);
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
        "8"
    });
}

/// A pipeline has no terminal to be asked on.
#[test]
fn all_pauses_take_a_word_where_nobody_can_be_asked() {
    at(&first_wait(), |shifting, ours| {
        check(&shifting.run(&["promote", "--all"]), 2);
        assert_eq!(shifting.stage.count("ContinueServiceDeployment"), 0);
        shifting.go_through();
        check(&ours.end(), 0);
        "8"
    });
}
