//! Alarms that a manifest describes, from before a deployment to after its end.

use super::super::deploy::{DeployOptions, IfAlarmed};
use super::super::testing::{Stand, options};
use super::super::verify::verify;
use crate::cloud::Identity;
use crate::cloud::fake::Fault;
use crate::cloud::preconditions::{Alarm, Fact, Question};
use crate::preflight::{Check, Finding, Memory};
use crate::progress::{Conclusion, Refusal};
use mlship_manifest::{Manifest, ReadOptions, Source, read};

const ERRORS: &str = "[{ errorRate: { above: 2% } }]";
const BALANCER: &str = "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/ml/1";

/// A release with these alarms.
fn manifest(version: &str, alarms: &str) -> Manifest {
    let text = format!(
        "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: {{ name: m, version: \"{version}\" }}\n\
         image: m:{version}\nservice: {{ cluster: ml, name: m, desired: 2 }}\n\
         runtime: {{ cpu: 256, memory: 512, port: 80 }}\nnetwork: {{ subnets: [subnet-1] }}\n\
         traffic: {{ targetGroup: arn:aws:elasticloadbalancing:us-east-1:111122223333:\
         targetgroup/blue/0123456789abcdef }}\nrollout: {{ alarms: {alarms} }}\n"
    );
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    read(Source::new("m.yaml", text), &settings).unwrap()
}

fn stand() -> Stand {
    let stand = Stand::serving();
    let mut balancers = stand.cloud.balancer.load_balancers.borrow_mut();
    balancers.push(BALANCER.to_owned());
    drop(balancers);
    stand
}

async fn deploy(stand: &Stand, version: &str, alarms: &str) -> Conclusion {
    let manifest = manifest(version, alarms);
    let (result, _) = stand.deploy_with(&manifest, &options()).await;
    result.conclusion()
}

/// A stand in which version 2 serves with its alarm.
async fn watched() -> Stand {
    let stand = stand();
    stand.succeed_after(20);
    let conclusion = deploy(&stand, "2", ERRORS).await;
    assert_eq!(conclusion, Conclusion::Succeeded);
    assert_eq!(alarms(&stand), 1);
    stand
}

fn alarms(stand: &Stand) -> usize {
    stand.cloud.world().alarms.len()
}

/// Nobody says of alarms that go that they are watched.
#[tokio::test(start_paused = true)]
async fn alarms_that_the_manifest_leaves_out_are_off_in_the_plan_and_for_whoever_verifies() {
    let stand = watched().await;
    let text = manifest("3", ERRORS)
        .source
        .text()
        .replace(ERRORS, "REMOVED");
    let text = text.replace("rollout: { alarms: REMOVED }\n", "");
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    let left_out = read(Source::new("m.yaml", text), &settings).unwrap();
    let caller = stand.cloud.caller().await.unwrap();
    let found = verify(&stand.context(), &caller, &Memory::default(), &left_out).await;
    let about = |finding: &Finding| [Check::Alarms, Check::FiringAlarm].contains(&finding.check);
    let found = found.unwrap().findings;
    assert!(!found.iter().any(about), "{found:#?}");
    stand.succeed_after(40);
    let (result, heard) = stand.deploy_with(&left_out, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    let heard = format!("{:?}", heard.events);
    assert!(
        heard.contains("no alarm will watch this release"),
        "{heard}"
    );
    assert_eq!(alarms(&stand), 0);
}

#[tokio::test(start_paused = true)]
async fn an_alarm_whose_answer_is_lost_is_there_once_and_before_the_deployment() {
    for fault in [Fault::LostBefore, Fault::LostAfter, Fault::GarbledAfter] {
        let stand = stand();
        stand.cloud.fail("PutMetricAlarm", &[fault]);
        stand.succeed_after(20);
        let conclusion = deploy(&stand, "2", ERRORS).await;
        assert_eq!(conclusion, Conclusion::Succeeded);
        assert_eq!((alarms(&stand), stand.cloud.count("UpdateService")), (1, 1));
    }
    let stand = stand();
    stand
        .cloud
        .fail_always("PutMetricAlarm", Some(Fault::Denied));
    deploy(&stand, "2", ERRORS).await;
    assert_eq!(stand.cloud.count("UpdateService"), 0);
}

#[tokio::test(start_paused = true)]
async fn an_alarm_is_deleted_once_its_deployment_has_succeeded_and_no_sooner() {
    let stand = watched().await;
    stand.fail_after(20);
    assert_eq!(deploy(&stand, "3", "[]").await, Conclusion::RolledBack);
    assert_eq!(stand.cloud.count("DeleteAlarms"), 0);
    let detach = DeployOptions {
        detach: true,
        ..options()
    };
    let (begun, _) = stand.deploy_with(&manifest("4", "[]"), &detach).await;
    assert_eq!(begun.conclusion(), Conclusion::Started);
    assert_eq!(stand.cloud.count("DeleteAlarms"), 0);
    stand.cloud.fail("DeleteAlarms", &[Fault::LostAfter]);
    stand.succeed_after(20);
    assert_eq!(deploy(&stand, "4", "[]").await, Conclusion::Succeeded);
    assert_eq!(alarms(&stand), 0);
    let asked = stand.cloud.count("DescribeAlarms");
    assert_eq!(deploy(&stand, "4", "[]").await, Conclusion::Unchanged);
    assert_eq!(stand.cloud.count("DescribeAlarms"), asked);
}

#[tokio::test(start_paused = true)]
async fn an_alarm_that_can_not_be_deleted_keeps_no_release_from_serving() {
    let stand = watched().await;
    stand.cloud.fail_always("DeleteAlarms", Some(Fault::Denied));
    stand.succeed_after(20);
    let (result, heard) = stand.deploy_with(&manifest("3", "[]"), &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    let said = heard.notes().any(|note| note.contains("not deleted"));
    assert!(said, "{:?}", heard.notes().collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn one_that_is_on_is_refused_before_anything_is_written_unless_somebody_says_so() {
    let stand = watched().await;
    let name = stand.cloud.world().alarms[0].name.clone();
    let on = Alarm {
        name: name.clone(),
        state: "ALARM".to_owned(),
        definition: None,
    };
    stand.cloud.after_now(0, move |world| {
        let question = Question::Alarms(vec![name]);
        // One that is not on is no warning.
        let off = Alarm {
            name: "quiet".to_owned(),
            state: "OK".to_owned(),
            definition: None,
        };
        world.facts.insert(question, Fact::Alarms(vec![on, off]));
    });
    let before = stand.cloud.count("RegisterTaskDefinition");
    let conclusion = deploy(&stand, "3", ERRORS).await;
    assert_eq!(conclusion, Conclusion::Refused(Refusal::Check));
    assert_eq!(stand.cloud.count("RegisterTaskDefinition"), before);
    let despite = DeployOptions {
        if_alarmed: IfAlarmed::Unwatched,
        ..options()
    };
    stand.succeed_after(20);
    let (result, heard) = stand.deploy_with(&manifest("3", ERRORS), &despite).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    let notes: Vec<&str> = heard.notes().collect();
    assert!(
        notes.iter().any(|note| note.contains("watches no alarm")),
        "{notes:?}"
    );
    assert!(
        !notes.iter().any(|note| note.contains("quiet")),
        "{notes:?}"
    );
}
