//! Whatever happens, people read each thing once and the verdict last; programs read all of it.

mod properties;

use std::cell::RefCell;
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};
use mlship_core::plan::{Effect, Plan};
use mlship_core::progress::{Conclusion, Observer as _};
use mlship_core::release::ids::{DeploymentId, ServiceDeploymentArn, TaskDefinitionArn};
use mlship_core::rollout::{Cause, diagnose};
use serde_json::json;

use super::super::surface::{Bar, Surface};
use super::super::tests::{plan, service};
use super::super::{Human, Report, ResultRecord, Verbosity};
use super::*;
use mlship_core::release::ServiceDeploymentStatus as Status;

/// A line, with its time where it has one.
type KeptLine = (Option<Timestamp>, String);

/// A surface that keeps what stays to be read.
#[derive(Clone, Default)]
struct Kept {
    lines: Rc<RefCell<Vec<KeptLine>>>,
    has_bar: bool,
}

impl Kept {
    fn keep(&self, at: Option<Timestamp>, text: &str) {
        self.lines.borrow_mut().push((at, text.to_owned()));
    }

    fn text(&self) -> String {
        let lines = self.lines.borrow();
        let lines: Vec<&str> = lines.iter().map(|(_, text)| text.as_str()).collect();
        lines.join("\n")
    }
}

impl Surface for Kept {
    fn line(&mut self, at: Timestamp, text: &str) {
        self.keep(Some(at), text);
    }

    fn note(&mut self, text: &str) {
        self.keep(None, text);
    }

    fn page(&mut self, page: &Page) {
        page.lines().for_each(|line| self.keep(None, line));
    }

