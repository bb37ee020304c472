use mlship_core::app::status::{NotSeen, ServingRelease};
use mlship_core::progress::Cause;
use mlship_core::release::ids::{ClusterName, ServiceName, TaskDefinitionArn};
use snapbox::{assert_data_eq, str};

use super::*;
use crate::report::palette_for;

fn release() -> ServingRelease {
    ServingRelease {
        model: Some("fraud".to_owned()),
        version: Some("7".to_owned()),
        model_ref: None,
        model_metrics: None,
        image: Some("fraud:7".to_owned()),
        digest: Some("sha256:0".to_owned()),
        task_definition: TaskDefinitionArn::new("arn:aws:ecs:x:1:task-definition/fraud:1"),
    }
}

fn tasks(role: Role, version: &str) -> ReleaseStatus {
    ReleaseStatus {
        model: Some("fraud".to_owned()),
        version: Some(version.to_owned()),
        image: None,
        digest: None,
        task_definition: TaskDefinitionArn::new(format!(
            "arn:aws:ecs:x:1:task-definition/fraud:{version}"
        )),
        role,
        running: 1,
        healthy: Some(1),
        starting: 0,
        failed: Some(0),
        weight: None,
        cause: None,
        reason: None,
    }
}

fn status(release: ServingRelease, last: Option<LastDeployment>) -> ServiceStatus {
    ServiceStatus {
        service: ServiceName::new("fraud"),
        cluster: ClusterName::new("ml"),
        account: None,
        region: None,
        place: None,
        release: Some(release),
        deployed: None,
        releases: vec![tasks(Role::Serving, "7")],
        desired: 1,
        running: 1,
        pending: 0,
        deployment: None,
        last_deployment: last,
        note: None,
        misrouted: None,
        meant: None,
        not_seen: Vec::new(),
        unanswered: None,
    }
}

fn text(release: ServingRelease, last: Option<LastDeployment>) -> String {
    shown(&status(release, last))
}

fn shown(status: &ServiceStatus) -> String {
    status_text(status, "mlship watch m.yaml", &palette_for(false)).to_string()
}

fn ended(outcome: Outcome) -> LastDeployment {
    LastDeployment {
        outcome: Some(outcome),
        going_back: false,
        task_definition: Some(TaskDefinitionArn::new(
            "arn:aws:ecs:x:1:task-definition/fraud:2",
        )),
        finished: "2026-09-21T14:13:20Z".parse().ok(),
        reason: None,
        cause: Some(Cause::ImageNotFound),
    }
}

#[test]
fn what_serves_does_not_hide_that_the_newest_deployment_was_rolled_back() {
    assert_data_eq!(
        text(release(), Some(ended(Outcome::RolledBack))),
        str![[r#"
fraud in cluster ml
  serves      fraud 7
  image       fraud:7
  digest      sha256:0
  revision    arn:aws:ecs:x:1:task-definition/fraud:1
  tasks       1 of 1 running, 1 healthy
  newest      rolled back: fraud:2, 2026-09-21T14:13:20Z, image_not_found (mlship watch m.yaml tells why)

"#]]
    );
}

#[test]
fn a_registered_model_is_told_with_its_metrics() {
    let release = ServingRelease {
        model_ref: Some("models:/fraud@champion".to_owned()),
        model_metrics: Some("auc=0.931".to_owned()),
        ..release()
    };
    let text = text(release, None);
    assert!(text.contains("  registered  models:/fraud@champion, auc=0.931\n"));
}

#[test]
fn a_newest_deployment_that_succeeded_is_what_serves() {
    assert!(!text(release(), Some(ended(Outcome::Succeeded))).contains("newest"));
    assert!(!text(release(), None).contains("newest"));
}

#[test]
fn what_arrives_and_dies_does_not_pass_for_what_serves() {
    let mut status = status(release(), None);
    status.releases.push(ReleaseStatus {
        running: 0,
        starting: 1,
        failed: Some(20),
        cause: Some(Cause::ContainerExited),
        reason: Some("container fraud exited with code 1".to_owned()),
        ..tasks(Role::Arriving, "8")
    });
    status.releases.push(tasks(Role::Leaving, "6"));
    status.releases[0].weight = Some(12.5);
    status.not_seen.push(NotSeen {
        what: "which images run",
        error: String::new(),
        hint: Some("allow ecs:DescribeServiceRevisions to the caller".to_owned()),
    });
    assert_data_eq!(
        shown(&status),
        str![[r#"
fraud in cluster ml
  serves      fraud 7
  image       fraud:7
  digest      sha256:0
  revision    arn:aws:ecs:x:1:task-definition/fraud:1
  tasks       1 of 1 running, 1 healthy, 12.5 % of the traffic
  arrives     fraud 8 (fraud:8): 0 running, 1 starting, 20 died: container fraud exited with code 1
  leaves      fraud 6 (fraud:6): 1 running, 1 healthy
  not seen    which images run: allow ecs:DescribeServiceRevisions to the caller

"#]]
    );
}

#[test]
fn a_wrong_rule_is_told_in_the_words_of_watch_with_what_mends_it() {
    let mut status = status(release(), None);
    status.misrouted = Some(Misrouted {
        wrong: vec!["production traffic is split: 5 % to blue, 95 % to green".to_owned()],
        hint: Some("see where it should go with mlship traffic repair m.yaml".to_owned()),
    });
    let shown = shown(&status);
    let line = shown.lines().last();
    assert_data_eq!(
        line.unwrap_or_default().to_owned(),
        str![
            "  traffic     traffic is wrong: production traffic is split: 5 % to blue, 95 % to green; see where it should go with mlship traffic repair m.yaml"
        ]
    );
}

#[test]
fn where_requests_go_to_no_healthy_task_nothing_serves() {
    let mut status = status(release(), None);
    status.release = None;
    status.releases[0].role = Role::Leaving;
    status.releases[0].weight = Some(0.0);
    let shown = shown(&status);
    assert!(
        shown.contains("  serves      nothing: no task that requests go to is healthy\n"),
        "{shown}"
    );
    assert!(shown.contains("1 healthy, 0 % of the traffic\n"), "{shown}");
}

#[test]
fn where_nothing_serves_that_is_said() {
    let mut nothing = status(release(), None);
    nothing.release = None;
    nothing.deployed = None;
    nothing.releases[0].role = Role::Arriving;
    assert!(shown(&nothing).contains("  serves      nothing: no task is healthy\n"));
    nothing.running = 0;
    assert!(shown(&nothing).contains("  serves      nothing: no task runs\n"));
    let mut idle = status(release(), None);
    idle.desired = 0;
    let deployed = idle.release.take().map(|release| ServingRelease {
        task_definition: idle.releases[0].task_definition.clone(),
        ..release
    });
    idle.deployed = deployed;
    idle.releases[0].role = Role::Arriving;
    idle.releases[0].running = 0;
    assert!(shown(&idle).contains("no task runs"), "{}", shown(&idle));
}
