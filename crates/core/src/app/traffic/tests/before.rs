//! The check before a release.

use super::{A, B, C, RULE, stand};
use crate::app::Address;
use crate::app::deploy::DeployOptions;
use crate::app::planning::preview;
use crate::app::testing::{Stand, manifest, options};
use crate::cloud::Identity;
use crate::cloud::fake::Fault;
use crate::plan::{Effect, Redeploy};
use crate::progress::{Conclusion, Refusal};
use crate::release::ListenerRule;
use crate::release::ids::TargetGroupArn;

/// Deploys while requests go like that, and returns why that is refused.
async fn refused(stand: &Stand) -> (String, String) {
    let result = stand.deploy("2").await;
    assert_eq!(
        result.conclusion(),
        Conclusion::Refused(Refusal::Check),
        "{result:#?}"
    );
    for write in ["RegisterTaskDefinition", "UpdateService", "TagResource"] {
        assert_eq!(stand.cloud.count(write), 0, "{write}");
    }
    assert_eq!(stand.cloud.balancer.count("ModifyRule"), 0);
    (result.error.unwrap(), result.hint.unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_split_rule_is_refused_with_both_shares_and_the_command_that_mends_it() {
    let (error, hint) = refused(&stand(&[(A, 900), (B, 100)], Some(A))).await;
    assert!(
        error.contains("production traffic is split: 90 % to blue, 10 % to green"),
        "{error}"
    );
    assert!(
        error.contains("a group without healthy targets: 10 % to green"),
        "{error}"
    );
    assert!(hint.contains("mlship traffic repair m.yaml"), "{hint}");
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_was_reset_to_the_other_group_is_refused_with_where_the_tasks_are() {
    let (error, _) = refused(&stand(&[(A, 100), (B, 0)], Some(B))).await;
    assert!(
        error.contains("100 % to blue, and the tasks that should serve are in green"),
        "{error}"
    );
    assert!(error.contains("100 % to blue, 0 % to green"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_foreign_group_and_a_missing_one_are_refused() {
    let (error, _) = refused(&stand(&[(A, 100), (C, 0)], Some(A))).await;
    assert!(
        error.contains("none of the service's: 0 % to other"),
        "{error}"
    );
    assert!(error.contains("it lacks green"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn nothing_to_deploy_over_a_wrong_rule_is_no_success() {
    let wrong = stand(&[(A, 0), (B, 100)], Some(A));
    wrong
        .cloud
        .balancer
        .put(ListenerRule::forwarding(RULE, &[(A, 100), (B, 0)]));
    wrong.released("2").await;
    wrong
        .cloud
        .balancer
        .put(ListenerRule::forwarding(RULE, &[(A, 0), (B, 100)]));
    let again = wrong.deploy("2").await;
    assert_eq!(again.conclusion(), Conclusion::Refused(Refusal::Check));
    wrong
        .cloud
        .balancer
        .put(ListenerRule::forwarding(RULE, &[(A, 1), (B, 0)]));
    let again = wrong.deploy("2").await;
    assert_eq!(again.conclusion(), Conclusion::Unchanged);
}

#[tokio::test(start_paused = true)]
async fn a_right_rule_holds_nothing_up_in_any_scale() {
    for weights in [&[(A, 999), (B, 0)], &[(A, 1), (B, 0)]] {
        let right = stand(weights, Some(A));
        right.succeed_after(20);
        let result = right.deploy("2").await;
        assert_eq!(result.conclusion(), Conclusion::Succeeded, "{result:#?}");
    }
}

/// The release may be what mends it.
#[tokio::test(start_paused = true)]
async fn a_service_whose_tasks_are_all_down_can_be_deployed() {
    let down = stand(&[(A, 100), (B, 0)], Some(A));
    down.cloud
        .balancer
        .is_healthy(&TargetGroupArn::new(A), false);
    down.succeed_after(20);
    let (result, heard) = down.deploy_with(&manifest("2"), &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    let heard = format!("{:?}", heard.events);
    assert!(
        heard.contains("blue, where the tasks that serve are, has no healthy target"),
        "{heard}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_seen_is_told_with_its_permission_and_what_is_not_answered_ends_it() {
    let denied = stand(&[(A, 50), (B, 50)], Some(A));
    denied
        .cloud
        .balancer
        .fail("DescribeRules", &[Fault::Denied; 9]);
    denied.succeed_after(20);
    let (result, heard) = denied.deploy_with(&manifest("2"), &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    let heard = format!("{:?}", heard.events);
    let said = "not checked: the rule of production traffic (for want of \
                elasticloadbalancing:DescribeRules)";
    assert!(heard.contains(said), "{heard}");
    let lost = stand(&[(A, 100), (B, 0)], Some(A));
    lost.cloud
        .balancer
        .fail("DescribeRules", &[Fault::Unreachable; 9]);
    let result = lost.deploy("2").await;
    assert!(
        matches!(result.conclusion(), Conclusion::Error(_)),
        "{result:#?}"
    );
    assert_eq!(lost.cloud.count("UpdateService"), 0);
}

#[tokio::test(start_paused = true)]
async fn without_verifying_it_is_looked_at_all_the_same() {
    let wrong = stand(&[(A, 50), (B, 50)], Some(A));
    let options = DeployOptions {
        verify: None,
        ..options()
    };
    let (result, _) = wrong.deploy_with(&manifest("2"), &options).await;
    assert_eq!(result.conclusion(), Conclusion::Refused(Refusal::Check));
}

#[tokio::test(start_paused = true)]
async fn a_look_at_the_plan_warns_and_shows_no_change() {
    let wrong = stand(&[(A, 100), (B, 0)], Some(A));
    wrong.released("2").await;
    wrong
        .cloud
        .balancer
        .put(ListenerRule::forwarding(RULE, &[(A, 9), (B, 1)]));
    let caller = wrong.cloud.caller().await.unwrap();
    let context = wrong.context();
    let overrides = options().overrides;
    let manifest = manifest("2");
    let plan = preview(
        &context,
        &caller,
        &manifest,
        Redeploy::WhenChanged,
        &overrides,
    );
    let plan = Box::pin(plan).await.unwrap();
    assert_eq!((plan.effect, plan.changes.len()), (Effect::None, 0));
    let said = plan.notes.join("; ");
    assert!(said.contains("warning: production traffic"), "{said}");
    let command = context
        .invocation
        .command_for("traffic repair", &Address::Manifest("m.yaml".to_owned()));
    assert!(said.contains(&command), "{said}");
}

/// A deployment that runs moves traffic itself.
#[tokio::test(start_paused = true)]
async fn a_deployment_that_runs_is_followed_whatever_the_rule_says() {
    let shifting = stand(&[(A, 100), (B, 0)], Some(A));
    shifting.rolling_out("2").await;
    shifting
        .cloud
        .balancer
        .put(ListenerRule::forwarding(RULE, &[(A, 95), (B, 5)]));
    shifting.succeed_after(20);
    let result = shifting.deploy("2").await;
    // It is not refused, and its end is no good one where traffic stays split.
    assert_eq!(result.conclusion(), Conclusion::Misrouted, "{result:#?}");
}

/// After the end the rule alone decides: a group that somebody deleted has no target, and tells
/// nothing else.
#[tokio::test(start_paused = true)]
async fn a_group_that_is_gone_is_one_without_targets() {
    let stand = stand(&[(A, 100), (B, 0)], Some(A));
    stand.rolling_out("2").await;
    stand.cloud.balancer.delete_group(&TargetGroupArn::new(B));
    stand.succeed_after(20);
    let result = stand.deploy("2").await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded, "{result:#?}");
}
