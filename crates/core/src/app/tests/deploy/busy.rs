//! Another deployment of the service runs already.

use super::*;
use crate::app::deploy::IfBusy;
use crate::app::planning::preview;
use crate::app::results;
use crate::app::traffic::tests::first::{canary, facts_of};
use crate::cloud::Ecs;
use crate::cloud::Identity;
use crate::progress::Event;
use crate::rollout::{PauseCommands, pauses};
use mlship_manifest::Manifest;

/// A service to which somebody else deploys, until it succeeds in half a minute.
async fn busy() -> Stand {
    deployed_to(Stand::serving()).await
}

async fn deployed_to(stand: Stand) -> Stand {
    let tagged = crate::cloud::fake::object(serde_json::json!({"family": "m"}));
    let arn = stand.cloud.register_task_definition(&tagged).await.unwrap();
    let update = crate::cloud::fake::object(serde_json::json!({"taskDefinition": arn}));
    stand.cloud.update_service(&update).await.unwrap();
    stand.succeed_after(30);
    stand
}

#[tokio::test(start_paused = true)]
async fn another_deployment_is_waited_for() {
    let stand = busy().await;
    stand.succeed_after(60);
    assert_eq!(stand.deploy("2").await.conclusion(), Conclusion::Succeeded);
    wrote(&stand, 2, 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_waited_for_is_told_with_its_model_and_as_it_comes_on() {
    let stand = Stand::serving();
    stand.rolling_out("3").await;
    let comes_on = |world: &mut World| {
        let service = world.service.as_mut().unwrap();
        service.deployments[0].running_count += 1;
    };
    stand.cloud.after_now(10, comes_on);
    stand.succeed_after(30);
    let (_, heard) = stand.deploy_with(&manifest("2"), &options()).await;
    let told = heard.events.iter().filter_map(|event| match event {
        Event::WaitingFor {
            version, counts, ..
        } => Some((version.as_deref(), counts.map(|counts| counts.running))),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert!(told.len() >= 3, "{told:?}");
    assert!(
        told.iter().all(|(version, _)| *version == Some("3")),
        "{told:?}"
    );
    assert_eq!(told[0].1, None);
    let last = told.last().unwrap().1;
    assert_eq!(last, told[1].1.map(|running| running + 1), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn another_deployment_refuses_where_nobody_waits() {
    let stand = busy().await;
    let fail = DeployOptions {
        if_busy: IfBusy::Fail,
        ..options()
    };
    let (result, _) = stand.deploy_with(&manifest("2"), &fail).await;
    let refused = Conclusion::Refused(Refusal::Check);
    assert_eq!(result.conclusion(), refused);
    wrote(&stand, 1, 1);
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_never_ends_is_not_pushed_aside() {
    let stand = busy().await;
    let soon = DeployOptions {
        watch: WatchOptions {
            timeout: Duration::from_secs(10),
            adds_shift: false,
            until: crate::rollout::Until::Done,
            ..options().watch
        },
        ..options()
    };
    let (result, _) = stand.deploy_with(&manifest("2"), &soon).await;
    assert_eq!(result.conclusion(), Conclusion::TimedOut);
    let hint = result.hint.as_deref().unwrap();
    assert!(hint.starts_with("wait longer with --timeout"), "{hint}");
    assert!(result.error.unwrap().contains("nothing was started"));
    wrote(&stand, 1, 1);
}

#[tokio::test(start_paused = true)]
async fn another_deployment_is_pushed_aside_where_that_is_asked_for() {
    let stand = busy().await;
    let supersede = DeployOptions {
        if_busy: IfBusy::Supersede,
        ..options()
    };
    let (result, heard) = stand.deploy_with(&manifest("2"), &supersede).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    let waited = |event: &Event| matches!(event, Event::WaitingFor { .. });
    assert!(!heard.events.iter().any(waited), "{:#?}", heard.events);
    wrote(&stand, 2, 2);
}

#[tokio::test(start_paused = true)]
async fn a_way_back_to_what_is_wanted_is_waited_for() {
    let stand = Stand::serving();
    stand.released("2").await;
    stand.rolling_out("3").await;
    stand.cloud.after_now(0, World::stop);
    stand.cloud.after_now(30, World::finish_rollback);
    let (result, heard) = stand.deploy_with(&manifest("2"), &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Unchanged, "{result:?}");
    let waited = |event: &Event| matches!(event, Event::WaitingFor { .. });
    assert!(heard.events.iter().any(waited), "{:#?}", heard.events);
    wrote(&stand, 2, 2);
}

/// Somebody else deploys between our last look and our write.
async fn overtaken(if_busy: IfBusy) -> crate::app::ResultRecord {
    let stand = Stand::serving();
    stand.cloud.latency.set(Duration::from_secs(1));
    // A plan takes two requests and the writing of it three more, before the service's own.
    stand.cloud.after(4, |world| {
        let theirs = crate::cloud::fake::object(serde_json::json!({"family": "m"}));
        let arn = world.register(&theirs);
        let update = crate::cloud::fake::object(serde_json::json!({"taskDefinition": arn}));
        world.update(&update);
    });
    let options = DeployOptions {
        if_busy,
        ..options()
    };
    let (result, _) = stand.deploy_with(&manifest("2"), &options).await;
    assert_eq!(stand.cloud.count(UPDATE), 0, "{result:?}");
    result
}

#[tokio::test(start_paused = true)]
async fn what_is_seen_right_before_the_write_is_refused_by_its_name() {
    let result = overtaken(IfBusy::Fail).await;
    let refused = Conclusion::Refused(Refusal::Check);
    assert_eq!(result.conclusion(), refused, "{result:?}");
    let error = result.error.unwrap();
    assert_eq!(error, "deployment ecs-svc/2 of m:2 is running");
    // Who waits does so as long as it runs, which here is for ever.
    let result = overtaken(IfBusy::Wait).await;
    assert_eq!(result.conclusion(), Conclusion::TimedOut, "{result:?}");
}

/// Nobody waits for days for what a word of somebody else's ends.
#[tokio::test(start_paused = true)]
async fn another_deployment_that_waits_for_somebody_refuses_and_says_who_may_end_that() {
    let stand = busy().await;
    let fail = DeployOptions {
        if_busy: IfBusy::Fail,
        ..options()
    };
    let (_, heard) = stand.deploy_with(&manifest("2"), &fail).await;
    let planned = heard.events.iter().find_map(|event| match event {
        Event::Planned { plan } => Some(plan),
        _ => None,
    });
    let plan = planned.unwrap();
    let mut world = stand.cloud.world();
    world.reach("PRE_PRODUCTION_TRAFFIC_SHIFT", 0.0);
    world.pause(&["ecs-pause-1"]);
    let commands = PauseCommands {
        promote: "mlship promote m.yaml".to_owned(),
        abort: "mlship abort m.yaml".to_owned(),
    };
    let waits = pauses(&world.deployments[0], &commands);
    let until = waits[0].until.unwrap();
    let running = plan.running.as_ref().unwrap();
    let result = results::paused(plan, running, waits);
    assert_eq!(result.exit_code().number(), 11);
    let error = result.error.unwrap();
    let said = format!(
        "waits for somebody at PRE_PRODUCTION_TRAFFIC_SHIFT, step 1 of 2 until {until}, and then \
         goes back; nothing was started"
    );
    assert!(error.ends_with(&said), "{error}");
    let hint = result.hint.unwrap();
    let begin = "mlship promote m.yaml --hook ecs-pause-1 lets it go on (whoever may \
                 ecs:ContinueServiceDeployment on arn:";
    assert!(hint.starts_with(begin), "{hint}");
    let end = "and then it goes back; mlship abort m.yaml takes it back";
    assert!(hint.ends_with(end), "{hint}");
    assert_eq!(result.pauses.len(), 1);
}

/// A service to which somebody else deploys, by a canary.
async fn shifting() -> Stand {
    let mut world = World::serving();
    let canary = serde_json::json!({"strategy": "CANARY",
        "canaryConfiguration": {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 10}});
    let service = world.service.as_mut().unwrap();
    service
        .document
        .insert("deploymentConfiguration".to_owned(), canary);
    let stand = deployed_to(Stand::new(world)).await;
    stand.cloud.balancer.put(facts_of("").0);
    stand
}

/// What is taken back brings all requests back; what is replaced may leave the rule split.
#[tokio::test(start_paused = true)]
async fn over_a_deployment_that_moves_traffic_abort_is_offered_first_and_the_risk_is_said() {
    let risk = "--if-busy supersede may leave the rule split between both groups";
    let with = |if_busy| DeployOptions {
        if_busy,
        ..options()
    };
    let (result, _) = shifting()
        .await
        .deploy_with(&canary(""), &with(IfBusy::Fail))
        .await;
    let hint = result.hint.unwrap();
    assert!(
        hint.starts_with("take it back first with mlship abort"),
        "{hint}"
    );
    assert!(hint.contains(risk), "{hint}");
    let mut soon = with(IfBusy::Wait);
    soon.watch.timeout = Duration::from_secs(10);
    let (result, heard) = shifting().await.deploy_with(&canary(""), &soon).await;
    assert_eq!(result.conclusion(), Conclusion::TimedOut);
    let hint = result.hint.unwrap();
    assert!(hint.starts_with("take it back with mlship abort"), "{hint}");
    let notes: Vec<&str> = heard.notes().collect();
    let waits = "moves traffic, and is waited for: mlship abort m.yaml takes it back at once";
    assert!(notes.iter().any(|note| note.ends_with(waits)), "{notes:?}");
    let (_, heard) = shifting()
        .await
        .deploy_with(&canary(""), &with(IfBusy::Supersede))
        .await;
    let notes: Vec<&str> = heard.notes().collect();
    let warned = |note: &&str| note.contains("the rule may stay split between both groups");
    assert!(notes.iter().any(warned), "{notes:?}");
}

#[tokio::test(start_paused = true)]
async fn a_look_at_the_plan_says_that_a_deployment_runs() {
    let looked_at = async |stand: &Stand, release: Manifest| {
        let caller = stand.cloud.caller().await.unwrap();
        let (context, overrides) = (stand.context(), options().overrides);
        let redeploy = crate::plan::Redeploy::WhenChanged;
        let plan = preview(&context, &caller, &release, redeploy, &overrides);
        Box::pin(plan).await.unwrap().notes.join("; ")
    };
    let told = looked_at(&shifting().await, canary("")).await;
    let expected = "deployment ecs-svc/2 of m:2 is running and moves traffic: a deploy waits for its \
                    end, and mlship abort takes it back at once";
    assert!(told.contains(expected), "{told}");
    let told = looked_at(&busy().await, manifest("2")).await;
    let expected = "deployment ecs-svc/2 of m:2 is running: a deploy waits for its end";
    assert!(told.contains(expected), "{told}");
    assert!(
        !looked_at(&Stand::serving(), manifest("2"))
            .await
            .contains("is running")
    );
}
