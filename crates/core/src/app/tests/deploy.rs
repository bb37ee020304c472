//! Releases from a manifest to their end.

mod adoption;
mod busy;
mod repeated;
mod throttled;
mod together;

use std::time::Duration;

use super::super::deploy::DeployOptions;
use super::super::testing::{Stand, manifest, manifest_with, options};
use super::super::watch::{OnInterrupt, WatchOptions};
use crate::cloud::fake::{Fault, World};
use crate::experiment::testing::{definition, rule, rule_arn};
use crate::plan::Redeploy;
use crate::progress::{Conclusion, Interrupt, Refusal};
use crate::release::{EXPERIMENT, SETTINGS};

const REGISTER: &str = "RegisterTaskDefinition";
const UPDATE: &str = "UpdateService";
const CREATE: &str = "CreateService";
const STOP: &str = "StopServiceDeployment";

/// Checks how often the calls were made that change something.
#[track_caller]
fn wrote(stand: &Stand, registered: usize, updated: usize) {
    let counts = (stand.cloud.count(REGISTER), stand.cloud.count(UPDATE));
    assert_eq!(counts, (registered, updated));
}

#[tokio::test(start_paused = true)]
async fn a_release_that_ecs_calls_successful_has_succeeded() {
    let stand = Stand::serving();
    stand.succeed_after(20);
    let result = stand.deploy("2").await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    assert_eq!(result.release.unwrap().version, "2");
    assert!(result.task_definition.unwrap().ends_with("m:2"));
    assert!(
        result
            .previous
            .unwrap()
            .task_definition
            .as_str()
            .ends_with("m:1")
    );
    wrote(&stand, 1, 1);
}

#[tokio::test(start_paused = true)]
async fn the_first_release_creates_the_service() {
    let stand = Stand::new(World::default());
    stand.succeed_after(20);
    let result = stand.deploy("1").await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    assert!(result.previous.is_none());
    assert_eq!(stand.cloud.count(CREATE), 1);
    wrote(&stand, 1, 0);
}

#[tokio::test(start_paused = true)]
async fn the_same_release_again_writes_nothing() {
    let stand = Stand::serving();
    stand.released("2").await;
    let (result, heard) = stand.deploy_with(&manifest("2"), &options()).await;
    assert_eq!(
        result.conclusion(),
        Conclusion::Unchanged,
        "{:#?}",
        heard.events
    );
    wrote(&stand, 1, 1);
}

#[tokio::test(start_paused = true)]
async fn a_release_that_ecs_takes_back_names_what_serves() {
    let stand = Stand::serving();
    stand.fail_after(20);
    let result = stand.deploy("2").await;
    assert_eq!(result.conclusion(), Conclusion::RolledBack);
    let previous = result.previous.unwrap();
    assert_eq!(previous.task_definition.short(), "m:1");
    assert!(result.failure.is_some());
}

#[tokio::test(start_paused = true)]
async fn who_detaches_is_told_how_to_attach() {
    let stand = Stand::serving();
    let result = stand.begin("2").await;
    assert_eq!(result.conclusion(), Conclusion::Started);
    let hint = result.hint.unwrap();
    assert_eq!(hint, "attach to it with mlship watch m.yaml");
    let begun = stand.cloud.world().task_definitions.pop().unwrap();
    assert_eq!(
        begun.tags[SETTINGS], "net of=606052cb",
        "nobody is there at its end"
    );
    // The same again attaches to what runs.
    stand.succeed_after(20);
    assert_eq!(stand.deploy("2").await.conclusion(), Conclusion::Succeeded);
    wrote(&stand, 1, 1);
}

#[tokio::test(start_paused = true)]
async fn time_that_runs_out_ends_the_waiting_alone() {
    let stand = Stand::serving();
    let result = stand.deploy("2").await;
    assert_eq!(result.conclusion(), Conclusion::TimedOut);
    assert!(result.hint.unwrap().contains("mlship watch"));
    assert_eq!(stand.cloud.count(STOP), 0);
}

async fn interrupted(on_interrupt: OnInterrupt) -> (Stand, Option<String>) {
    let stand = Stand::serving();
    stand
        .cloud
        .after(5, |world| world.end("IN_PROGRESS", "IN_PROGRESS"));
    interrupted_on(stand, on_interrupt).await
}

