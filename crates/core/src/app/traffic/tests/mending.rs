//! Mending a rule.

use serde_json::json;

use super::{A, B, C, RULE, runs, stand};
use crate::app::testing::{Stand, service_alone};
use crate::app::traffic::repair::{Asked, End, Mending, mend};
use crate::cloud::Identity;
use crate::cloud::fake::Fault;
use crate::progress::{Conclusion, Refusal};
use crate::release::ids::{RuleArn, TargetGroupArn};
use crate::release::{ListenerRule, Routing};

async fn mended(stand: &Stand, writes: bool) -> Mending {
    let (subject, context) = (service_alone(), stand.context());
    let caller = stand.cloud.caller().await;
    let asked = if writes {
        Asked::Written(subject.clear(caller.as_ref(), &mut |_| {}).unwrap())
    } else {
        Asked::Shown(&subject)
    };
    Box::pin(mend(&context, asked)).await
}

fn said(mending: &Mending) -> Vec<String> {
    let part = |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{share}"));
    let each = mending.shares.iter().map(|share| {
        let (before, after) = (part(share.before), part(share.after));
        format!("{} {before} → {after}", share.group.name())
    });
    each.collect()
}

fn is_now(stand: &Stand) -> Vec<(String, u32)> {
    let rule = stand.cloud.balancer.rule(&RuleArn::new(RULE));
    let Routing::Forward(forward) = rule.routing else {
        panic!("it forwards");
    };
    let weights = forward.weights.iter();
    weights
        .map(|(group, weight)| (group.name().to_owned(), *weight))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn the_dry_run_shows_percents_of_the_sum_and_writes_nothing() {
    let wrong = stand(&[(A, 50), (B, 950), (C, 0)], Some(A));
    let shown = mended(&wrong, false).await;
    assert_eq!(shown.end, End::Shown);
    assert_eq!(
        said(&shown),
        ["blue 5 → 100", "green 95 → 0", "other 0 → –"]
    );
    assert_eq!(shown.conclusion(), Conclusion::Unchanged);
    assert_eq!(wrong.cloud.balancer.count("ModifyRule"), 0);
}

#[tokio::test(start_paused = true)]
async fn it_is_written_once_though_its_answer_is_lost_and_then_nothing_is_left() {
    let wrong = stand(&[(A, 50), (B, 950)], Some(A));
    wrong.cloud.balancer.fail("ModifyRule", &[Fault::LostAfter]);
    let written = mended(&wrong, true).await;
    assert_eq!(written.end, End::Repaired);
    assert_eq!(
        is_now(&wrong),
        [("blue".to_owned(), 100), ("green".to_owned(), 0)]
    );
    assert_eq!(wrong.cloud.balancer.count("ModifyRule"), 1);
    let again = mended(&wrong, true).await;
    assert_eq!((again.end, again.wrong), (End::Right, Vec::new()));
    assert_eq!(wrong.cloud.balancer.count("ModifyRule"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_not_carried_out_is_no_repair() {
    for fault in [Fault::Denied, Fault::Swallowed, Fault::Unreachable] {
        let wrong = stand(&[(A, 50), (B, 950)], Some(A));
        wrong.cloud.balancer.fail("ModifyRule", &[fault; 9]);
        let written = mended(&wrong, true).await;
        assert!(matches!(written.end, End::Unanswered(_)), "{written:#?}");
        assert!(matches!(written.conclusion(), Conclusion::Error(_)));
    }
}

async fn refused(stand: &Stand) -> String {
    for writes in [false, true] {
        let mending = mended(stand, writes).await;
        assert_eq!(
            mending.conclusion(),
            Conclusion::Refused(Refusal::Check),
            "{mending:#?}"
        );
    }
    assert_eq!(stand.cloud.balancer.count("ModifyRule"), 0);
    match mended(stand, true).await.end {
        End::Refused(why, _) => why,
        end => panic!("{end:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_running_deployment_moves_the_traffic_itself() {
    let shifting = stand(&[(A, 95), (B, 5)], Some(A));
    runs(&shifting);
    assert!(refused(&shifting).await.contains("is running"));
}

#[tokio::test(start_paused = true)]
async fn what_nobody_knows_is_not_guessed() {
    let said = refused(&stand(&[(A, 50), (B, 50)], None)).await;
    assert!(said.contains("ECS does not say in which group"), "{said}");
}

/// A rule that looks right is not known to be, without where the tasks are.
#[tokio::test(start_paused = true)]
async fn what_was_not_seen_is_not_said_to_be_right() {
    let right = stand(&[(A, 100), (B, 0)], Some(A));
    assert_eq!(mended(&right, true).await.end, End::Right);
    let denied = Some(Fault::Denied);
    right.cloud.fail_always("DescribeServiceRevisions", denied);
    let said = refused(&right).await;
    assert!(
        said.starts_with("where the tasks are that serve was not seen"),
        "{said}"
    );
}

#[tokio::test(start_paused = true)]
async fn requests_for_a_release_that_failed_and_was_the_first_are_warned_of() {
    let wrong = stand(&[(A, 50), (B, 950)], Some(A));
    let warned = |mending: &Mending| {
        let mut remarks = mending.remarks.iter();
        remarks.any(|remark| remark.contains("a release that failed, and none succeeded before"))
    };
    assert!(!warned(&mended(&wrong, false).await));
    wrong.cloud.after_now(0, |world| {
        world.deployments.truncate(1);
        world.end("ROLLBACK_FAILED", "FAILED");
        let runs = json!([{"arn": world.deployments[0].target(), "runningTaskCount": 2}]);
        let service = world.service.as_mut().unwrap();
        service.current_service_revisions = serde_json::from_value(runs).unwrap();
    });
    let mending = mended(&wrong, false).await;
    assert!(warned(&mending), "{mending:#?}");
}

/// Moving all requests there would leave nobody to answer.
#[tokio::test(start_paused = true)]
async fn requests_are_not_taken_from_healthy_tasks_to_a_group_without_any() {
    let doubtful = stand(&[(A, 0), (B, 100)], Some(A));
    let balancer = &doubtful.cloud.balancer;
    balancer.is_healthy(&TargetGroupArn::new(A), false);
    balancer.is_healthy(&TargetGroupArn::new(B), true);
    let said = refused(&doubtful).await;
    assert!(said.contains("would leave nobody to answer"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn another_action_than_forwarding_is_not_written_over() {
    let redirects = stand(&[(A, 100), (B, 0)], Some(A));
    let mut other = ListenerRule::forwarding(RULE, &[]);
    other.routing = Routing::Other("redirect".to_owned());
    redirects.cloud.balancer.put(other);
    let said = refused(&redirects).await;
    assert!(said.contains("its action is redirect"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_service_whose_traffic_ecs_does_not_move_has_nothing_to_mend() {
    let mending = mended(&Stand::serving(), true).await;
    assert_eq!((mending.end, mending.rule), (End::Right, None));
}
