//! What a release leans on whose traffic ECS moves: roles that ECS itself takes on, and requests
//! enough to see anything of its first step.

use serde_json::json;

use super::alarms::canary;
use super::facts::answered;
use crate::cloud::preconditions::{Decision, Fact, Question, Verdict};
use crate::preflight::surroundings::{FirstStep, Looker};
use crate::preflight::{Check, Finding, Seen, Surroundings, Untold, judge};

const TRAFFIC: &str = "arn:aws:iam::111122223333:role/traffic";
const HOOK: &str = "arn:aws:iam::111122223333:role/hook";

/// A canary whose first step of 5 % an alarm and an analysis look at.
pub(super) fn stepping() -> Surroundings {
    let mut release = canary(&["mlship-fraud"]);
    release.described = ["mlship-fraud".to_owned()].into();
    let looker = |metric: &str, requests, minutes| Looker {
        metric: metric.to_owned(),
        requests,
        minutes,
    };
    release.first_step = Some(FirstStep {
        percent: 5.0,
        balancer: "app/ml/1".to_owned(),
        groups: ["targetgroup/blue/1", "targetgroup/green/2"].map(str::to_owned),
        lookers: vec![
            looker("errorRate", 20, 1),
            looker("rollout.analysis of error_rate", 240, 15),
        ],
    });
    release
}

fn judged(release: &Surroundings, mut fact: impl FnMut(&Question) -> Option<Fact>) -> Vec<Finding> {
    judge(
        release,
        &answered(release, |question| fact(question).map(Seen::Told)),
    )
}

fn of(findings: &[Finding], check: Check) -> Vec<(&'static str, String)> {
    let found = findings.iter().filter(|finding| finding.check == check);
    found
        .map(|finding| {
            let Finding {
                subject, message, ..
            } = finding;
            (finding.state.name(), format!("{subject} {message}"))
        })
        .collect()
}

#[test]
fn the_roles_of_traffic_and_hooks_have_to_trust_ecs_itself() {
    let release = stepping();
    let right = judged(&release, |_| None);
    let passes = |role: &str| vec![("pass", format!("{role} trusts ecs.amazonaws.com"))];
    assert_eq!(of(&right, Check::TrafficRole), passes(TRAFFIC));
    assert_eq!(of(&right, Check::Hook), passes(HOOK));
    // What tasks take on is no role of ECS itself.
    let of_tasks = json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"}}});
    for (role, check) in [(TRAFFIC, Check::TrafficRole), (HOOK, Check::Hook)] {
        for (policy, says) in [
            (None, "is not there"),
            (Some(&of_tasks), "does not trust ecs.amazonaws.com"),
        ] {
            let found = judged(&release, |question| {
                (*question == Question::Role(role.to_owned())).then(|| Fact::Role(policy.cloned()))
            });
            assert_eq!(of(&found, check), [("fail", format!("{role} {says}"))]);
        }
    }
}

#[test]
fn what_these_roles_may_do_is_asked_with_what_ecs_does() {
    let release = stepping();
    let mut asked = Vec::new();
    judged(&release, |question| {
        if let Question::Permissions {
            role,
            actions,
            resources,
        } = question
            && [TRAFFIC, HOOK].contains(&&**role)
        {
            let actions: Vec<&str> = actions
                .iter()
                .filter_map(|it| it.split(':').nth(1))
                .collect();
            let names = resources.iter().map(|it| it.rsplit(':').next().unwrap());
            let names: Vec<&str> = names.collect();
            asked.push(format!("{} on {}", actions.join(", "), names.join(", ")));
        }
        None
    });
    asked.sort();
    assert_eq!(
        asked,
        [
            "DescribeRules, DescribeTargetHealth on *",
            "InvokeFunction on smoke",
            "ModifyRule on listener-rule/app/ml/1/2/3",
            "RegisterTargets, DeregisterTargets on targetgroup/blue/1, targetgroup/green/2",
        ]
    );
    let denied = judged(&release, |question| match question {
        Question::Permissions {
            role,
            actions,
            resources,
        } if role == TRAFFIC => Some(Fact::Permissions(vec![Decision {
            action: actions[0].clone(),
            resource: resources[0].clone(),
            verdict: Verdict::ExplicitDeny,
            missing_keys: Vec::new(),
        }])),
        _ => None,
    });
    let denied = of(&denied, Check::RolePermissions);
    let denied = denied.iter().filter(|(state, _)| *state == "fail");
    assert_eq!(denied.count(), 3);
}

#[test]
fn a_function_elsewhere_may_not_be_reached() {
    for (arn, says) in [
        (
            "arn:aws:lambda:eu-west-1:111122223333:function:smoke",
            "is a function in eu-west-1, and the service is in us-east-1",
        ),
        (
            "arn:aws:lambda:us-east-1:999988887777:function:smoke",
            "is a function of account 999988887777, and the service is in 111122223333",
        ),
    ] {
        let mut service = super::alarms::canary_service(&[]);
        service["deploymentConfiguration"]["lifecycleHooks"][1]["hookTargetArn"] = json!(arn);
        let release = super::facts::release(super::facts::task_definition(), service);
        let found = of(&judged(&release, |_| None), Check::Hook);
        assert_eq!(found[0], ("warn", format!("{arn} {says}")));
    }
}

#[track_caller]
fn check_requests(a_minute: f64, state: &str, says: &str) {
    let release = stepping();
    let found = judged(&release, |question| {
        matches!(question, Question::Requests { .. }).then_some(Fact::Requests(a_minute))
    });
    let found = of(&found, Check::FirstStep);
    assert_eq!(
        found,
        [(state, format!("a first step of 5 % {says}"))].map(|(state, says)| {
            (
                ["pass", "warn"]
                    .into_iter()
                    .find(|one| *one == state)
                    .unwrap(),
                says,
            )
        })
    );
}

#[test]
fn a_first_step_that_nothing_sees_is_warned_of_with_what_it_takes() {
    check_requests(
        400.0,
        "pass",
        "gets 20 of the 400 requests a minute of the last hour",
    );
    check_requests(
        330.0,
        "warn",
        "gets 16.5 of the 330 requests a minute of the last hour, and errorRate says nothing of a \
         minute with fewer than 20: it takes 400 a minute, or 6.1 %",
    );
    check_requests(
        300.0,
        "warn",
        "gets 15 of the 300 requests a minute of the last hour, and errorRate says nothing of a \
         minute with fewer than 20; rollout.analysis of error_rate takes 240 in 15 minutes: it takes \
         400 a minute, or 6.7 %",
    );
    // The sum of no points is −0.
    for none in [0.0, -0.0] {
        check_requests(
            none,
            "warn",
            "gets 0 of the 0 requests a minute of the last hour, and errorRate says nothing of a \
             minute with fewer than 20; rollout.analysis of error_rate takes 240 in 15 minutes: it \
             takes 400 a minute",
        );
    }
}

#[test]
fn requests_that_nobody_may_ask_for_are_unchecked() {
    let release = stepping();
    let denied = answered(&release, |question| {
        matches!(question, Question::Requests { .. }).then(|| {
            Seen::Untold(Untold {
                permission: Some("cloudwatch:GetMetricData"),
                words: "denied".to_owned(),
            })
        })
    });
    let found = of(&judge(&release, &denied), Check::FirstStep);
    assert_eq!(found[0].0, "unchecked");
}
