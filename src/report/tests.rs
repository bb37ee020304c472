use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

use serde_json::json;
use snapbox::str;

use super::*;
use mlship_core::plan::{Change, ChangeValues, Effect, Plan, Previous, SecretChange, Writes};
use mlship_core::progress::Observer as _;
use mlship_core::progress::{Conclusion, ExitCode, Fault, Interrupt, Refusal};
use mlship_core::release::ids::{
    Caller, ClusterName, DeploymentId, ServiceDeploymentArn, ServiceId, ServiceName,
    TaskDefinitionArn,
};
use mlship_core::release::{ModelVersion, ServiceDeploymentStatus};
use mlship_core::rollout::{Cause, diagnose};
use mlship_text::sanitize::Colors;
use mlship_text::secrets::KnownSecrets;

pub(in crate::report) mod hostile;
mod taken_back;

pub(in crate::report) use taken_back::take_back;

/// A stream that can be read afterwards.
#[derive(Clone, Default)]
struct SharedBuffer(Rc<RefCell<Vec<u8>>>);

impl Write for SharedBuffer {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().write(text)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl SharedBuffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

pub(in crate::report) fn service() -> ServiceId {
    ServiceId {
        cluster: ClusterName::new("ml-prod"),
        name: ServiceName::new("fraud-scorer"),
        place: None,
    }
}

pub(in crate::report) fn change(path: &str, ecs_field: &str, shown: ChangeValues) -> Change {
    Change {
        path: path.to_owned(),
        ecs_field: ecs_field.to_owned(),
        shown,
    }
}

pub(in crate::report) fn plan() -> Plan {
    let values = |before: Option<serde_json::Value>, after| ChangeValues::Values { before, after };
    Plan {
        newest: None,
        traffic: None,
        service: service(),
        caller: Caller {
            account: "111122223333".into(),
            region: "eu-west-1".to_owned(),
            arn: String::new(),
        },
        model: ModelVersion {
            name: "fraud-scorer".to_owned(),
            version: "8".to_owned(),
        },
        image: "fraud:8".to_owned(),
        origin: None,
        previous: Some(Previous {
            model: Some("fraud-scorer".to_owned()),
            version: Some("7".to_owned()),
            image: Some("fraud:7".to_owned()),
            task_definition: TaskDefinitionArn::new("arn:aws:ecs:x:1:task-definition/fraud:7"),
        }),
        effect: Effect::ReplaceTasks,
        kept: Vec::new(),
        ignored: Vec::new(),
        is_idle: false,
        tasks: 3,
        running_tasks: 3,
        adopts: false,
        other_model: None,
        settings: String::new(),
        recorded: None,
        restoration: None,
        tags: std::collections::BTreeMap::new(),
        changes: vec![
            change(
                "model.version",
                "tags[mlship:version]",
                values(Some(json!("7")), Some(json!("8"))),
            ),
            change(
                "runtime.cpu",
                "cpu",
                values(Some(json!("512")), Some(json!("1024"))),
            ),
            change(
                "runtime.env.OLD",
                "containerDefinitions[m].environment[OLD]",
                values(Some(json!("1")), None),
            ),
            change(
                "runtime.env.NEW",
                "containerDefinitions[m].environment[NEW]",
                values(None, Some(json!("2"))),
            ),
            change(
                "runtime.env.API_KEY",
                "containerDefinitions[m].environment[API_KEY]",
                ChangeValues::Secret {
                    secret: SecretChange::Changed,
                },
            ),
            change(
                "health.graceSeconds",
                "healthCheckGracePeriodSeconds",
                values(Some(json!(0)), Some(json!(60))),
            ),
        ],
        notes: vec![
            "replaces 3 tasks".to_owned(),
            "scales in: 3 → 2 tasks".to_owned(),
        ],
        writes: Writes::default(),
        running: None,
        live: None,
        going_back: false,
        experiment: None,
        observed: String::new(),
        secrets: KnownSecrets::none(),
    }
}

#[test]
fn two_of_ecs_fields_that_say_the_same_are_one_line() {
    let logs = |container: &str, option: &str, value: &str| {
        let field = format!("containerDefinitions[{container}].logConfiguration.options.{option}");
        let (before, after) = (None, Some(json!(value)));
        change(
            "runtime.logs",
            &field,
            ChangeValues::Values { before, after },
        )
    };
    let changes = ["m", "mlship-weights"]
        .map(|container| [logs(container, "a", "x"), logs(container, "b", "y")])
        .concat();
    let text = plan_text(&Plan { changes, ..plan() }, &palette_for(false)).to_string();
    assert_eq!(text.matches("runtime.logs").count(), 2, "{text}");
}

fn events() -> Vec<Event> {
    let deployment = DeploymentId::new("ecs-svc/2");
    let arn =
        ServiceDeploymentArn::new("arn:aws:ecs:x:1:service-deployment/ml-prod/fraud-scorer/a");
    let status = |status, reason: Option<&str>| Event::Status {
        deployment: arn.clone(),
        status,
        reason: reason.map(str::to_owned),
        at: None,
    };
    let task_definition = TaskDefinitionArn::new("arn:aws:ecs:x:1:task-definition/fraud:8");
    vec![
        Event::Planned {
            plan: Box::new(plan()),
        },
        Event::Registered {
            task_definition: task_definition.clone(),
        },
        Event::Started {
            deployment: deployment.clone(),
            task_definition,
            at: None,
        },
        status(ServiceDeploymentStatus::InProgress, None),
        Event::Progress {
            desired: 2,
            running: 1,
            pending: 1,
            failed: 0,
            others: 3,
        },
        Event::ServiceMessage {
            message: "(service fraud-scorer) registered 1 targets in (target-group \
                arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/fraud/0123)"
                .to_owned(),
            at: None,
        },
        Event::TaskFailed {
            task: "arn:aws:ecs:x:1:task/ml-prod/0123abcd".to_owned(),
            cause: Cause::OutOfMemory,
            reason: "OutOfMemoryError: Container killed due to memory usage".to_owned(),
            at: None,
        },
        Event::Progress {
            desired: 2,
            running: 0,
            pending: 0,
            failed: 1,
            others: 3,
        },
        status(
            ServiceDeploymentStatus::RollbackSuccessful,
            Some("circuit breaker"),
        ),
        Event::RestsOnDeploymentId { deployment },
        Event::Adopted {
            what: "task definition fraud:8".to_owned(),
        },
    ]
}

pub(in crate::report) fn result() -> ResultRecord {
    let mut result = ResultRecord::new(&service(), Conclusion::RolledBack).with_plan(&plan());
    let task = json!({"taskArn": "a", "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": [{"name": "fraud-scorer", "exitCode": 137,
            "reason": "OutOfMemoryError: Container killed due to memory usage"}]});
    let cut = json!({"taskArn": "b", "stopCode": "TaskFailedToStart",
        "stoppedReason": "Timeout waiting for network interface provisioning to complete."});
    let stopped = [task.clone(), task, cut].map(|task| serde_json::from_value(task).unwrap());
    let mut failure = diagnose(&stopped, &[]).unwrap();
    failure.log_tail = vec!["loading model".to_owned()];
    failure.more = Some("mlship logs fraud.yaml --failed".to_owned());
    result.failure = Some(Box::new(failure));
    result.duration_seconds = Some(107.4);
    result
}

#[test]
fn people_read_progress_on_one_stream_and_the_answer_on_the_other() {
    let (progress, answer) = (SharedBuffer::default(), SharedBuffer::default());
    let mut human = Human::new(
        Writer::new(progress.clone(), Colors::Drop),
        Writer::new(answer.clone(), Colors::Drop),
        palette_for(false),
    );
    for event in events() {
        human.event(&service(), &event);
    }
    human.result(&result());
    snapbox::assert_data_eq!(
        answer.text(),
        str![[r#"
fraud-scorer in cluster ml-prod, account 111122223333, eu-west-1
  fraud-scorer 7 → 8: replaces 3 tasks; scales in: 3 → 2 tasks
  ~ model.version        7 → 8
  ~ runtime.cpu          512 → 1024
  - runtime.env.OLD      1
  + runtime.env.NEW      2
  ~ runtime.env.API_KEY  (secret, changed)
  ~ health.graceSeconds  0 → 60  (healthCheckGracePeriodSeconds)
fraud-scorer 8 failed after 107 s; service fraud-scorer is back on fraud-scorer 7
  cause: fraud-scorer used more than its memory and was killed (2 tasks)
  also:  network interface (1 task): Timeout waiting for network interface provisioning to complete.
  next:  raise runtime.memory, or load less at once (fewer workers, a smaller model)
  log:   loading model
  more:  mlship logs fraud.yaml --failed

"#]]
    );
    snapbox::assert_data_eq!(
        progress.text(),
        str![[r#"
[..]  registered fraud:8, and started its deployment
[..]  1 of 2 running, 1 starting; 3 old
[..]  task 0123abcd failed: OutOfMemoryError: Container killed due to memory usage
[..]  deployment is rolling back: circuit breaker
[..]  ECS lists no service deployments here: the verdict rests on ecs-svc/2
[..]  an answer of AWS was lost; found task definition fraud:8

"#]]
    );
}

#[test]
fn programs_read_one_object_a_line() {
    let paper = SharedBuffer::default();
    let mut json = Json::new(Writer::new(paper.clone(), Colors::Drop));
    for event in events().into_iter().skip(1) {
        json.event(&service(), &event);
    }
    json.result(&result());
    let lines: Vec<serde_json::Value> = paper
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .map(|mut event: serde_json::Value| {
            assert!(event["time"].take().is_string());
            event
        })
        .collect();
    let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
    snapbox::assert_data_eq!(
        text.join("\n"),
        str![[r#"
{"cluster":"ml-prod","event":"registered","service":"fraud-scorer","task_definition":"arn:aws:ecs:x:1:task-definition/fraud:8","time":null}
{"cluster":"ml-prod","deployment":"ecs-svc/2","event":"started","service":"fraud-scorer","task_definition":"arn:aws:ecs:x:1:task-definition/fraud:8","time":null}
{"cluster":"ml-prod","deployment":"arn:aws:ecs:x:1:service-deployment/ml-prod/fraud-scorer/a","event":"status","reason":null,"service":"fraud-scorer","status":"IN_PROGRESS","time":null}
{"cluster":"ml-prod","desired":2,"event":"progress","failed":0,"others":3,"pending":1,"running":1,"service":"fraud-scorer","time":null}
{"cluster":"ml-prod","event":"service_message","message":"(service fraud-scorer) registered 1 targets in (target-group arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/fraud/0123)","service":"fraud-scorer","time":null}
{"cause":"out_of_memory","cluster":"ml-prod","event":"task_failed","reason":"OutOfMemoryError: Container killed due to memory usage","service":"fraud-scorer","task":"arn:aws:ecs:x:1:task/ml-prod/0123abcd","time":null}
{"cluster":"ml-prod","desired":2,"event":"progress","failed":1,"others":3,"pending":0,"running":0,"service":"fraud-scorer","time":null}
{"cluster":"ml-prod","deployment":"arn:aws:ecs:x:1:service-deployment/ml-prod/fraud-scorer/a","event":"status","reason":"circuit breaker","service":"fraud-scorer","status":"ROLLBACK_SUCCESSFUL","time":null}
{"cluster":"ml-prod","deployment":"ecs-svc/2","event":"rests_on_deployment_id","service":"fraud-scorer","time":null}
{"cluster":"ml-prod","event":"adopted","service":"fraud-scorer","time":null,"what":"task definition fraud:8"}
{"account":null,"api_calls":0,"cluster":"ml-prod","deployment":null,"duration_seconds":107.4,"event":"result","exit_code":31,"failure":{"cause":"out_of_memory","container":"fraud-scorer","exit_codes":{"fraud-scorer":[137]},"help":"raise runtime.memory, or load less at once (fewer workers, a smaller model)","log_tail":["loading model"],"more":"mlship logs fraud.yaml --failed","others":[{"cause":"network_interface","reason":"Timeout waiting for network interface provisioning to complete.","stop_codes":["TaskFailedToStart"],"tasks":1}],"reason":"OutOfMemoryError: Container killed due to memory usage","stop_codes":["EssentialContainerExited"],"summary":"fraud-scorer used more than its memory and was killed","tasks":2},"previous":{"image":"fraud:7","model":"fraud-scorer","task_definition":"arn:aws:ecs:x:1:task-definition/fraud:7","version":"7"},"region":null,"release":{"image":"fraud:8","model":"fraud-scorer","version":"8"},"service":"fraud-scorer","task_definition":null,"time":null,"verdict":"rolled_back"}
"#]]
    );
}

#[test]
fn each_verdict_has_its_sentence() {
    let said = |conclusion, error: Option<&str>| {
        let mut result = result();
        result.conclude(conclusion);
        result.error = error.map(str::to_owned);
        let lines = summary::Closing::brief().lines(&result, &palette_for(false));
        lines.lines().next().unwrap().to_owned()
    };
    let all = [
        (Conclusion::Succeeded, None),
        (Conclusion::Unchanged, None),
        (Conclusion::Started, None),
        (Conclusion::RolledBack, None),
        (Conclusion::Returned, None),
        (Conclusion::Failed, None),
        (
            Conclusion::Failed,
            Some("the deployment ended before it could be stopped"),
        ),
        (Conclusion::Superseded, None),
        (Conclusion::TimedOut, None),
        (Conclusion::TimedOut, Some("another deployment still runs")),
        (Conclusion::Paused, None),
        (Conclusion::Interrupted(Interrupt::Interrupt), None),
        (
            Conclusion::Interrupted(Interrupt::Interrupt),
            Some("interrupted; ECS was asked to roll back"),
        ),
        (Conclusion::Refused(Refusal::Check), Some("what went wrong")),
        (Conclusion::Error(Fault::SaidNo), Some("what went wrong")),
    ];
    let text: Vec<String> = all
        .iter()
        .map(|(conclusion, error)| said(*conclusion, *error))
        .collect();
    snapbox::assert_data_eq!(
        text.join("\n"),
        str![[r#"
fraud-scorer 8 serves in service fraud-scorer after 107 s
fraud-scorer 8 serves in service fraud-scorer already; nothing to change
fraud-scorer 8 is on its way to service fraud-scorer; nobody waited for its end
fraud-scorer 8 failed after 107 s; service fraud-scorer is back on fraud-scorer 7
service fraud-scorer is back on fraud-scorer 8 after 107 s
fraud-scorer 8 failed after 107 s and nothing was rolled back
service fraud-scorer: the deployment ended before it could be stopped
fraud-scorer 8 was superseded by another deployment of service fraud-scorer
gave up waiting for fraud-scorer 8; its deployment to service fraud-scorer goes on
service fraud-scorer: another deployment still runs
fraud-scorer 8 is paused in service fraud-scorer
stopped watching fraud-scorer 8; its deployment to service fraud-scorer goes on
service fraud-scorer: interrupted; ECS was asked to roll back
service fraud-scorer: what went wrong
service fraud-scorer: what went wrong
"#]]
    );
}

#[test]
fn a_text_that_loses_its_secret_changes_and_does_not_go() {
    let mut plan = plan();
    plan.changes.truncate(1);
    plan.changes[0].shown = ChangeValues::Partly {
        before: Some(json!("db://me:***@h")),
        after: Some(json!("db://h")),
        secret: SecretChange::Removed,
    };
    let text = plan_text(&plan, &palette_for(false)).to_string();
    let line = "  ~ model.version  db://me:***@h → db://h  (secret, removed)\n";
    assert!(text.contains(line), "{text}");
}
