use std::time::Duration;

use super::super::promote::{PromoteOptions, Promotion, Waits};
use super::super::testing::{Stand, options, service_alone, subject};
use crate::app::recording_report::RecordingReport;
use crate::app::watch::{EndedBy, follow_newest};
use crate::app::{ResultRecord, Subject};
use crate::cloud::Identity;
use crate::cloud::fake::{Fault, World};
use crate::progress::{Conclusion, Refusal};
use crate::release::HookAction;
use crate::release::ids::ServiceDeploymentArn;

const CONTINUE: &str = "ContinueServiceDeployment";
const REFUSED: Conclusion = Conclusion::Refused(Refusal::Check);

async fn promote_of(subject: &Subject, hook: Option<&str>, stand: &Stand) -> ResultRecord {
    promote_with(subject, hook, false, stand).await
}

async fn promote_with(
    subject: &Subject,
    hook: Option<&str>,
    follows: bool,
    stand: &Stand,
) -> ResultRecord {
    let waits = hook.map_or(Waits::Lasting, |hook| Waits::One(hook.to_owned()));
    let mut heard = RecordingReport::default();
    promote_and_hear(subject, waits, follows, stand, &mut heard).await
}

async fn promote_and_hear(
    subject: &Subject,
    waits: Waits,
    follows: bool,
    stand: &Stand,
    heard: &mut RecordingReport,
) -> ResultRecord {
    let caller = stand.cloud.caller().await.unwrap();
    let options = PromoteOptions {
        waits,
        follow: follows.then(|| options().watch),
        judge: false,
        timeout: Duration::from_mins(30),
    };
    let promotion = Promotion {
        context: &stand.context(),
        subject: subject.clear(Ok(&caller), &mut |_| {}).unwrap(),
        options: &options,
    };
    Box::pin(promotion.run(heard)).await
}

async fn promote(stand: &Stand) -> ResultRecord {
    promote_of(&subject(), None, stand).await
}

/// A second release that waits at these hooks before its first step.
async fn paused(hooks: &'static [&'static str]) -> Stand {
    let stand = Stand::serving();
    stand.rolling_out("2").await;
    stand.cloud.after_now(0, |world| {
        world.reach("PRE_PRODUCTION_TRAFFIC_SHIFT", 0.0);
        world.pause(hooks);
    });
    stand
}

fn continued(result: &ResultRecord) -> Vec<(&str, bool)> {
    let all = result.continued.iter();
    all.map(|pause| (&*pause.hook, pause.already)).collect()
}

#[tokio::test(start_paused = true)]
async fn what_waits_at_the_first_look_goes_on_and_that_is_done() {
    let stand = paused(&["ecs-pause-1", "ecs-pause-2"]).await;
    let result = promote(&stand).await;
    assert_eq!(result.conclusion(), Conclusion::Started, "{result:?}");
    let expected = [("ecs-pause-1", false), ("ecs-pause-2", false)];
    assert_eq!(continued(&result), expected);
    assert_eq!(stand.cloud.count(CONTINUE), 2);
    let hint = result.hint.unwrap();
    assert_eq!(hint, "attach to it with mlship watch m.yaml");
}

