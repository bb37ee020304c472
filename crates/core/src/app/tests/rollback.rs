use std::time::Duration;

use serde_json::json;

use super::super::rollback::{Outcome, Rollback, RollbackOptions, TakeBack, TargetSpec};
use super::super::testing::{Stand, service_alone, subject};
use crate::app::recording_report::RecordingReport;
use crate::app::{ResultRecord, Subject};
use crate::cloud::fake::{FakeCloud, Fault, World};
use crate::cloud::preconditions::{Fact, HostAnswer, Platform, Question, RegistryImage};
use crate::cloud::{Ecs, Identity};
use crate::plan::{Effect, Plan};
use crate::progress::{Conclusion, Refusal};

const UPDATE: &str = "UpdateService";

pub(super) fn options() -> RollbackOptions {
    RollbackOptions {
        to: None,
        undoes: None,
        skip_checks: false,
        check_timeout: Duration::from_secs(2),
        force: false,
        dry_run: false,
        timeout: Duration::from_mins(30),
        adds_shift: true,
    }
}

pub(super) fn to(version: &str) -> RollbackOptions {
    RollbackOptions {
        to: version.parse().ok(),
        ..options()
    }
}

async fn roll_back_with(stand: &Stand, options: &RollbackOptions) -> Outcome {
    heard_back(stand, options).await.0
}

pub(super) async fn heard_back(
    stand: &Stand,
    options: &RollbackOptions,
) -> (Outcome, RecordingReport) {
    back_of(&subject(), stand, options).await
}

async fn back_of(
    subject: &Subject,
    stand: &Stand,
    options: &RollbackOptions,
) -> (Outcome, RecordingReport) {
    let caller = stand.cloud.caller().await.unwrap();
    let rollback = Rollback {
        context: &stand.context(),
        caller: &caller,
        subject: subject.clear(Ok(&caller), &mut |_| {}).unwrap(),
        options,
    };
    let mut heard = RecordingReport::default();
    let outcome = Box::pin(rollback.run(&mut heard)).await;
    if let Outcome::Ended(result) = &outcome
        && matches!(result.conclusion(), Conclusion::Refused(_))
    {
        check_what_serves(stand, result).await;
    }
    (outcome, heard)
}

/// Whoever is refused is told what goes on serving.
async fn check_what_serves(stand: &Stand, result: &ResultRecord) {
    let Ok(Some(live)) = stand.cloud.service(&FakeCloud::id()).await else {
        return;
    };
    let primary = live.primary().unwrap();
    let is_complete = primary.rollout_state.as_deref() == Some("COMPLETED");
    // Of what is not its own mlship tells nothing.
    if is_complete && live.foreign().is_none() {
        let told = result.previous.as_ref().map(|it| &it.task_definition);
        assert_eq!(told, Some(&primary.task_definition), "{result:?}");
    }
}

pub(super) async fn roll_back(stand: &Stand, options: &RollbackOptions) -> ResultRecord {
    match roll_back_with(stand, options).await {
        Outcome::Ended(result) => *result,
        shown @ (Outcome::Planned(_) | Outcome::TakesBack(_)) => panic!("only shown: {shown:?}"),
    }
}

pub(super) async fn take_back(stand: &Stand, options: &RollbackOptions) -> TakeBack {
    match roll_back_with(stand, options).await {
        Outcome::TakesBack(shown) => *shown,
        other @ (Outcome::Planned(_) | Outcome::Ended(_)) => panic!("not taken back: {other:?}"),
    }
}

