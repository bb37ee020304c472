//! What other tools for ECS get wrong, by their source and public issues, and mlship must not.
//!
//! A file a tool here; what another test proves already is not proved twice:
//!
//! | elsewhere | held by |
//! | --- | --- |
//! | ecs-deploy: one task that can't be placed at once is fatal | `truth::well::capacity_that_comes_late` |
//! | ecs-deploy: more than a hundred tasks always time out | `truth::well::a_hundred_and_fifty_tasks` |
//! | ecs-deploy: one call a second for each service | `rollout::driver::tests::the_end_is_noticed_within_a_second_and_a_half_and_sixty_calls`, `…::an_hour_that_stands_still_costs_a_few_calls_a_minute` |
//! | ecs-deploy: prints changed environment values; ecspresso: `diff` shows them | `diff::secrets_never_appear` |
//! | ecspresso: deregisters the revision that was rolled back | `rollback::the_last_release_that_succeeded_comes_back_and_what_failed_between_is_passed_over` |
//! | ecspresso: a forced deployment that was rolled back is success | `truth::failing::a_forced_deployment_is_rolled_back` |
//! | ecspresso: always registers a revision | `deploy::deploying_the_same_again_writes_nothing` |
//! | ecspresso: `diff` has no exit code | `diff::diff_of_a_new_service_creates_and_writes_nothing`, `examples::every_example_deploys_and_then_shows_no_difference` |
//! | ecspresso: `diff` shows what ECS filled in | `examples::every_example_deploys_and_then_shows_no_difference` |
//! | ecspresso: no word of the tasks that stopped; the GitHub action: a link to the console | `causes`, all of it |
//! | ecspresso: on Ctrl-C or a timeout ECS goes on and nobody says so | `watch::an_interrupt_detaches_and_names_the_command_that_attaches`, `failures::time_that_runs_out_is_said_and_the_deployment_goes_on` |
//! | the GitHub action: success by what serves, not by the deployment that was started | `truth::meanwhile::a_deployment_of_somebody_else_supersedes_ours` |
//! | Copilot: stuck for the next run after Ctrl-C | `watch::a_run_killed_before_a_call_is_understood_by_the_next_one`, `…_after_a_call_…` |

mod ecs_deploy;
mod ecspresso;
mod one_task;
mod services_stable;

use serde_json::{Value, json};

use crate::stage::{Run, Stage};

/// Deploys a manifest that is given as text.
fn deploy(stage: &Stage, version: &str, manifest: &str) -> Run {
    let arguments = ["deploy", "-", "-e", "staging", "-o", "json"];
    stage.pipe(&arguments, version, manifest)
}

fn manifest() -> String {
    std::fs::read_to_string(crate::stage::FRAUD_SCORER).unwrap()
}

/// The manifest for a service whose failures ECS alone decides on.
fn by_ecs_alone() -> String {
    let with = "circuitBreaker: true\n  abortAfter: 0";
    let changed = manifest().replace("circuitBreaker: true", with);
    assert_ne!(changed, manifest());
    changed
}

fn service(stage: &Stage) -> Value {
    let service = json!({"cluster": "ml-staging", "services": ["fraud-scorer"]});
    stage.ask("DescribeServices", &service)["services"][0].take()
}

fn task_definition(stage: &Stage, name: &str) -> Value {
    let name = json!({"taskDefinition": name});
    stage.ask("DescribeTaskDefinition", &name)["taskDefinition"].take()
}

fn rollback(stage: &Stage) -> Run {
    let arguments = [
        "rollback",
        crate::stage::FRAUD_SCORER,
        "-e",
        "staging",
        "-o",
        "json",
    ];
    stage.mlship(&arguments, "0")
}
