//! A status names what is wrong with where requests go, as `watch` does.

use super::super::super::testing::{Stand, subject};
use super::{asked, document, look};
use crate::app::traffic::tests::stand;
use crate::cloud::fake::World;
use crate::progress::Conclusion;
use crate::release::ListenerRule;
use crate::release::ids::TargetGroupArn;

const A: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/blue/1";
const B: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/green/2";
const RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:listener-rule/app/main/1/2/3";
const C: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/other/3";

/// Returns what a status says is wrong, and what `watch` does.
async fn said(stand: &Stand) -> (Option<String>, Option<String>) {
    let subject = subject();
    let seen = look(&[asked(stand, &subject)]).await;
    let status = seen.into_iter().next().unwrap().1.unwrap();
    let told = status.misrouted.map(|misrouted| {
        let hint = misrouted.hint.unwrap();
        assert!(hint.contains("mlship traffic repair m.yaml"), "{hint}");
        misrouted.wrong.join("; ")
    });
    let watched = stand.watch().await;
    let is_wrong = watched.conclusion() == Conclusion::Misrouted;
    let error = watched.error.filter(|_| is_wrong);
    let words = |error: String| error.trim_start_matches("traffic is wrong: ").to_owned();
    (told, error.map(words))
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_is_what_watch_says_and_what_is_right_is_not_told() {
    let rules: [&[(&str, u32)]; 7] = [
        &[(A, 0), (B, 100)],
        &[(B, 1)],
        &[(A, 50), (B, 950)],
        &[(A, 100), (B, 0)],
        &[(A, 0), (B, 0)],
        &[(B, 99), (C, 1)],
        &[(B, 100), (C, 0)],
    ];
    for (index, rule) in rules.into_iter().enumerate() {
        for is_well in [true, false] {
            let stand = stand(rule, Some(B));
            stand.released("2").await;
            let (group, balancer) = (TargetGroupArn::new(B), &stand.cloud.balancer);
            balancer.is_healthy(&group, is_well);
            let (status, watch) = said(&stand).await;
            assert_eq!(status, watch, "{rule:?} {is_well}");
            let is_right = is_well && [0, 1, 6].contains(&index);
            assert_eq!(status.is_none(), is_right, "{rule:?} {is_well}: {status:?}");
        }
    }
}

/// What failed and stayed has left two fleets, and a first release had nothing before it.
#[tokio::test(start_paused = true)]
async fn after_a_failure_it_is_what_watch_says_too() {
    let (mut found, mut wrong) = (0, 0);
    for goes_back in [true, false] {
        for rule in [
            &[(A, 0), (B, 100)][..],
            &[(A, 50), (B, 50)],
            &[(A, 100), (B, 0)],
        ] {
            let stand = stand(&[(A, 0), (B, 100)], Some(B));
            stand.rolling_out("2").await;
            let rule = ListenerRule::forwarding(RULE, rule);
            stand.cloud.balancer.put(rule.clone());
            stand.cloud.after_now(0, move |world| {
                world.tasks(0, 0, 2);
                if goes_back {
                    world.stop();
                    world.finish_rollback();
                } else {
                    world.end("ROLLBACK_FAILED", "FAILED");
                }
            });
            let (told, watch) = said(&stand).await;
            assert_eq!(told, watch, "{goes_back} {rule:?}");
            found += 1;
            wrong += usize::from(told.is_some());
        }
    }
    assert_eq!((found, wrong), (6, 4));
}

#[tokio::test(start_paused = true)]
async fn while_a_deployment_moves_requests_nothing_is_wrong_and_the_code_of_a_status_stays() {
    let stand = stand(&[(A, 0), (B, 100)], Some(B));
    stand.rolling_out("2").await;
    stand
        .cloud
        .balancer
        .put(ListenerRule::forwarding(RULE, &[(A, 50), (B, 50)]));
    stand.cloud.after_now(0, |world: &mut World| {
        world.reach("PRODUCTION_TRAFFIC_SHIFT", 50.0);
    });
    assert_eq!(document(&stand).await.get("misrouted"), None);
}

#[tokio::test(start_paused = true)]
async fn where_no_task_is_wanted_an_empty_group_is_no_fault() {
    let stand = stand(&[(A, 0), (B, 100)], Some(B));
    stand.released("2").await;
    stand
        .cloud
        .balancer
        .is_healthy(&TargetGroupArn::new(B), false);
    stand.cloud.after_now(0, |world| {
        let service = world.service.as_mut().unwrap();
        (service.desired_count, service.running_count) = (0, 0);
    });
    assert_eq!(document(&stand).await.get("misrouted"), None);
}