pub(super) async fn plan_back(stand: &Stand, options: &RollbackOptions) -> Plan {
    match roll_back_with(stand, options).await {
        Outcome::Planned(plan) => *plan,
        other @ (Outcome::TakesBack(_) | Outcome::Ended(_)) => panic!("not planned: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn the_release_before_comes_back() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.succeed_after(20);
    let result = roll_back(&stand, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
    assert!(result.task_definition.unwrap().ends_with("m:1"));
    assert_eq!(stand.cloud.count(UPDATE), 2);
}

/// What the manifest says of the model comes from the revisions' tags then.
#[tokio::test(start_paused = true)]
async fn without_a_manifest_a_version_comes_back_too() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.released("3").await;
    stand.succeed_after(20);
    let to = RollbackOptions {
        to: Some(TargetSpec::Version("2".to_owned())),
        ..options()
    };
    let (outcome, _) = back_of(&service_alone(), &stand, &to).await;
    let Outcome::Ended(result) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
    let release = result.release.unwrap();
    assert_eq!((&*release.model, &*release.version), ("m", "2"));
    assert!(result.task_definition.unwrap().ends_with("m:2"));
}

#[tokio::test(start_paused = true)]
async fn a_second_rollback_goes_no_further_and_is_not_done() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.succeed_after(20);
    roll_back(&stand, &options()).await;
    let result = roll_back(&stand, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Refused(Refusal::Check));
    let error = result.error.unwrap();
    assert!(error.starts_with("went back from 2 (:2) to :1"), "{error}");
    // Whoever says where to is where they said.
    stand.succeed_after(20);
    let result = roll_back(&stand, &to("2")).await;
    assert_eq!(result.conclusion(), Conclusion::Returned);
    let result = roll_back(&stand, &to("2")).await;
    assert_eq!(result.conclusion(), Conclusion::Unchanged);
    assert_eq!(stand.cloud.count(UPDATE), 3);
}

#[tokio::test(start_paused = true)]
async fn without_an_earlier_success_nothing_is_done() {
    let stand = Stand::serving();
    let result = roll_back(&stand, &options()).await;
    let refused = Conclusion::Refused(Refusal::Check);
    assert_eq!(result.conclusion(), refused);
    assert!(result.error.unwrap().contains("the one deployment"));
    // What serves is no candidate; the next step is another release.
    assert_eq!(
        result.hint.unwrap(),
        "m:1 serves, and is the only one that succeeded: mend the manifest and deploy again with \
         mlship deploy m.yaml"
    );
    assert_eq!(stand.cloud.count(UPDATE), 0);
}

#[tokio::test(start_paused = true)]
async fn a_release_that_is_named_comes_back() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.released("3").await;
    for (to, expected) in [("2", "m:2"), (":1", "m:1"), ("m:2", "m:2")] {
        stand.succeed_after(20);
        let named = RollbackOptions {
            to: to.parse().ok(),
            ..options()
        };
        let result = roll_back(&stand, &named).await;
        assert_eq!(result.conclusion(), Conclusion::Returned, "{to}");
        assert!(result.task_definition.unwrap().ends_with(expected), "{to}");
    }
    for to in ["9", "other:2", "m:2:1"] {
        let unknown = RollbackOptions {
            to: to.parse().ok(),
            ..options()
        };
        let result = roll_back(&stand, &unknown).await;
        let refused = Conclusion::Refused(Refusal::Check);
        assert_eq!(result.conclusion(), refused, "{to}");
        let hint = result.hint.unwrap();
        assert!(
            hint.starts_with(":1 succeeded; to go there: mlship rollback"),
            "{hint}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_the_rollback_that_goes_on_when_time_runs_out() {
    let stand = Stand::serving();
    stand.released("2").await;
    let hurried = RollbackOptions {
        timeout: Duration::from_secs(1),
        ..options()
    };
    let result = roll_back(&stand, &hurried).await;
    assert_eq!(result.conclusion(), Conclusion::TimedOut);
    let error = result.error.unwrap();
    assert!(
        error.starts_with("gave up waiting for the rollback"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_writes_nothing() {
    let stand = Stand::serving();
    stand.released("2").await;
    let dry = RollbackOptions {
        dry_run: true,
        ..options()
    };
    let Outcome::Planned(plan) = roll_back_with(&stand, &dry).await else {
        panic!("it acted");
    };
    assert_eq!(plan.effect, Effect::ReplaceTasks);
    assert_eq!(stand.cloud.count(UPDATE), 1);
}

#[tokio::test(start_paused = true)]
async fn what_runs_is_stopped_and_ecs_goes_back() {
    let stand = Stand::serving();
    stand.rolling_out("2").await;
    stand.cloud.after_now(30, World::finish_rollback);
    let result = roll_back(&stand, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
    assert_eq!(stand.cloud.count("StopServiceDeployment"), 1);
    assert_eq!(stand.cloud.count(UPDATE), 1);
}

#[tokio::test(start_paused = true)]
async fn ecs_on_its_way_back_is_followed() {
    let stand = Stand::serving();
    stand.rolling_out("2").await;
    stand.cloud.after_now(0, World::stop);
    stand.cloud.after_now(30, World::finish_rollback);
    let result = roll_back(&stand, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
    assert_eq!(stand.cloud.count("StopServiceDeployment"), 0);
    assert_eq!(stand.cloud.count(UPDATE), 1);
}

#[tokio::test(start_paused = true)]
async fn an_inactive_revision_is_registered_anew() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.cloud.after_now(0, |world| {
        let first = &mut world.task_definitions[0].document;
        first.insert("status".to_owned(), json!("INACTIVE"));
    });
    stand.succeed_after(20);
    let result = roll_back(&stand, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
    assert!(result.task_definition.unwrap().ends_with("m:3"));
    assert_eq!(stand.cloud.count("RegisterTaskDefinition"), 2);
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_asked_is_said_and_stops_nobody() {
    let mut world = World::serving();
    let containers = &mut world.task_definitions[0].document["containerDefinitions"];
    containers[0]["secrets"] = json!([{"name": "A", "valueFrom":
        "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"}]);
    let stand = Stand::new(world);
    stand.released("2").await;
    stand
        .cloud
        .fail_always("DescribeSecret", Some(Fault::Denied));
    stand.succeed_after(20);
    let (outcome, heard) = heard_back(&stand, &options()).await;
    let Outcome::Ended(result) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
    let told = format!("{:?} {:?}", heard.warnings, heard.events);
    assert!(told.contains("not checked: secret"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_makes_no_second_way_back() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.succeed_after(30);
    stand.cloud.fail(UPDATE, &[Fault::LostAfter]);
    let result = roll_back(&stand, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Returned);
    assert_eq!(stand.cloud.count(UPDATE), 2);
}

#[tokio::test(start_paused = true)]
async fn what_aws_does_not_let_see_is_no_rollback() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand
        .cloud
        .fail_always("ListServiceDeployments", Some(Fault::Denied));
    let result = roll_back(&stand, &options()).await;
    assert_eq!(result.exit_code().number(), 20);
    assert_eq!(stand.cloud.count(UPDATE), 1);
}

/// The records of all deployments but the newest are gone.
fn forget(stand: &Stand, left: usize) {
    stand.cloud.after_now(0, move |world| {
        world.deployments.truncate(left);
        let service = world.service.as_mut().unwrap();
        service.current_service_deployment = None;
    });
}

#[tokio::test(start_paused = true)]
async fn what_the_one_deployment_on_record_replaced_comes_back() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.released("3").await;
    forget(&stand, 1);
    stand.succeed_after(20);
    let result = roll_back(&stand, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
    assert!(result.task_definition.unwrap().ends_with("m:2"));
}

#[tokio::test(start_paused = true)]
async fn a_first_failure_in_months_is_stopped() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.rolling_out("3").await;
    forget(&stand, 1);
    stand.cloud.after_now(20, World::finish_rollback);
    let result = roll_back(&stand, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
    assert_eq!(stand.cloud.count("StopServiceDeployment"), 1);
}

#[tokio::test(start_paused = true)]
async fn what_the_one_deployment_on_record_went_back_to_is_not_left_for_nothing() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.fail_after(20);
    stand.deploy("3").await;
    forget(&stand, 1);
    let before = stand.cloud.count(UPDATE);
    let result = roll_back(&stand, &options()).await;
    let refused = Conclusion::Refused(Refusal::Check);
    assert_eq!(result.conclusion(), refused, "{result:?}");
    assert_eq!(stand.cloud.count(UPDATE), before);
}

/// Only the revisions' tags tell.
#[tokio::test(start_paused = true)]
async fn without_any_deployment_on_record_the_tags_tell() {
    let version = |version: &str| RollbackOptions {
        to: Some(TargetSpec::Version(version.to_owned())),
        ..options()
    };
    for (to, expected) in [(options(), "m:3"), (version("2"), "m:2")] {
        let stand = Stand::serving();
        for version in ["2", "3", "4"] {
            stand.released(version).await;
        }
        forget(&stand, 0);
        stand.succeed_after(20);
        let result = roll_back(&stand, &to).await;
        assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
        assert!(result.task_definition.unwrap().ends_with(expected));
    }
    let stand = Stand::serving();
    stand.released("2").await;
    forget(&stand, 0);
    let result = roll_back(&stand, &version("2")).await;
    assert_eq!(result.conclusion(), Conclusion::Unchanged, "{result:?}");
}

#[tokio::test(start_paused = true)]
async fn a_release_that_failed_is_named_as_that_and_not_as_unknown() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.fail_after(20);
    assert_eq!(stand.deploy("3").await.exit_code().number(), 31);
    let result = roll_back(&stand, &to("3")).await;
    assert_eq!(result.conclusion(), Conclusion::Refused(Refusal::Check));
    assert_eq!(
        result.error.unwrap(),
        "release 3 was rolled back (image_not_found), and what never succeeded is no target"
    );
    assert!(result.hint.unwrap().contains("--to :1"));
}

/// What arrives and fails is no release to go to, whatever it is called.
#[tokio::test(start_paused = true)]
async fn the_version_that_arrives_is_not_gone_back_to() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.rolling_out("3").await;
    let to = RollbackOptions {
        to: Some(TargetSpec::Version("3".to_owned())),
        ..options()
    };
    let result = roll_back(&stand, &to).await;
    assert_eq!(result.conclusion(), Conclusion::Refused(Refusal::Check));
}

/// It did not bring back what it should, and what it left serves again: neither a rollback that
/// was done, nor nothing that was rolled back.
#[tokio::test(start_paused = true)]
async fn a_rollback_that_ecs_takes_back_says_what_serves() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.released("3").await;
    stand.fail_after(20);
    let result = roll_back(&stand, &options()).await;
    assert_eq!(result.exit_code().number(), 31, "{result:?}");
    assert_eq!(
        result.error.unwrap(),
        "the rollback to m 2 failed, and ECS went back to m 3"
    );
}

#[tokio::test(start_paused = true)]
async fn what_may_not_work_there_is_told_and_keeps_nobody_from_going_back() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.cloud.after_now(0, |world| {
        let image = RegistryImage::parse("m:1");
        let gone = Fact::HostedImage(HostAnswer::There(vec![Platform {
            system: "linux".to_owned(),
            architecture: "arm64".to_owned(),
        }]));
        world.facts.insert(Question::HostedImage(image), gone);
        let platform = serde_json::json!({"cpuArchitecture": "X86_64"});
        let first = &mut world.task_definitions[0].document;
        first.insert("runtimePlatform".to_owned(), platform);
    });
    stand.succeed_after(20);
    let dry = RollbackOptions {
        dry_run: true,
        ..options()
    };
    let plan = plan_back(&stand, &dry).await;
    let told = plan.notes.iter().any(|note| note.contains("linux/arm64"));
    assert!(told, "{:?}", plan.notes);
    let skipping = RollbackOptions {
        skip_checks: true,
        ..dry
    };
    let plan = plan_back(&stand, &skipping).await;
    assert!(!plan.notes.iter().any(|note| note.contains("arm64")));
    let result = roll_back(&stand, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Returned, "{result:?}");
}
