//! Steps that are judged before the next, whole watches long.

use super::*;
use crate::cloud::fake::FakeBalancer;
use crate::progress::{Decision, StepJudgement};
use crate::release::ids::ServiceDeploymentArn;
use crate::release::{HookAction, ListenerRule};
use crate::rollout::Until;
use mlship_manifest::schema::Analysis;

const LIVE: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/blue/1";
const NEW: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/green/2";
const RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:listener-rule/app/main/1/2/3";
const CONTINUE: &str = "ContinueServiceDeployment";
const STOP: &str = "StopServiceDeployment";
/// When the canary's step is over, in seconds since the start.
const BAKED: u64 = 2_000;

fn rule(live: u32, new: u32) -> ListenerRule {
    ListenerRule::forwarding(RULE, &[(LIVE, live), (NEW, new)])
}

/// A service whose canary waits before its first step, and after a bake of half an hour before its
/// second.
pub(super) fn canary() -> FakeCloud {
    canary_beside(LIVE)
}

/// The same, with what serves in a group.
fn canary_beside(live: &str) -> FakeCloud {
    let mut world = World::serving();
    world.lands_in = Some(live.to_owned());
    world.newest_lands_in = Some(NEW.to_owned());
    let wired = json!([{"targetGroupArn": LIVE, "containerName": "m", "containerPort": 80,
        "advancedConfiguration": {"alternateTargetGroupArn": NEW, "productionListenerRule": RULE,
            "roleArn": "arn:aws:iam::1:role/lb"}}]);
    let service = world.service.as_mut().unwrap();
    service.document.insert("loadBalancers".to_owned(), wired);
    let mut cloud = FakeCloud::new(world);
    cloud.balancer = FakeBalancer::new(vec![rule(0, 100)]);
    cloud.metrics.2.set(true);
    cloud.after(5, |world| wait(world, 0.0, "ecs-pause-1"));
    cloud.after(BAKED, |world| {
        world.end_wait("ecs-pause-1", HookAction::Continue);
        wait(world, 10.0, "ecs-pause-2");
    });
    cloud
}

fn wait(world: &mut World, percent: f64, hook: &str) {
    world.reach("PRE_PRODUCTION_TRAFFIC_SHIFT", percent);
    let configuration = world.deployments[0].deployment_configuration.as_mut();
    configuration.unwrap()["canaryConfiguration"]["canaryBakeTimeInMinutes"] = json!(30);
    world.pause(&[hook]);
}

/// Lets each minute count so many requests of both releases, and so many of them go wrong.
fn counts(cloud: &FakeCloud, live: (f64, f64), new: (f64, f64)) {
    for (group, (requests, errors)) in [("blue/1", live), ("green/2", new)] {
        let group = format!("targetgroup/{group}");
        cloud.metrics.put(&group, "RequestCount", requests);
        let answered = requests - errors;
        cloud
            .metrics
            .put(&group, "HTTPCode_Target_2XX_Count", answered);
        cloud
            .metrics
            .put(&group, "HTTPCode_Target_5XX_Count", errors);
    }
}

fn goes_on(cloud: &FakeCloud, at: u64) {
    cloud.after(at, |world| world.end("SUCCESSFUL", "COMPLETED"));
}

async fn judged(cloud: &FakeCloud, until: Until) -> (Outcome, RecordingReport) {
    let service = deploy(cloud).await;
    let ours = service.primary().unwrap();
    let analysis: Analysis =
        serde_json::from_value(json!({"metrics": [{"metric": "error_rate", "margin": 0.01}]}))
            .unwrap();
    let what = Follow {
        shown: None,
        deployment: ours.id.clone(),
        is_own: true,
        created_at: ours.created_at,
        timeout: Duration::from_hours(6),
        adds_shift: false,
        until,
        pausing: PauseCommands::default(),
        abort_after: 0,
        waits: WaitsEnded::ByAnalysis(analysis),
    };
    let mut heard = RecordingReport::default();
    let (id, brings) = (FakeCloud::id(), &ours.task_definition);
    let watched = follow(cloud, &id, brings, what, &mut heard, pending()).await;
    (watched.unwrap(), heard)
}

fn judgements(heard: &RecordingReport) -> Vec<&StepJudgement> {
    let events = heard.events.iter();
    let judged = events.filter_map(|event| match event {
        Event::Judged { judgement, .. } => Some(&**judgement),
        _ => None,
    });
    judged.collect()
}

