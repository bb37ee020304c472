//! Whoever watches goes away, loses a permission, or is overtaken by another release.

use super::place::Place;
use super::{at, check};

/// A signal leaves the deployment alone; who attaches again sees its end.
pub(super) fn interrupted(place: &Place) {
    at(place, |shifting, ours| {
        ours.signal("INT");
        check(&ours.end(), 130);
        let again = shifting.start(&["watch"], "8");
        shifting.go_through();
        check(&again.end(), 0);
        assert_eq!(shifting.stage.count("StopServiceDeployment"), 0);
        "8"
    });
}

/// The same deploy attaches to what a killed one began, and starts nothing.
pub(super) fn killed(place: &Place) {
    at(place, |shifting, ours| {
        ours.signal("KILL");
        assert_ne!(ours.end().code, 0);
        let mut again = shifting.deploy();
        again.wait_for(r#""event":"attached""#);
        shifting.go_through();
        check(&again.end(), 0);
        assert_eq!(shifting.stage.count("UpdateService"), 1);
        "8"
    });
}

/// A newer release takes the place of one under way, where that is asked for.
pub(super) fn superseded(place: &Place) {
    at(place, |shifting, ours| {
        let newer = shifting.put(&place.unpaused());
        let newer = ["deploy", &*newer, "-o", "json", "--if-busy", "supersede"];
        let newer = shifting.stage.start(&newer, "9");
        shifting.wait_until_sent("UpdateService", 2);
        shifting.go_on();
        check(&newer.end(), 0);
        check(&ours.end(), 33);
        "9"
    });
}

/// No success is told of traffic that nobody may see.
fn blinded(place: &Place, action: &str) {
    at(place, |shifting, ours| {
        shifting.deny(&[action]);
        shifting.go_through();
        let run = ours.end();
        check(&run, 20);
        assert!(run.result().to_string().contains(action), "{}", run.stdout);
        shifting.deny(&[]);
        check(&shifting.run(&["watch"]), 0);
        "8"
    });
}

pub(super) fn without_rules(place: &Place) {
    blinded(place, "elasticloadbalancing:DescribeRules");
}

pub(super) fn without_targets(place: &Place) {
    blinded(place, "elasticloadbalancing:DescribeTargetHealth");
}

/// A look that nobody may take for a while costs the verdict nothing.
pub(super) fn blinded_for_a_while(place: &Place) {
    for action in ["ecs:DescribeServiceDeployments", "ecs:DescribeServices"] {
        at(place, |shifting, mut ours| {
            shifting.deny(&[action]);
            if action == "ecs:DescribeServiceDeployments" {
                ours.wait_for("looking again");
            } else {
                shifting.advance(60);
            }
            shifting.deny(&[]);
            shifting.go_through();
            check(&ours.end(), 0);
            "8"
        });
    }
}

/// Who may not stop a deployment takes nothing back, and says so.
pub(super) fn without_a_stop(place: &Place) {
    at(place, |shifting, ours| {
        shifting.deny(&["ecs:StopServiceDeployment"]);
        let abort = shifting.run(&["abort"]);
        check(&abort, 20);
        let said = abort.result().to_string();
        assert!(said.contains("ecs:StopServiceDeployment"), "{said}");
        shifting.go_through();
        check(&ours.end(), 0);
        "8"
    });
}
