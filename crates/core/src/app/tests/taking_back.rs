//! What a rollback's dry run says while a deployment runs, and that this is then done.

use serde_json::json;

use super::rollback::{heard_back, options, take_back};
use crate::app::rollback::{Outcome, RollbackOptions};
use crate::app::testing::{Stand, manifest_with};
use crate::cloud::fake::World;
use crate::progress::{Conclusion, Event};

fn dry() -> RollbackOptions {
    RollbackOptions {
        dry_run: true,
        ..options()
    }
}

/// A second release of which one task runs, and one of the first is left.
async fn halfway() -> Stand {
    let stand = Stand::serving();
    stand.rolling_out("2").await;
    stand.cloud.after_now(0, |world| world.tasks(1, 1, 1));
    stand
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_says_what_is_then_done_and_no_change_of_a_deployment_that_is_not_made() {
    let stand = halfway().await;
    let shown = take_back(&stand, &dry()).await;
    assert_eq!(shown.changes, []);
    let document = shown.document();
    assert_eq!(document["effect"], "take_back");
    assert_eq!(document["previous"]["version"], "2");
    let takes_back = &document["takes_back"];
    assert_eq!(takes_back["tasks"], json!({"running": 1, "desired": 2}));
    assert_eq!(takes_back["traffic"], json!(null));
    let first = &shown.notes[0];
    assert!(
        first.starts_with("stops the running deployment ecs-svc/"),
        "{first}"
    );
    assert!(
        shown.notes[1].starts_with("1 of 2 tasks of m:1 still run"),
        "{:?}",
        shown.notes
    );
    assert_eq!(stand.cloud.count("StopServiceDeployment"), 0);

    stand.cloud.after_now(30, World::finish_rollback);
    let (done, heard) = heard_back(&stand, &options()).await;
    let Outcome::Ended(done) = done else {
        panic!("{done:?}");
    };
    assert_eq!(done.conclusion(), Conclusion::Returned);
    assert_eq!(stand.cloud.count("StopServiceDeployment"), 1);
    assert_eq!(stand.cloud.count("UpdateService"), 1);
    let said: Vec<&str> = heard.events.iter().filter_map(note).collect();
    assert_eq!(said[..2], shown.notes[..2]);
}

fn note(event: &Event) -> Option<&str> {
    match event {
        Event::Note { message } => Some(message),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn what_goes_back_in_place_is_shown_since_it_is_done() {
    let stand = Stand::serving();
    stand.succeed_after(20);
    let patient = manifest_with("2", "health: { graceSeconds: 300 }\n");
    stand
        .deploy_with(&patient, &crate::app::testing::options())
        .await;
    stand.rolling_out("3").await;
    let shown = take_back(&stand, &dry()).await;
    let paths: Vec<&str> = shown.changes.iter().map(|change| &*change.path).collect();
    assert_eq!(paths, ["health.graceSeconds"]);
}

#[tokio::test(start_paused = true)]
async fn what_ecs_takes_back_already_is_only_followed() {
    let stand = halfway().await;
    stand.cloud.after_now(0, World::stop);
    let shown = take_back(&stand, &dry()).await;
    assert!(shown.notes[0].ends_with("this follows it, and starts no deployment"));
    assert_eq!(shown.document()["takes_back"]["under_way"], true);
}
