//! What alarms that somebody else made would not see of a deployment that moves traffic.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::facts::{release, service, task_definition};
use crate::cloud::preconditions::{Alarm, Fact, Question};
use crate::preflight::{Answers, Check, Finding, Seen, Surroundings, judge};
use crate::release::{AlarmDefinition, AlarmQuery, AlarmSource};

const BLUE: &str = "targetgroup/blue/1";
pub(super) const FUNCTION: &str = "arn:aws:lambda:us-east-1:111122223333:function:smoke";
const GREEN: &str = "targetgroup/green/2";

/// A canary that bakes for ten minutes at first.
pub(super) fn canary(alarms: &[&str]) -> Surroundings {
    release(task_definition(), canary_service(alarms))
}

pub(super) fn canary_service(alarms: &[&str]) -> Value {
    let arn = |group: &str| format!("arn:aws:elasticloadbalancing:eu-west-1:111122223333:{group}");
    let mut service = service();
    service["loadBalancers"] = json!([{"targetGroupArn": arn(BLUE), "containerName": "fraud",
        "containerPort": 8080, "advancedConfiguration": {"alternateTargetGroupArn": arn(GREEN),
        "productionListenerRule": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:\
         listener-rule/app/ml/1/2/3", "roleArn": "arn:aws:iam::111122223333:role/traffic"}}]);
    service["deploymentConfiguration"] = json!({"strategy": "CANARY",
        "canaryConfiguration": {"canaryPercent": 5.0, "canaryBakeTimeInMinutes": 10},
        "alarms": {"enable": true, "rollback": true, "alarmNames": alarms},
        "lifecycleHooks": [{"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"]},
            {"targetType": "AWS_LAMBDA", "hookTargetArn": FUNCTION, "lifecycleStages": ["POST_SCALE_UP"],
             "roleArn": "arn:aws:iam::111122223333:role/hook"}]});
    service
}

/// An alarm on a metric of a load balancer, over so many minutes.
fn alarm(name: &str, metric: &str, group: Option<&str>, minutes: u32) -> Alarm {
    let balancer = ("LoadBalancer".to_owned(), "app/ml/1".to_owned());
    let group = group.map(|group| ("TargetGroup".to_owned(), group.to_owned()));
    let dimensions: BTreeMap<_, _> = std::iter::once(balancer).chain(group).collect();
    Alarm {
        name: name.to_owned(),
        state: "OK".to_owned(),
        definition: Some(AlarmDefinition {
            name: name.to_owned(),
            description: String::new(),
            queries: vec![AlarmQuery {
                id: "m".to_owned(),
                is_returned: true,
                source: AlarmSource::Metric {
                    namespace: "AWS/ApplicationELB".to_owned(),
                    name: metric.to_owned(),
                    dimensions,
                    statistic: "Sum".to_owned(),
                    period: 60,
                },
            }],
            comparison: "GreaterThanThreshold".to_owned(),
            threshold: 1.0,
            periods: minutes,
            points: minutes,
            missing: "missing".to_owned(),
            acts: true,
        }),
    }
}

/// Returns what is said of each alarm, in the order of their names.
fn told(release: &Surroundings, alarms: Vec<Alarm>) -> Vec<(&'static str, String)> {
    let question = Question::Alarms(release.alarms.clone());
    let answers = Answers::from([(question, Seen::Told(Fact::Alarms(alarms)))]);
    let found = judge(release, &answers).into_iter();
    let of_alarms = found.filter(|finding: &Finding| finding.check == Check::Alarms);
    of_alarms
        .map(|finding| (finding.state.name(), finding.message))
        .collect()
}

#[track_caller]
fn check(alarms: &[Alarm], expected: &[(&str, &str)]) {
    let names: Vec<&str> = alarms.iter().map(|alarm| alarm.name.as_str()).collect();
    let release = canary(&names);
    let found = told(&release, alarms.to_vec());
    assert_eq!(found.len(), expected.len());
    for ((state, message), (wanted, words)) in found.iter().zip(expected) {
        assert!(
            state == wanted && message.contains(words),
            "{state}: {message}"
        );
    }
}

#[test]
fn an_alarm_on_one_group_alone_misses_every_other_release() {
    let errors = "HTTPCode_Target_5XX_Count";
    let blue = || alarm("blue", errors, Some(BLUE), 1);
    check(&[blue()], &[("warn", "targetgroup/blue/1 alone")]);
    check(
        &[blue(), alarm("green", errors, Some(GREEN), 1)],
        &[("pass", "is there"); 2],
    );
    // Another metric on the other group is no twin.
    check(
        &[blue(), alarm("green", "UnHealthyHostCount", Some(GREEN), 1)],
        &[("warn", "alone"); 2],
    );
}

#[test]
fn an_alarm_on_the_whole_load_balancer_hardly_sees_a_first_share() {
    let whole = alarm("all", "HTTPCode_ELB_5XX_Count", None, 1);
    check(&[whole], &[("warn", "whole load balancer")]);
    let mut own = alarm("own", "Errors", None, 1);
    if let Some(AlarmDefinition { queries, .. }) = &mut own.definition {
        queries[0].source = AlarmSource::Expression("1".to_owned());
    }
    check(&[own], &[("pass", "is there")]);
}

#[test]
fn an_alarm_that_is_later_than_the_first_bake_is_warned_of() {
    let errors = "HTTPCode_Target_5XX_Count";
    for (minutes, state) in [(6, "pass"), (7, "warn")] {
        check(
            &[
                alarm("blue", errors, Some(BLUE), minutes),
                alarm("green", errors, Some(GREEN), minutes),
            ],
            &[(state, ""); 2],
        );
    }
}

#[test]
fn where_tasks_are_replaced_one_by_one_an_alarm_on_the_group_sees_them_all() {
    let mut service: Value = service();
    service["deploymentConfiguration"]["alarms"]["alarmNames"] = json!(["blue"]);
    let release = release(task_definition(), service);
    let one = alarm("blue", "HTTPCode_Target_5XX_Count", Some(BLUE), 60);
    assert_eq!(told(&release, vec![one])[0].0, "pass");
}

#[test]
fn what_the_deploy_makes_need_not_be_there() {
    let mut release = canary(&["mlship-fraud"]);
    assert_eq!(told(&release, Vec::new())[0].0, "fail");
    release.described = ["mlship-fraud".to_owned()].into();
    assert_eq!(
        told(&release, Vec::new())[0],
        ("pass", "is made by the deploy".to_owned())
    );
}