async fn interrupted_on(stand: Stand, on_interrupt: OnInterrupt) -> (Stand, Option<String>) {
    let options = DeployOptions {
        watch: WatchOptions {
            on_interrupt,
            ..options().watch
        },
        ..options()
    };
    let manifest = manifest("2");
    let deploy = stand.deploy_with(&manifest, &options);
    let (result, _) = stand.interrupting(30, deploy).await;
    let conclusion = Conclusion::Interrupted(Interrupt::Terminate);
    assert_eq!(result.conclusion(), conclusion);
    (stand, result.error)
}

#[tokio::test(start_paused = true)]
async fn a_signal_lets_the_deployment_go_on() {
    let (stand, error) = interrupted(OnInterrupt::Detach).await;
    assert_eq!(error, None);
    assert_eq!(stand.cloud.count(STOP), 0);
}

#[tokio::test(start_paused = true)]
async fn a_signal_rolls_back_where_that_is_asked_for() {
    let (stand, error) = interrupted(OnInterrupt::Rollback).await;
    assert_eq!(
        error.as_deref(),
        Some("interrupted; ECS was asked to roll back")
    );
    assert_eq!(stand.cloud.count(STOP), 1);
}

#[tokio::test(start_paused = true)]
async fn in_a_run_of_many_a_signal_rolls_back_what_it_began_and_not_what_it_followed() {
    let (stand, _) = interrupted(OnInterrupt::RollbackOwn).await;
    assert_eq!(stand.cloud.count(STOP), 1);
    let stand = Stand::serving();
    stand.rolling_out("2").await;
    let (stand, error) = interrupted_on(stand, OnInterrupt::RollbackOwn).await;
    let expected = "interrupted; the deployment goes on, since it ran before this run";
    assert_eq!(error.as_deref(), Some(expected));
    assert_eq!(stand.cloud.count(STOP), 0);
}

#[tokio::test(start_paused = true)]
async fn a_signal_before_the_first_write_leaves_everything_as_it_was() {
    let stand = Stand::serving();
    stand.cloud.latency.set(Duration::from_secs(10));
    let manifest = manifest("2");
    let options = options();
    let (result, _) = stand
        .interrupting(5, stand.deploy_with(&manifest, &options))
        .await;
    let conclusion = Conclusion::Interrupted(Interrupt::Terminate);
    assert_eq!(result.conclusion(), conclusion);
    wrote(&stand, 0, 0);
}

#[tokio::test(start_paused = true)]
async fn a_forced_deployment_registers_nothing() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.succeed_after(20);
    let force = DeployOptions {
        redeploy: Redeploy::Always,
        ..options()
    };
    let (result, _) = stand.deploy_with(&manifest("2"), &force).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    wrote(&stand, 1, 2);
}