    fn bar(&mut self, _: &Bar<'_>) {}

    fn has_bar(&self) -> bool {
        self.has_bar
    }

    fn answer(&mut self, page: &Page) {
        self.page(page);
    }

    fn end(&mut self, page: &Page) {
        self.page(page);
    }
}

/// An event, or that nothing more is known for now.
type Step = Option<Event>;

fn tell(steps: &[Step], result: &ResultRecord, has_bar: bool) -> Kept {
    let kept = Kept {
        has_bar,
        ..Kept::default()
    };
    let mut human = Human::on(Box::new(kept.clone()), Color::default());
    for step in steps {
        match step {
            Some(event) => human.event(&service(), event),
            None => human.idle(&service()),
        }
    }
    human.result(result);
    kept
}

fn id(number: usize) -> String {
    format!("{number:032x}")
}

fn failed(number: usize, reason: &str, at: Timestamp) -> Event {
    Event::TaskFailed {
        task: format!("arn:aws:ecs:eu-west-1:1:task/ml/{}", id(number)),
        cause: Cause::ContainerExited,
        reason: reason.to_owned(),
        at: Some(at),
    }
}

fn says(message: &str, at: Timestamp) -> Event {
    Event::ServiceMessage {
        message: format!("(service fraud-scorer) {message}"),
        at: Some(at),
    }
}

fn status(status: Status, reason: Option<&str>) -> Event {
    Event::Status {
        deployment: ServiceDeploymentArn::new("arn:aws:ecs:x:1:service-deployment/ml/f/a"),
        status,
        reason: reason.map(str::to_owned),
        at: None,
    }
}

fn began() -> Vec<Step> {
    let fraud = || TaskDefinitionArn::new("arn:aws:ecs:x:1:task-definition/fraud:8");
    let mut plan = plan();
    plan.changes.truncate(2);
    plan.effect = Effect::ReplaceTasks;
    let plan: Box<Plan> = Box::new(plan);
    [
        Event::Planned { plan },
        Event::Registered {
            task_definition: fraud(),
        },
        Event::Started {
            deployment: DeploymentId::new("ecs-svc/1170258880920746019"),
            task_definition: fraud(),
            at: None,
        },
        status(Status::Pending, None),
    ]
    .into_iter()
    .map(Some)
    .collect()
}

/// What a rollout at some desired count tells whose tasks fail, wave after wave, as it was recorded.
fn waves(desired: u32, waves: u32, reason: &str, message: Option<&str>) -> Vec<Step> {
    let mut steps = began();
    let start = Timestamp::now() - SignedDuration::from_mins(10);
    let mut number = 0;
    let progress = |running, pending| Event::Progress {
        desired,
        running,
        pending,
        failed: 0,
        others: desired,
    };
    steps.push(Some(progress(0, 0)));
    steps.push(None);
    for wave in 0..waves {
        let at = start + SignedDuration::from_secs(30 * i64::from(wave));
        let started: Vec<String> = (0..desired)
            .map(|_| format!("(task {})", id(number)))
            .collect();
        let started = started.join(" ");
        steps.push(Some(says(
            &format!("has started {desired} tasks: {started}."),
            at,
        )));
        // Tasks start and fail some by some, with looks in between.
        for part in 1..=4 {
            steps.push(Some(progress(
                desired * part / 4,
                desired - desired * part / 4,
            )));
            steps.push(None);
        }
        for task in 0..desired {
            number += 1;
            let at = at + SignedDuration::from_secs(5 + i64::from(task % 7));
            if let Some(message) = message {
                steps.push(Some(says(message, at)));
            }
            steps.push(Some(failed(number, reason, at)));
            if task % 10 == 9 {
                steps.push(None);
            }
        }
        steps.push(None);
    }
    steps
}

fn ended(desired: u32, waves: u32, reason: &str) -> ResultRecord {
    let mut result = ResultRecord::new(&service(), Conclusion::RolledBack).with_plan(&plan());
    let task = json!({"taskArn": "a", "stoppedReason": reason, "stoppingAt": 1_700_000_000,
        "containers": [{"name": "fraud-scorer", "exitCode": 1}]});
    let task: mlship_core::release::StoppedTask = serde_json::from_value(task).unwrap();
    let stopped = vec![task; usize::try_from(desired * waves).unwrap()];
    let mut failure = diagnose(&stopped, &[]).unwrap();
    failure.log_tail = (1..=20).map(|line| format!("line {line}")).collect();
    failure.more = Some("mlship logs fraud.yaml --failed".to_owned());
    result.failure = Some(Box::new(failure));
    result
}

fn check_bound(steps: &[Step], result: &ResultRecord, most: usize) {
    for has_bar in [false, true] {
        let kept = tell(steps, result, has_bar);
        let text = kept.text();
        let lines = text.lines().count();
        assert!(lines <= most, "{lines} lines:\n{text}");
    }
}

#[test]
fn a_crash_loop_of_ten_tasks_takes_at_most_twenty_lines() {
    let reason = "container fraud-scorer exited with code 1";
    for count in [1, 2, 5, 40] {
        let mut steps = waves(10, count, reason, None);
        let result = ended(10, count, "Essential container in task exited");
        let breaker =
            "Service deployment rolled back because the circuit breaker threshold was exceeded.";
        let mut by_breaker = steps.clone();
        by_breaker.push(Some(status(Status::RollbackInProgress, Some(breaker))));
        by_breaker.push(Some(status(Status::RollbackSuccessful, Some(breaker))));
        check_bound(&by_breaker, &result, 20);
        steps.push(Some(Event::Aborting {
            tasks: 10 * count,
            cause: Cause::ContainerExited,
            reason: reason.to_owned(),
            after: 3,
            deployment: mlship_core::release::ids::ServiceDeploymentArn::default(),
        }));
        let asked = "Service deployment rolled back by a StopServiceDeployment request.";
        for state in [
            Status::RollbackRequested,
            Status::RollbackInProgress,
            Status::RollbackSuccessful,
        ] {
            steps.push(Some(status(state, Some(asked))));
        }
        steps.push(Some(says(
            "rolling back to deployment ecs-svc/3759447510412978420.",
            Timestamp::now(),
        )));
        steps.push(Some(says("has reached a steady state.", Timestamp::now())));
        check_bound(&steps, &result, 20);
    }
}

#[test]
fn a_bad_image_at_a_hundred_tasks_takes_at_most_thirty_lines() {
    let reason = "CannotPullContainerError: fraud:8: not found.";
    let message = format!("was unable to place a task. Reason: {reason}");
    let mut steps = waves(100, 3, reason, Some(&message));
    let failed =
        "(deployment ecs-svc/3193544499913435140) deployment failed: tasks failed to start.";
    steps.push(Some(says(failed, Timestamp::now())));
    let breaker =
        "Service deployment rolled back because the circuit breaker threshold was exceeded.";
    steps.push(Some(status(Status::RollbackSuccessful, Some(breaker))));
    check_bound(&steps, &ended(100, 3, reason), 30);
    let text = tell(&steps, &ended(100, 3, reason), false).text();
    assert_eq!(text.matches("not found").count(), 1, "{text}");
    assert!(text.contains("(300 tasks, at "), "{text}");
}

#[test]
fn full_ids_and_what_a_service_says_at_work_are_for_who_asks_for_details() {
    let steps = waves(2, 1, "container fraud-scorer exited with code 1", None);
    let result = ended(2, 1, "Essential container in task exited");
    let usual = tell(&steps, &result, false).text();
    assert!(
        !usual.contains(&id(1)) && !usual.contains("1170258880920746019"),
        "{usual}"
    );
    assert!(!usual.contains("has started"), "{usual}");
    let kept = Kept::default();
    let mut human =
        Human::on(Box::new(kept.clone()), Color::default()).with_verbosity(Verbosity::Requests);
    for event in steps.iter().flatten() {
        human.event(&service(), event);
    }
    human.result(&result);
    let full = kept.text();
    for word in [
        &id(1),
        &id(2),
        "1170258880920746019",
        "has started 2 tasks",
        "line 1\n",
    ] {
        assert!(full.contains(word), "{word}: {full}");
    }
}

#[test]
fn what_is_waited_for_is_said_with_what_it_brings_since_when_and_how_far_it_is() {
    let waiting = |counts| Event::WaitingFor {
        deployment: DeploymentId::new("ecs-svc/1170258880920746019"),
        task_definition: TaskDefinitionArn::new("arn:aws:ecs:x:1:task-definition/fraud:8"),
        model: Some("fraud".to_owned()),
        version: Some("8".to_owned()),
        since: Some(Timestamp::UNIX_EPOCH),
        counts,
    };
    let counts = |running| {
        let pending = 10 - running;
        Some(mlship_core::progress::TaskCounts {
            desired: 10,
            running,
            pending,
            failed: 0,
        })
    };
    let mut steps = vec![Some(waiting(None))];
    steps.extend((0..10).flat_map(|running| [Some(waiting(counts(running))), None]));
    let result = ResultRecord::new(&service(), Conclusion::Succeeded);
    let text = tell(&steps, &result, true).text();
    let since = super::super::human::clock(Timestamp::UNIX_EPOCH);
    let line = format!(
        "waiting for the end of another deployment: fraud 8 (fraud:8, ecs-svc/11702588), since \
         {since}, 0 of 10 running, 10 starting"
    );
    assert_eq!(text.lines().next(), Some(line.as_str()), "{text}");
    assert_eq!(text.lines().count(), 2, "{text}");
}

#[test]
fn what_is_known_late_says_when_it_was() {
    let at = |second: i64| Timestamp::from_second(1_700_000_000 + second).unwrap();
    let steps = [
        Some(failed(1, "container m exited with code 1", at(20))),
        None,
        Some(says("was unable to place a task.", at(10))),
        None,
    ];
    let result = ResultRecord::new(&service(), Conclusion::Superseded);
    let text = tell(&steps, &result, false).text();
    let when = super::super::human::clock(at(10));
    assert!(
        text.contains(&format!("unable to place a task. (at {when})")),
        "{text}"
    );
}
