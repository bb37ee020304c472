//! What `status` and `rollback` say while traffic moves.

use serde_json::json;

use super::{at, check, place};

/// `rollback` says until when it takes seconds.
#[test]
fn a_rollback_in_the_last_bake_stops_it_and_after_the_end_is_a_deployment_of_its_own() {
    at(&place::in_the_last_bake(), |shifting, ours| {
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
        let again = shifting.start(&["deploy"], "9");
        check(&again.end(), 0);
        let back = shifting.run(&["rollback"]);
        check(&back, 0);
        let is_told = back.stdout.contains("this is a new deployment");
        assert!(is_told, "{}", back.stdout);
        "7"
    });
}

#[test]
fn a_dry_run_says_which_deployment_is_taken_back_and_where_traffic_goes_and_this_is_done() {
    at(&place::while_a_canary_bakes(), |shifting, ours| {
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
            let is_told = back.stdout.contains(note.as_str().unwrap());
            assert!(is_told, "{note}: {}", back.stdout);
        }
        assert_eq!(shifting.stage.count("UpdateService"), updates);
        check(&ours.end(), 31);
        "7"
    });
}

#[test]
fn status_tells_both_shares_while_traffic_moves() {
    at(&place::while_a_canary_bakes(), |shifting, ours| {
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
        let mut healthy = releases.iter().map(|it| it["healthy"].as_u64());
        assert!(healthy.all(|healthy| healthy > Some(0)), "{status}");
        shifting.is_taken_back(ours)
    });
}

#[test]
fn in_the_last_bake_the_new_release_serves_and_the_old_one_leaves() {
    at(&place::in_the_last_bake(), |shifting, ours| {
        let status = shifting.run(&["status"]).document()["services"][0].take();
        assert_eq!(status["release"]["version"], "8", "{status:#}");
        let roles: Vec<&str> = (status["releases"].as_array().unwrap().iter())
            .map(|release| release["role"].as_str().unwrap())
            .collect();
        assert_eq!(roles, ["serving", "leaving"], "{status:#}");
        shifting.is_taken_back(ours)
    });
}