fn decisions(heard: &RecordingReport) -> Vec<Decision> {
    let judged = judgements(heard);
    judged.iter().map(|judgement| judgement.decision).collect()
}

/// The waits that somebody was told of.
fn waits(heard: &RecordingReport) -> Vec<&str> {
    let events = heard.events.iter();
    let waits = events.filter_map(|event| match event {
        Event::Paused { pause, .. } => Some(&*pause.hook),
        _ => None,
    });
    waits.collect()
}

#[tokio::test(start_paused = true)]
async fn what_is_as_good_takes_each_step_and_nobody_is_asked() {
    let cloud = canary();
    counts(&cloud, (900.0, 9.0), (100.0, 1.0));
    goes_on(&cloud, 3_000);
    let (outcome, heard) = judged(&cloud, Until::Done).await;
    assert_eq!(outcome.verdict, Verdict::Succeeded);
    assert_eq!(decisions(&heard), [Decision::GoesOn]);
    assert_eq!(judgements(&heard)[0].step, 1);
    assert_eq!(waits(&heard), [""; 0]);
    assert_eq!(cloud.count(CONTINUE), 2);
    assert_eq!(cloud.count(STOP), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_worse_goes_back_with_both_rates_as_the_cause() {
    let cloud = canary();
    counts(&cloud, (900.0, 9.0), (100.0, 8.0));
    cloud.after(BAKED + 300, World::finish_rollback);
    cloud.balancer.put(rule(100, 0));
    let (outcome, heard) = judged(&cloud, Until::Done).await;
    assert_eq!(outcome.verdict, Verdict::RolledBack);
    assert_eq!(decisions(&heard), [Decision::GoesBack]);
    let failure = outcome.failure.unwrap();
    assert_eq!(failure.cause, Cause::Analysis);
    assert!(
        failure.reason.contains("error_rate 8 % beside 1 %"),
        "{}",
        failure.reason
    );
    assert_eq!((cloud.count(CONTINUE), cloud.count(STOP)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn what_nobody_can_tell_waits_for_somebody_who_is_told_once() {
    let cloud = canary();
    counts(&cloud, (90.0, 1.0), (10.0, 0.0));
    let (outcome, heard) = judged(&cloud, Until::Paused).await;
    assert_eq!(outcome.verdict, Verdict::Paused);
    assert_eq!(decisions(&heard), [Decision::Undecided]);
    assert_eq!(waits(&heard), ["ecs-pause-2"]);
    assert_eq!(cloud.count(CONTINUE), 1);
}

/// Twice as many minutes have twice as many requests: nobody has to come.
#[tokio::test(start_paused = true)]
async fn it_is_looked_at_again_once_twice_as_many_minutes_are_there() {
    let cloud = canary();
    counts(&cloud, (900.0, 9.0), (30.0, 0.0));
    goes_on(&cloud, BAKED + 3_000);
    let (outcome, heard) = judged(&cloud, Until::Done).await;
    assert_eq!(outcome.verdict, Verdict::Succeeded);
    let judged = judgements(&heard);
    assert_eq!(decisions(&heard), [Decision::Undecided, Decision::GoesOn]);
    let minutes =
        |judgement: &StepJudgement| judgement.to.duration_since(judgement.from).as_secs() / 60;
    assert_eq!((minutes(judged[0]), minutes(judged[1])), (25, 50));
    assert_eq!(waits(&heard), ["ecs-pause-2"]);
    assert_eq!(cloud.count(CONTINUE), 2);
}

#[tokio::test(start_paused = true)]
async fn without_its_metrics_a_step_is_left_to_somebody() {
    let cloud = canary();
    counts(&cloud, (900.0, 9.0), (100.0, 1.0));
    cloud.fail_always("GetMetricData", Some(Fault::Denied));
    let (outcome, heard) = judged(&cloud, Until::Paused).await;
    assert_eq!(outcome.verdict, Verdict::Paused);
    assert_eq!(waits(&heard), ["ecs-pause-2"]);
    assert_eq!(decisions(&heard), []);
    assert_eq!(cloud.count(CONTINUE), 1);
}

#[tokio::test(start_paused = true)]
async fn metrics_that_come_late_are_waited_for_and_that_is_told_once() {
    let cloud = canary();
    counts(&cloud, (900.0, 9.0), (100.0, 1.0));
    cloud.fail("GetMetricData", &[Fault::LostBefore; 3]);
    goes_on(&cloud, BAKED + 3_000);
    let (outcome, heard) = judged(&cloud, Until::Done).await;
    assert_eq!(outcome.verdict, Verdict::Succeeded);
    assert_eq!(decisions(&heard), [Decision::GoesOn]);
    let notes = heard.events.iter().filter(
        |event| matches!(event, Event::Note { message } if message.contains("can't be judged yet")),
    );
    assert_eq!(notes.count(), 1);
    assert_eq!(waits(&heard), [""; 0]);
}

/// Of two waits at the stage nobody could tell which is the analysis' own.
#[tokio::test(start_paused = true)]
async fn beside_another_wait_before_the_step_nothing_is_judged() {
    let cloud = canary();
    counts(&cloud, (900.0, 9.0), (100.0, 1.0));
    cloud.after(BAKED, |world| world.pause(&["ecs-pause-3"]));
    let (outcome, heard) = judged(&cloud, Until::Paused).await;
    assert_eq!(outcome.verdict, Verdict::Paused);
    assert_eq!(waits(&heard), ["ecs-pause-2", "ecs-pause-3"]);
    assert_eq!(decisions(&heard), []);
}

#[tokio::test(start_paused = true)]
async fn a_wait_whose_end_is_lost_is_ended_once_and_who_may_not_end_it_leaves_it() {
    let cloud = canary();
    counts(&cloud, (900.0, 9.0), (100.0, 1.0));
    cloud.fail(CONTINUE, &[Fault::LostAfter]);
    goes_on(&cloud, 3_000);
    let (outcome, _) = judged(&cloud, Until::Done).await;
    assert_eq!(outcome.verdict, Verdict::Succeeded);
    let hooks = &cloud.world().deployments[0].lifecycle_hook_details;
    let went_on = |hook: &&crate::release::HookState| hook.status.as_deref() == Some("SUCCEEDED");
    assert_eq!(hooks.iter().filter(went_on).count(), 2);

    let cloud = canary();
    cloud.fail_always(CONTINUE, Some(Fault::Denied));
    let (outcome, heard) = judged(&cloud, Until::Paused).await;
    assert_eq!(outcome.verdict, Verdict::Paused);
    assert_eq!(waits(&heard), ["ecs-pause-1"]);
    assert_eq!(cloud.count(CONTINUE), 1);
    let deployment: &ServiceDeploymentArn = &outcome.pauses[0].deployment;
    assert_eq!(Some(deployment), outcome.service_deployment.as_ref());
}

#[tokio::test(start_paused = true)]
async fn what_is_worse_goes_back_however_often_aws_is_out_of_order() {
    let cloud = canary();
    counts(&cloud, (900.0, 9.0), (100.0, 8.0));
    cloud.fail(STOP, &[Fault::LostBefore; 12]);
    cloud.after(BAKED + 900, World::finish_rollback);
    cloud.balancer.put(rule(100, 0));
    let (outcome, heard) = judged(&cloud, Until::Done).await;
    assert_eq!(outcome.verdict, Verdict::RolledBack);
    assert_eq!(outcome.failure.unwrap().cause, Cause::Analysis);
    assert_eq!(decisions(&heard), [Decision::GoesBack]);
    assert_eq!(cloud.count(STOP), 13);
}

#[tokio::test(start_paused = true)]
async fn who_may_not_stop_it_answers_its_wait() {
    let cloud = canary();
    counts(&cloud, (900.0, 9.0), (100.0, 8.0));
    cloud.fail_always(STOP, Some(Fault::Denied));
    cloud.after(BAKED + 900, World::finish_rollback);
    cloud.balancer.put(rule(100, 0));
    let (outcome, _) = judged(&cloud, Until::Done).await;
    assert_eq!(outcome.verdict, Verdict::RolledBack);
    assert_eq!(outcome.failure.unwrap().cause, Cause::Analysis);
    assert_eq!((cloud.count(STOP), cloud.count(CONTINUE)), (1, 2));
}

/// A release that failed first may have left its tasks where the next ones are put.
#[tokio::test(start_paused = true)]
async fn no_release_is_compared_with_itself() {
    let cloud = canary_beside(NEW);
    counts(&cloud, (900.0, 9.0), (100.0, 1.0));
    let (outcome, heard) = judged(&cloud, Until::Paused).await;
    assert_eq!(outcome.verdict, Verdict::Paused);
    assert_eq!(decisions(&heard), []);
    assert_eq!(waits(&heard), ["ecs-pause-2"]);
}