#[tokio::test(start_paused = true)]
async fn a_change_without_a_deployment_is_not_waited_for() {
    let stand = Stand::serving();
    stand.released("2").await;
    let tagged = manifest_with("2", "tags: { team: risk }\n");
    let before = stand.cloud.count("TagResource");
    let (result, _) = stand.deploy_with(&tagged, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    // The service gets the tag, and so does the revision that serves.
    assert_eq!(stand.cloud.count("TagResource") - before, 2);
    wrote(&stand, 1, 1);
}

#[tokio::test(start_paused = true)]
async fn another_commit_is_no_change() {
    let mut stand = Stand::serving();
    stand.pipeline.git_sha = Some("9ab0c1".to_owned());
    stand.released("2").await;
    let world = stand.cloud.world();
    let tags = &world.task_definition("m:2").unwrap().tags;
    assert_eq!(tags["mlship:git-sha"], "9ab0c1");
    stand.pipeline.git_sha = Some("ffffff".to_owned());
    let tagged = stand.cloud.count("TagResource");
    assert_eq!(stand.deploy("2").await.conclusion(), Conclusion::Unchanged);
    wrote(&stand, 1, 1);
    assert_eq!(
        stand.cloud.count("TagResource"),
        tagged,
        "whose run it was stays"
    );
}

#[tokio::test(start_paused = true)]
async fn a_service_without_autoscaling_costs_no_question_about_it() {
    let stand = Stand::serving();
    stand.released("2").await;
    assert_eq!(stand.cloud.count("DescribeScalableTargets"), 0);
}

#[tokio::test(start_paused = true)]
async fn no_lost_answer_makes_a_second_deployment() {
    for operation in [REGISTER, UPDATE] {
        let stand = Stand::serving();
        stand.cloud.fail(operation, &[Fault::LostAfter]);
        stand.succeed_after(40);
        let (result, heard) = stand.deploy_with(&manifest("2"), &options()).await;
        assert_eq!(result.conclusion(), Conclusion::Succeeded, "{operation}");
        assert_eq!(heard.adopted(), 1, "{operation}");
        wrote(&stand, 1, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_aws_refuses_ends_before_the_next_write() {
    for (operation, registered) in [(REGISTER, 1), (UPDATE, 1)] {
        let stand = Stand::serving();
        stand.cloud.fail(operation, &[Fault::Denied]);
        let result = stand.deploy("2").await;
        assert_eq!(result.conclusion().word(), "error", "{operation}");
        assert_eq!(stand.cloud.count(REGISTER), registered);
    }
    let stand = Stand::serving();
    stand
        .cloud
        .fail_always("DescribeServices", Some(Fault::Expired));
    assert_eq!(stand.deploy("2").await.exit_code().number(), 20);
    wrote(&stand, 0, 0);
}

/// A service that takes part in an experiment, which runs or is over.
fn compared(is_running: bool) -> Stand {
    let definition = definition(&[50, 50]);
    let mut rule = rule(&[
        (&definition.arms[0].group, 1),
        (&definition.arms[1].group, 1),
    ]);
    let state = if is_running { "running" } else { "stopped" };
    rule.tags = [
        ("mlship:experiment", "v9"),
        ("mlship:experiment-state", state),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let mut world = World::serving();
    let tags = serde_json::json!([{"key": EXPERIMENT, "value": rule_arn()}]);
    let service = world.service.as_mut().unwrap();
    service.document.insert("tags".to_owned(), tags);
    let stand = Stand::new(world);
    stand.cloud.balancer.put(rule);
    stand
}

#[tokio::test(start_paused = true)]
async fn a_variant_of_an_experiment_is_left_alone() {
    let stand = compared(true);
    let result = stand.deploy("2").await;
    let refused = Conclusion::Refused(Refusal::Check);
    assert_eq!(result.conclusion(), refused, "{result:?}");
    assert!(result.previous.is_some(), "what goes on serving is told");
    wrote(&stand, 0, 0);
}

#[tokio::test(start_paused = true)]
async fn who_insists_leaves_a_trace_in_the_experiment() {
    let stand = compared(true);
    stand.succeed_after(20);
    let force = DeployOptions {
        force: true,
        ..options()
    };
    let (result, heard) = stand.deploy_with(&manifest("2"), &force).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    assert!(heard.warnings.is_empty());
    let tags = stand.cloud.balancer.rule(&rule_arn()).tags;
    assert!(tags.contains_key("mlship:experiment-disturbed"));
}

#[tokio::test(start_paused = true)]
async fn an_experiment_that_is_over_holds_nothing_up() {
    let stand = compared(false);
    stand.succeed_after(20);
    assert_eq!(stand.deploy("2").await.conclusion(), Conclusion::Succeeded);
}

/// ECS calls a deployment of no tasks successful, and it serves nobody.
#[tokio::test(start_paused = true)]
async fn a_service_without_tasks_is_not_said_to_serve() {
    let idle = |stand: &Stand| {
        stand.cloud.after_now(0, |world| {
            let service = world.service.as_mut().unwrap();
            service.desired_count = 0;
            service.running_count = 0;
        });
    };
    let end_without_tasks = |stand: &Stand| {
        stand.cloud.after_now(20, |world| {
            world.tasks(0, 0, 0);
            world.end("SUCCESSFUL", "COMPLETED");
        });
    };
    let stand = Stand::serving();
    idle(&stand);
    end_without_tasks(&stand);
    let result = stand.deploy("2").await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    assert_eq!(result.note.as_deref(), Some("no task runs"));
    let again = stand.deploy("2").await;
    assert_eq!(again.conclusion(), Conclusion::Unchanged);
    assert_eq!(again.note.as_deref(), Some("no task runs"));
    // Scaled down while the release arrived.
    let stand = Stand::serving();
    end_without_tasks(&stand);
    let result = stand.deploy("2").await;
    assert_eq!(result.note.as_deref(), Some("no task runs"));
    let stand = Stand::serving();
    stand.succeed_after(20);
    assert_eq!(stand.deploy("2").await.note, None);
}

#[tokio::test(start_paused = true)]
async fn a_release_that_failed_and_stayed_names_the_way_back() {
    let stand = Stand::serving();
    stand
        .cloud
        .after_now(20, |world| world.end("STOPPED", "FAILED"));
    let result = stand.deploy("2").await;
    assert_eq!(result.conclusion(), Conclusion::Failed);
    let hint = result.hint.unwrap();
    assert!(hint.ends_with("mlship rollback m.yaml"), "{hint}");
}
