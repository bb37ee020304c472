//! What is promoted to nobody, and gets no traffic.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_deploy_that_fails_leaves_the_split_and_is_not_tried_again_by_itself() {
    let lab = Lab::won().await;
    lab.fleet.change("control", |world| world.fails = true);
    let outcome = lab.advance(false).await;
    let not_promoted = Conclusion::NotPromoted(ExitCode::RolledBack);
    assert_eq!(outcome.conclusion, not_promoted, "{outcome:?}");
    assert_eq!(lab.weights(), [50, 50]);
    assert_eq!(lab.record().state, State::Running);
    let promotion = lab.record().promotion.unwrap();
    let failed = PromotionState::Failed(ExitCode::RolledBack);
    assert_eq!(promotion.state, failed);
    lab.fleet.change("control", |world| world.fails = false);
    let (_, revisions) = lab.runs(0).await;
    let outcome = lab.advance(false).await;
    assert_eq!(outcome.conclusion, not_promoted, "{outcome:?}");
    assert!(outcome.hint.unwrap().contains("--retry-failed"));
    assert_eq!(
        (lab.weights(), lab.runs(0).await.1),
        (vec![50, 50], revisions)
    );
    let outcome = lab.advance(true).await;
    assert_eq!(outcome.conclusion, Conclusion::Promoted, "{outcome:?}");
    assert_eq!(lab.weights(), [100, 0]);
    assert_eq!(lab.runs(0).await.0, tested());
}

#[tokio::test(start_paused = true)]
async fn a_release_that_was_not_compared_is_promoted_to_nobody() {
    let mut lab = Lab::won().await;
    match &mut lab.comparison.origin {
        Origin::Manifest(written) => written.releases[1] = release("challenger", "10"),
        Origin::Service(_) => panic!("it has a manifest"),
    }
    let outcome = lab.advance(false).await;
    assert_eq!(
        outcome.conclusion.exit_code(),
        ExitCode::Refused,
        "{outcome:?}"
    );
    let code = outcome.findings().unwrap()[0].code;
    assert_eq!(code, Code::OTHER_RELEASE);
    assert_eq!(
        (lab.weights(), lab.record().promotion),
        (vec![50, 50], None)
    );
    assert_eq!(lab.runs(0).await.0, "m:8");
}

#[tokio::test(start_paused = true)]
async fn a_control_without_a_healthy_target_does_not_get_the_traffic() {
    let lab = Lab::won().await;
    let group = lab.comparison.definition.arms[0].group.clone();
    let dies = async {
        sleep(Duration::from_secs(10)).await;
        lab.fleet.balancer.is_healthy(&group, false);
    };
    let (outcome, ()) = tokio::join!(lab.advance(false), dies);
    assert_eq!(
        outcome.conclusion.exit_code(),
        ExitCode::Refused,
        "{outcome:?}"
    );
    assert_eq!(lab.weights(), [50, 50]);
    lab.fleet.balancer.is_healthy(&group, true);
    let outcome = lab.advance(false).await;
    assert_eq!(outcome.conclusion, Conclusion::Promoted, "{outcome:?}");
    lab.check_promoted("later").await;
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_says_nothing_of_a_promotion_gets_none() {
    let lab = Lab::won().await;
    // The claim is taken, and then nothing can be put down.
    let faults = [Fault::Denied; 9];
    let denies = async {
        sleep(Duration::from_secs(2)).await;
        lab.fleet.balancer.fail("AddTags", &faults);
    };
    let (outcome, ()) = tokio::join!(lab.advance(false), denies);
    assert_eq!(
        outcome.conclusion.exit_code(),
        ExitCode::SaidNo,
        "{outcome:?}"
    );
    assert_eq!(
        (lab.weights(), lab.runs(0).await.0),
        (vec![50, 50], "m:8".to_owned())
    );
}
