//! Services that somebody else made, and what is recorded on those that mlship deploys.

use std::collections::BTreeMap;

use super::*;
use crate::progress::ExitCode;
use crate::release::{Document, MODEL, SETTINGS};

/// A service that nothing of mlship's is on.
fn of_nobody() -> World {
    let mut world = World::serving();
    world.change_tags("", BTreeMap::clear);
    world.task_definitions[0].tags.clear();
    world
}

fn adopt() -> DeployOptions {
    DeployOptions {
        adopt: true,
        ..options()
    }
}

fn service_tags(stand: &Stand) -> BTreeMap<String, String> {
    stand.cloud.world().service.unwrap().tags()
}

#[tokio::test(start_paused = true)]
async fn a_service_of_nobodys_is_changed_only_when_somebody_says_so() {
    let stand = Stand::new(of_nobody());
    stand.succeed_after(20);
    let (result, heard) = stand.deploy_with(&manifest("2"), &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Refused(Refusal::Check));
    assert!(heard.findings.contains(&"not-adopted"));
    wrote(&stand, 0, 0);
    assert_eq!(stand.cloud.count("TagResource"), 0);
    let (result, _) = stand.deploy_with(&manifest("2"), &adopt()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    assert_eq!(service_tags(&stand)[MODEL], "m");
    // It is ours from here on.
    stand.succeed_after(20);
    let again = stand.deploy("3").await;
    assert_eq!(again.conclusion(), Conclusion::Succeeded);
}

#[tokio::test(start_paused = true)]
async fn to_adopt_what_is_ours_does_nothing_and_is_said() {
    let stand = Stand::serving();
    stand.succeed_after(20);
    let (result, heard) = stand.deploy_with(&manifest("2"), &adopt()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    assert!(heard.notes().any(|note| note.contains("remove --adopt")));
}

#[tokio::test(start_paused = true)]
async fn a_service_of_another_model_is_not_there_to_be_adopted() {
    let mut world = World::serving();
    world.change_tags("", |tags| {
        tags.insert(MODEL.to_owned(), "churn".to_owned());
    });
    let stand = Stand::new(world);
    let (result, heard) = stand.deploy_with(&manifest("2"), &adopt()).await;
    assert_eq!(result.conclusion(), Conclusion::Refused(Refusal::Check));
    assert!(heard.findings.contains(&"other-model"));
    wrote(&stand, 0, 0);
}

/// Takes all tags off, as somebody's clean-up does.
fn strip(stand: &Stand) {
    stand.cloud.after_now(0, |world| {
        world.change_tags("", BTreeMap::clear);
        for definition in &mut world.task_definitions {
            definition.tags.clear();
        }
    });
}

/// Nobody has to agree where nothing changes.
#[tokio::test(start_paused = true)]
async fn a_service_that_is_the_release_already_is_only_tagged() {
    let stand = Stand::serving();
    stand.released("2").await;
    strip(&stand);
    let result = stand.deploy("2").await;
    assert_eq!(result.conclusion(), Conclusion::Unchanged);
    assert_eq!(service_tags(&stand)[MODEL], "m");
    let serving = stand.cloud.world().task_definitions.pop().unwrap();
    assert_eq!(serving.tags["mlship:version"], "2");
    wrote(&stand, 1, 1);
}

/// An adoption that is recorded nowhere would have to be agreed to again.
#[tokio::test(start_paused = true)]
async fn an_adoption_that_cannot_be_recorded_is_an_error() {
    let stand = Stand::serving();
    stand.released("2").await;
    strip(&stand);
    stand.cloud.fail_always("TagResource", Some(Fault::Denied));
    let result = stand.deploy("2").await;
    assert_eq!(result.exit_code(), ExitCode::SaidNo);
    wrote(&stand, 1, 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_release_wrote_is_recorded_once_it_has_succeeded() {
    let stand = Stand::serving();
    stand.succeed_after(20);
    let patient = manifest_with("2", "health: { graceSeconds: 300 }\n");
    stand.deploy_with(&patient, &options()).await;
    let serving = |stand: &Stand| stand.cloud.world().task_definitions.last().unwrap().clone();
    assert_eq!(serving(&stand).tags[SETTINGS], "grace=300 net of=606052cb");
    // Left out it goes back, to what mlship wrote, too.
    let (result, _) = stand.deploy_with(&manifest("2"), &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    assert_eq!(serving(&stand).tags[SETTINGS], "grace=0 net of=606052cb");
    let service = stand.cloud.world().service.unwrap();
    assert_eq!(service.document["healthCheckGracePeriodSeconds"], 0);
}

#[tokio::test(start_paused = true)]
async fn what_failed_is_not_recorded() {
    let stand = Stand::serving();
    stand.fail_after(20);
    let patient = manifest_with("2", "health: { graceSeconds: 300 }\n");
    let (result, _) = stand.deploy_with(&patient, &options()).await;
    assert_ne!(result.conclusion(), Conclusion::Succeeded);
    let all = stand.cloud.world().task_definitions;
    assert!(
        all.iter()
            .all(|definition| !definition.tags.contains_key(SETTINGS))
    );
}

/// The release serves; what is not recorded only stays as it is.
#[tokio::test(start_paused = true)]
async fn a_record_that_is_refused_is_said_and_fails_nothing() {
    let stand = Stand::serving();
    stand.succeed_after(20);
    stand.cloud.fail_always("TagResource", Some(Fault::Denied));
    let patient = manifest_with("2", "health: { graceSeconds: 300 }\n");
    let (result, heard) = stand.deploy_with(&patient, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    assert!(heard.notes().any(|note| note.contains("not recorded")));
}

/// Its owner forces a deployment, whose tasks fail: mlship came to put its tags on, not to judge.
#[tokio::test(start_paused = true)]
async fn what_somebody_else_began_is_not_given_up_by_who_takes_the_service_over() {
    for is_ours in [false, true] {
        let stand = Stand::serving();
        stand.released("2").await;
        if !is_ours {
            strip(&stand);
        }
        stand.cloud.after_now(1, |world| {
            world.update(&Document::new());
            for _ in 0..5 {
                world.fail_task("CannotPullContainerError: no such image");
            }
        });
        stand
            .cloud
            .after_now(600, |world| world.end("SUCCESSFUL", "COMPLETED"));
        tokio::time::sleep(Duration::from_secs(2)).await;
        stand.deploy("2").await;
        assert_eq!(stand.cloud.count(STOP) > 0, is_ours);
    }
}