#[tokio::test(start_paused = true)]
async fn one_wait_of_several_is_ended_alone() {
    let stand = paused(&["ecs-pause-1", "ecs-pause-2"]).await;
    let result = promote_of(&subject(), Some("ecs-pause-2"), &stand).await;
    assert_eq!(continued(&result), [("ecs-pause-2", false)]);
    assert_eq!(stand.cloud.count(CONTINUE), 1);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_somebody_ended_is_done_and_nothing_is_sent() {
    let stand = paused(&["ecs-pause-1"]).await;
    stand.cloud.after_now(0, |world| {
        assert!(world.end_wait("ecs-pause-1", HookAction::Continue));
    });
    let result = promote_of(&subject(), Some("ecs-pause-1"), &stand).await;
    assert_eq!(result.exit_code().number(), 0, "{result:?}");
    assert_eq!(continued(&result), [("ecs-pause-1", true)]);
    assert_eq!(stand.cloud.count(CONTINUE), 0);
}

/// Its first look came after the other's word.
#[tokio::test(start_paused = true)]
async fn a_second_promoter_who_finds_nothing_waiting_is_told_that_it_goes_on_already() {
    let continued_at = async |age: i64| {
        let stand = paused(&["ecs-pause-1"]).await;
        stand.cloud.after_now(0, move |world| {
            assert!(world.end_wait("ecs-pause-1", HookAction::Continue));
            let now = jiff::Timestamp::UNIX_EPOCH;
            world.deployments[0].updated_at = Some(now - jiff::SignedDuration::from_secs(age));
        });
        let result = promote(&stand).await;
        assert_eq!(stand.cloud.count(CONTINUE), 0);
        result
    };
    let result = continued_at(10).await;
    assert_eq!(result.exit_code().number(), 0, "{result:?}");
    assert_eq!(continued(&result), [("ecs-pause-1", true)]);
    // Long ago it was another wait that was ended.
    let result = continued_at(3600).await;
    assert_eq!(result.conclusion(), REFUSED, "{result:?}");
}

/// Both saw it waiting.
#[tokio::test(start_paused = true)]
async fn who_loses_the_race_is_told_that_it_goes_on_already() {
    let stand = paused(&["ecs-pause-1"]).await;
    stand.cloud.fail(CONTINUE, &[Fault::Rejected]);
    stand.cloud.after_now(1, |world| {
        assert!(world.end_wait("ecs-pause-1", HookAction::Continue));
    });
    let result = promote(&stand).await;
    assert_eq!(result.exit_code().number(), 0, "{result:?}");
    assert_eq!(continued(&result), [("ecs-pause-1", true)]);
}

#[tokio::test(start_paused = true)]
async fn where_nothing_waits_nothing_is_sent_and_it_is_said_what_is_there() {
    let check = async |stand: Stand, hook, said: &str| {
        let result = promote_of(&subject(), hook, &stand).await;
        assert_eq!(result.conclusion(), REFUSED, "{result:?}");
        let error = result.error.unwrap();
        assert_eq!(error, format!("there is nothing to promote: {said}"));
        assert_eq!(stand.cloud.count(CONTINUE), 0);
    };
    let succeeded = "its newest deployment has succeeded";
    check(Stand::serving(), None, succeeded).await;
    let at = "its deployment is at PRE_PRODUCTION_TRAFFIC_SHIFT, and waits";
    let gone = format!("{at} for nobody; somebody may have continued it just now");
    check(paused(&[]).await, None, &gone).await;
    let other = "the newest deployment has no ecs-pause-9, or it is over";
    let said = format!("{other}; {at} at another hook");
    check(paused(&["ecs-pause-1"]).await, Some("ecs-pause-9"), &said).await;
    let stopped = paused(&["ecs-pause-1"]).await;
    stopped.cloud.after_now(0, World::stop);
    let said = "its deployment goes back: Service deployment rolled back by a \
                StopServiceDeployment request.";
    check(stopped, None, said).await;
}

/// A wait that ended in time is not one that went on.
#[tokio::test(start_paused = true)]
async fn a_wait_that_timed_out_is_no_wait_that_went_on() {
    let stand = paused(&["ecs-pause-1"]).await;
    stand.cloud.after_now(0, |world| {
        world.deployments[0].lifecycle_hook_details[0].status = Some("TIMED_OUT".to_owned());
        world.roll_back("IN_PROGRESS");
    });
    let result = promote_of(&subject(), Some("ecs-pause-1"), &stand).await;
    assert_eq!(result.conclusion(), REFUSED, "{result:?}");
    assert!(result.error.unwrap().contains("ecs-pause-1 has timed out"));
}

#[tokio::test(start_paused = true)]
async fn what_goes_back_while_it_is_promoted_is_refused() {
    let stand = paused(&["ecs-pause-1"]).await;
    stand.cloud.fail(CONTINUE, &[Fault::Rejected]);
    stand.cloud.after_now(1, World::stop);
    let result = promote(&stand).await;
    assert_eq!(result.conclusion(), REFUSED, "{result:?}");
    assert!(result.error.unwrap().contains("goes back"));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_with_the_action_that_is_missing_and_what_went_on_before() {
    let stand = paused(&["ecs-pause-1", "ecs-pause-2"]).await;
    stand.cloud.fail_always(CONTINUE, Some(Fault::Denied));
    let result = promote(&stand).await;
    assert_eq!(result.exit_code().number(), 20, "{result:?}");
    assert_eq!(continued(&result), []);
    assert_eq!(stand.cloud.count(CONTINUE), 1);
}

#[tokio::test(start_paused = true)]
async fn where_no_answer_comes_it_is_not_claimed_that_it_goes_on() {
    let stand = paused(&["ecs-pause-1"]).await;
    stand.cloud.fail_always(CONTINUE, Some(Fault::LostBefore));
    let result = promote(&stand).await;
    assert_eq!(result.exit_code().number(), 21, "{result:?}");
    assert_eq!(continued(&result), []);
    let error = result.error.unwrap();
    assert!(
        error.starts_with("whether ecs-pause-1 goes on is not known"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_may_not_list_deployments_may_promote_the_one_that_the_service_names() {
    let stand = paused(&["ecs-pause-1"]).await;
    let denied = Some(Fault::Denied);
    stand.cloud.fail_always("ListServiceDeployments", denied);
    stand.cloud.after_now(0, |world| {
        let newest = world.deployments[0].service_deployment_arn.clone();
        let service = world.service.as_mut().unwrap();
        service.current_service_deployment = Some(newest);
    });
    let result = promote(&stand).await;
    assert_eq!(result.conclusion(), Conclusion::Started, "{result:?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_manifest_the_commands_name_the_service_too() {
    let stand = paused(&["ecs-pause-1"]).await;
    let result = promote_of(&service_alone(), Some("ecs-pause-9"), &stand).await;
    let hint = result.hint.unwrap();
    assert_eq!(
        hint,
        "what waits goes on with mlship promote --service ml/m --hook ecs-pause-1"
    );
    assert_eq!(result.pauses[0].abort, "mlship abort --service ml/m");
}

#[tokio::test(start_paused = true)]
async fn who_follows_is_told_how_it_ended() {
    let stand = paused(&["ecs-pause-1"]).await;
    stand.succeed_after(30);
    let result = promote_with(&subject(), None, true, &stand).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded, "{result:?}");
    assert_eq!(continued(&result), [("ecs-pause-1", false)]);
    let stand = paused(&["ecs-pause-1"]).await;
    stand.fail_after(30);
    let result = promote_with(&subject(), None, true, &stand).await;
    assert_eq!(result.exit_code().number(), 31, "{result:?}");
}

async fn promote_all(stand: &Stand) -> (ResultRecord, String) {
    let mut heard = RecordingReport::default();
    let waits = Waits::All(options().watch);
    let result = promote_and_hear(&subject(), waits, false, stand, &mut heard).await;
    (result, format!("{:?}", heard.events))
}

#[tokio::test(start_paused = true)]
async fn all_waits_are_ended_as_they_come_each_once_and_the_end_is_told() {
    let stand = paused(&["ecs-pause-1"]).await;
    stand.cloud.after(40, |world| {
        world.reach("PRE_PRODUCTION_TRAFFIC_SHIFT", 10.0);
        world.pause(&["ecs-pause-2", "ecs-pause-3"]);
    });
    stand.succeed_after(120);
    let (result, heard) = promote_all(&stand).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded, "{result:?}");
    let each = ["ecs-pause-1", "ecs-pause-2", "ecs-pause-3"];
    assert_eq!(continued(&result), each.map(|hook| (hook, false)));
    assert_eq!(stand.cloud.count(CONTINUE), 3);
    for hook in each {
        assert_eq!(
            heard.matches(&format!("continued: {hook}")).count(),
            1,
            "{heard}"
        );
    }
}

/// ECS may list for a moment what it took.
#[tokio::test(start_paused = true)]
async fn what_is_still_listed_is_not_sent_again() {
    let stand = paused(&["ecs-pause-1"]).await;
    let waits = |world: &mut World| {
        let hook = &mut world.deployments[0].lifecycle_hook_details[0];
        hook.status = Some("AWAITING_ACTION".to_owned());
    };
    for seconds in 1..60 {
        stand.cloud.after(seconds, waits);
    }
    stand.succeed_after(120);
    let (result, _) = promote_all(&stand).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded, "{result:?}");
    assert_eq!(stand.cloud.count(CONTINUE), 1);
}

#[tokio::test(start_paused = true)]
async fn who_comes_second_is_told_that_it_goes_on_already_and_sees_it_to_its_end() {
    let stand = paused(&["ecs-pause-1"]).await;
    stand.cloud.fail(CONTINUE, &[Fault::Rejected]);
    stand.cloud.after(1, |world| {
        assert!(world.end_wait("ecs-pause-1", HookAction::Continue));
    });
    stand.succeed_after(60);
    let (result, heard) = promote_all(&stand).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded, "{result:?}");
    assert_eq!(continued(&result), [("ecs-pause-1", true)]);
    assert!(heard.contains("already continued: ecs-pause-1"), "{heard}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_may_not_be_ended_is_paused_with_who_may() {
    let stand = paused(&["ecs-pause-1"]).await;
    stand.cloud.fail_always(CONTINUE, Some(Fault::Denied));
    let (result, heard) = promote_all(&stand).await;
    assert_eq!(result.exit_code().number(), 34, "{result:?}");
    assert_eq!(result.pauses.len(), 1);
    assert_eq!(continued(&result), []);
    assert_eq!(stand.cloud.count(CONTINUE), 1);
    assert!(heard.contains("no further wait is ended"), "{heard}");
}

#[tokio::test(start_paused = true)]
async fn all_of_a_deployment_that_is_over_is_nothing_to_promote() {
    let (result, _) = promote_all(&Stand::serving()).await;
    assert_eq!(result.conclusion(), REFUSED, "{result:?}");
    let stopped = paused(&["ecs-pause-1"]).await;
    stopped.cloud.after_now(0, World::stop);
    let (result, _) = promote_all(&stopped).await;
    assert_eq!(result.conclusion(), REFUSED, "{result:?}");
    assert_eq!(stopped.cloud.count(CONTINUE), 0);
}

/// Somebody's newer deployment is not the one that was to go on.
#[tokio::test(start_paused = true)]
async fn a_newer_deployment_s_waits_are_left_alone() {
    let stand = paused(&["ecs-pause-1"]).await;
    let (subject, context) = (subject(), stand.context());
    let other = ServiceDeploymentArn::new("arn:aws:ecs:r:1:service-deployment/ml/m/other");
    let other = EndedBy::Promotion(other);
    let mut heard = RecordingReport::default();
    let watched = follow_newest(&context, &subject, options().watch, other, &mut heard);
    let result = Box::pin(watched).await;
    assert_eq!(result.conclusion(), Conclusion::Superseded, "{result:?}");
    assert_eq!(stand.cloud.count(CONTINUE), 0);
}
