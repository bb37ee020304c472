//! Runs over as many services as a test wants, second by second, and what was seen of them.

use std::cell::RefCell;
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::super::super::surface::{Bar, Surface};
use super::super::super::{Color, Event, ResultRecord, RunRecord, Verbosity};
use super::super::Fleet;
use crate::report::Report as _;
use mlship_core::plan::{Effect, Plan, Previous};
use mlship_core::progress::{Cause, Conclusion};
use mlship_core::release::ids::{
    ClusterName, DeploymentId, ServiceId, ServiceName, TaskDefinitionArn,
};
use mlship_core::release::{Document, StoppedTask};
use mlship_core::rollout::diagnose;
use mlship_text::Page;

/// What was seen.
#[derive(Clone, Default)]
pub(super) struct Seen {
    pub(super) lines: Rc<RefCell<Vec<String>>>,
    pub(super) times: Rc<RefCell<Vec<Timestamp>>>,
    /// Each state of the bar, with what was below it.
    pub(super) frames: Rc<RefCell<Vec<String>>>,
    has_bar: bool,
}

impl Seen {
    pub(super) fn text(&self) -> String {
        self.lines.borrow().join(
            "
",
        ) + "
"
    }

    fn keep(&self, text: &str) {
        self.lines.borrow_mut().push(text.to_owned());
    }
}

impl Surface for Seen {
    fn line(&mut self, at: Timestamp, text: &str) {
        self.times.borrow_mut().push(at);
        self.keep(text);
    }

    fn note(&mut self, text: &str) {
        self.keep(text);
    }

    fn page(&mut self, page: &Page) {
        page.lines().for_each(|line| self.keep(line));
    }

    fn bar(&mut self, bar: &Bar<'_>) {
        let below: Vec<String> = bar.below.iter().map(|line| format!("\n  {line}")).collect();
        let Bar {
            position,
            length,
            text,
            ..
        } = bar;
        let frame = format!("[{position}/{length}] {text}{}", below.concat());
        self.frames.borrow_mut().push(frame);
    }

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

/// What happens to a service at a second of the run.
pub(super) enum Step {
    Event(Box<Event>),
    Idle,
    Result(Box<ResultRecord>),
}

/// A run over services.
pub(super) struct Run {
    pub(super) services: usize,
    pub(super) steps: Vec<(i64, ServiceId, Step)>,
    pub(super) verbosity: Verbosity,
}

/// Returns a moment of the run.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap() + SignedDuration::from_secs(second)
}

pub(super) fn service(number: usize) -> ServiceId {
    ServiceId {
        cluster: ClusterName::new("ml"),
        name: ServiceName::new(format!("model-{number:02}")),
        place: None,
    }
}

pub(super) fn plan_of(service: &ServiceId, effect: Effect) -> Plan {
    let mut plan = crate::report::tests::plan();
    plan.service = service.clone();
    plan.model.name = service.name.to_string();
    plan.model.version = "2".to_owned();
    plan.image = format!("{}:2", service.name);
    plan.previous = Some(Previous {
        model: Some(service.name.to_string()),
        version: Some("1".to_owned()),
        image: None,
        task_definition: TaskDefinitionArn::new(format!(
            "arn:aws:ecs:x:1:task-definition/{}:1",
            service.name
        )),
    });
    plan.effect = effect;
    plan.notes = vec!["replaces 2 tasks".to_owned()];
    plan.writes.register = Some(Document::new());
    plan
}

pub(super) fn result(service: &ServiceId, conclusion: Conclusion) -> ResultRecord {
    let plan = plan_of(service, Effect::ReplaceTasks);
    ResultRecord::new(service, conclusion).with_plan(&plan)
}

impl Run {
    pub(super) fn new(services: usize) -> Self {
        Self {
            services,
            steps: Vec::new(),
            verbosity: Verbosity::Usual,
        }
    }

    pub(super) fn step(&mut self, second: i64, service: &ServiceId, step: Step) {
        self.steps.push((second, service.clone(), step));
    }

    pub(super) fn event(&mut self, second: i64, service: &ServiceId, event: Event) {
        self.step(second, service, Step::Event(Box::new(event)));
        self.step(second, service, Step::Idle);
    }

