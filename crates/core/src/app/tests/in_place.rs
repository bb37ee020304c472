//! What changes in place with a release goes back with it.

use super::super::rollback::RollbackOptions;
use super::super::testing::{Stand, manifest, manifest_with, options};
use super::rollback::{options as back, plan_back, roll_back};
use crate::cloud::fake::{Fault, World};
use crate::progress::{Conclusion, Event};
use crate::release::SETTINGS;
use crate::release::ServiceDeploymentStatus as Status;

const PATIENT: &str = "health: { graceSeconds: 300 }\n";

/// The second release with a long grace period, the third without any.
async fn impatient() -> Stand {
    let stand = patient().await;
    stand.succeed_after(20);
    stand.deploy_with(&manifest("3"), &options()).await;
    assert_eq!(grace(&stand), Some(0));
    stand
}

async fn patient() -> Stand {
    let stand = Stand::serving();
    stand.succeed_after(20);
    let (result, _) = stand
        .deploy_with(&manifest_with("2", PATIENT), &options())
        .await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    assert_eq!(grace(&stand), Some(300));
    stand
}

fn grace(stand: &Stand) -> Option<i64> {
    let service = stand.cloud.world().service.unwrap();
    service.document["healthCheckGracePeriodSeconds"].as_i64()
}

#[tokio::test(start_paused = true)]
async fn a_rollback_brings_it_back_in_the_same_call() {
    let stand = impatient().await;
    let before = stand.cloud.count("UpdateService");
    stand.succeed_after(20);
    let result = roll_back(&stand, &back()).await;
    assert_eq!(result.conclusion(), Conclusion::Returned);
    assert_eq!(stand.cloud.count("UpdateService"), before + 1);
    assert_eq!(grace(&stand), Some(300));
}

/// What ECS goes back to then was made for what it had.
#[tokio::test(start_paused = true)]
async fn a_rollback_that_fails_leaves_nothing_of_it() {
    let stand = impatient().await;
    stand.fail_after(20);
    let result = roll_back(&stand, &back()).await;
    assert_eq!(result.conclusion(), Conclusion::RolledBack);
    assert_eq!(grace(&stand), Some(0));
}

#[tokio::test(start_paused = true)]
async fn what_no_tag_tells_stays_and_that_is_said() {
    let stand = impatient().await;
    stand.cloud.after_now(0, |world| {
        for definition in &mut world.task_definitions {
            definition.tags.remove(SETTINGS);
        }
    });
    let dry = RollbackOptions {
        dry_run: true,
        ..back()
    };
    let plan = plan_back(&stand, &dry).await;
    assert!(
        plan.notes.iter().any(|note| note.contains("not recorded")),
        "{:?}",
        plan.notes
    );
    assert_eq!(grace(&stand), Some(0));
}

#[tokio::test(start_paused = true)]
async fn ecs_going_back_by_itself_leaves_it_and_mlship_does_not() {
    let stand = patient().await;
    stand.fail_after(20);
    let (result, heard) = stand.deploy_with(&manifest("3"), &options()).await;
    assert_eq!(result.conclusion(), Conclusion::RolledBack);
    assert_eq!(grace(&stand), Some(300));
    let said = |event: &Event| matches!(event, Event::Note { message } if message.contains("as it was before"));
    let told = heard.events.iter().position(said).unwrap();
    // In the order in which it happened: the way back ends later.
    let ends = |event: &Event| matches!(event, Event::Status { status, .. } if *status == Status::RollbackSuccessful);
    let ended = heard.events.iter().position(ends).unwrap();
    assert!(told < ended, "{:#?}", heard.events);
}

/// Somebody may have mended it in the meantime.
#[tokio::test(start_paused = true)]
async fn what_somebody_else_set_since_stays() {
    let stand = patient().await;
    stand.cloud.after_now(10, |world| {
        let service = world.service.as_mut().unwrap();
        let grace = serde_json::json!(600);
        service
            .document
            .insert("healthCheckGracePeriodSeconds".to_owned(), grace);
    });
    stand.fail_after(20);
    let (result, _) = stand.deploy_with(&manifest("3"), &options()).await;
    assert_eq!(result.conclusion(), Conclusion::RolledBack);
    assert_eq!(grace(&stand), Some(600));
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_is_stopped_leaves_nothing_of_it() {
    let stand = patient().await;
    stand.rolling_out("3").await;
    assert_eq!(grace(&stand), Some(0));
    stand.cloud.after_now(20, World::finish_rollback);
    let result = roll_back(&stand, &back()).await;
    assert_eq!(result.conclusion(), Conclusion::Returned);
    assert_eq!(grace(&stand), Some(300));
}

/// A strategy changes while no deployment runs.
#[tokio::test(start_paused = true)]
async fn what_ecs_refuses_while_it_goes_back_comes_back_at_its_end() {
    let stand = patient().await;
    stand.fail_after(20);
    let refuse = async {
        tokio::time::sleep(std::time::Duration::from_secs(10)).await;
        stand.cloud.fail("UpdateService", &[Fault::Rejected]);
        std::future::pending::<()>().await;
    };
    let (impatient, options) = (manifest("3"), options());
    let (result, heard) = tokio::select! {
        done = stand.deploy_with(&impatient, &options) => done,
        () = refuse => unreachable!(),
    };
    assert_eq!(result.conclusion(), Conclusion::RolledBack);
    assert_eq!(grace(&stand), Some(300));
    let notes: Vec<&String> = (heard.events.iter())
        .filter_map(|event| match event {
            Event::Note { message } => Some(message),
            _ => None,
        })
        .collect();
    assert!(
        matches!(&notes[..], [.., last] if last.contains("as it was before")),
        "{notes:?}"
    );
    assert!(!notes.iter().any(|note| note.contains("not brought back")));
}

/// That it could not be brought back changes no verdict.
#[tokio::test(start_paused = true)]
async fn a_refusal_is_said_and_the_verdict_stands() {
    let stand = patient().await;
    stand.fail_after(20);
    let deny = async {
        tokio::time::sleep(std::time::Duration::from_secs(10)).await;
        stand
            .cloud
            .fail_always("UpdateService", Some(Fault::Denied));
        std::future::pending::<()>().await;
    };
    let patient = manifest("3");
    let options = options();
    let (result, heard) = tokio::select! {
        done = stand.deploy_with(&patient, &options) => done,
        () = deny => unreachable!(),
    };
    assert_eq!(result.conclusion(), Conclusion::RolledBack);
    let said = |event: &Event| matches!(event, Event::Note { message } if message.contains("was not brought back"));
    assert!(heard.events.iter().any(said), "{:#?}", heard.events);
}