    fn progress(&mut self, second: i64, service: &ServiceId, [running, pending, failed]: [u32; 3]) {
        let progress = Event::Progress {
            desired: 2,
            running,
            pending,
            failed,
            others: 2 - running.min(2),
        };
        self.event(second, service, progress);
    }

    pub(super) fn plans(&mut self, second: i64, service: &ServiceId) {
        let plan = Box::new(plan_of(service, Effect::ReplaceTasks));
        self.event(second, service, Event::Planned { plan });
    }

    pub(super) fn begins(&mut self, second: i64, service: &ServiceId) {
        let arn = format!("arn:aws:ecs:x:1:task-definition/{}:2", service.name);
        let task_definition = TaskDefinitionArn::new(arn);
        let registered = Event::Registered {
            task_definition: task_definition.clone(),
        };
        self.step(second, service, Step::Event(Box::new(registered)));
        let started = Event::Started {
            deployment: DeploymentId::new(format!("ecs-svc/{second}")),
            task_definition,
            at: None,
        };
        self.event(second, service, started);
        self.progress(second + 5, service, [0, 2, 0]);
    }

    /// Plans at once, begins when its turn comes, and serves after 80 seconds.
    pub(super) fn succeeds(&mut self, begins: i64, service: &ServiceId) {
        self.plans(0, service);
        self.begins(begins, service);
        self.progress(begins + 30, service, [1, 1, 0]);
        self.progress(begins + 40, service, [2, 0, 0]);
        let mut done = result(service, Conclusion::Succeeded);
        done.duration_seconds = Some(80.0);
        self.step(begins + 80, service, Step::Result(Box::new(done)));
    }

    /// Fails for a reason, and is rolled back.
    pub(super) fn fails(
        &mut self,
        begins: i64,
        service: &ServiceId,
        reason: &str,
        exit: Option<i32>,
    ) {
        self.plans(0, service);
        self.begins(begins, service);
        for task in 1..=3 {
            let failed = Event::TaskFailed {
                task: format!("arn:aws:ecs:x:1:task/ml/{:032x}", begins * 10 + task),
                cause: Cause::ImageNotFound,
                reason: reason.to_owned(),
                at: Some(at(begins + 10 * task)),
            };
            self.event(begins + 10 * task + 1, service, failed);
        }
        self.progress(begins + 31, service, [0, 1, 3]);
        let task = json!({"taskArn": "a", "stoppedReason": reason,
            "containers": [{"name": service.name, "exitCode": exit}]});
        let task: StoppedTask = serde_json::from_value(task).unwrap();
        let mut failure = diagnose(&[task.clone(), task.clone(), task], &[]).unwrap();
        failure.log_tail = vec![
            "loading".to_owned(),
            format!("no weights for {}", service.name),
        ];
        failure.more = Some(format!("mlship logs {}.yaml --failed", service.name));
        let mut failed = result(service, Conclusion::RolledBack);
        failed.failure = Some(Box::new(failure));
        failed.duration_seconds = Some(95.0);
        self.step(begins + 95, service, Step::Result(Box::new(failed)));
    }

    /// Lets it happen, and returns what was seen in a build log, or at a terminal.
    pub(super) fn seen(mut self, has_bar: bool) -> Seen {
        let seen = Seen {
            has_bar,
            ..Seen::default()
        };
        let surface = Box::new(seen.clone());
        let mut fleet =
            Fleet::on(self.services, surface, Color::default()).with_verbosity(self.verbosity);
        self.steps.sort_by_key(|(second, ..)| *second);
        let (mut results, mut last) = (Vec::new(), 0);
        for (second, service, step) in self.steps {
            last = second;
            match step {
                Step::Event(event) => fleet.happened(&service, &event, at(second)),
                Step::Idle => fleet.nothing_new(&service, at(second)),
                Step::Result(result) => {
                    fleet.ended(&result, at(second));
                    results.push(*result);
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "some seconds")]
        let record = RunRecord::of(&results, last as f64, 400);
        fleet.run(&record);
        seen
    }
}
