//! Whole runs on a paused clock: each service is a world of its own.

mod attack;
mod places;
mod reasons;
mod resumed;
mod scale;
mod taken_back;
mod way_back;

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::{OnFailure, Origin, Releases, Run, RunOptions, RunRecord, RunResults};
use crate::app::deploy::{Deploy, DeployOptions, Repeat};
use crate::app::recording_report::RecordingReport;
use crate::app::testing::{Stand, manifest, options};
use crate::app::{Context, Interrupts, ResultRecord, results};
use crate::cloud::Identity;
use crate::fleet::{Candidate, Order};
use crate::progress::{Conclusion, Interrupt};
use crate::release::ids::{ClusterName, ServiceId, ServiceName};

/// Services whose second release is deployed.
struct Fleet {
    order: Order,
    stands: Vec<Stand>,
    /// Whether what each deploys succeeds, and after how many seconds.
    ends: Vec<Option<(bool, u64)>>,
    tell: watch::Sender<Option<Interrupt>>,
    interrupts: Interrupts,
    start: Instant,
    until: Option<Instant>,
    repeat: Repeat,
    /// Who began, and how many seconds after the run.
    begun: RefCell<Vec<(usize, u64)>>,
    told: RefCell<Vec<String>>,
    /// How the way back of each ends.
    backs: Vec<Conclusion>,
}

impl Fleet {
    /// Services, and whom each depends on.
    fn new(services: &[(&str, &[&str])]) -> Self {
        let id = |name: &str| ServiceId {
            cluster: ClusterName::new("ml"),
            name: ServiceName::new(name),
            place: None,
        };
        let candidates = services.iter().map(|(name, on)| Candidate {
            service: id(name),
            wave: 1,
            depends_on: on.iter().map(|name| id(name)).collect(),
        });
        let order = Order::of(&candidates.collect::<Vec<_>>()).unwrap();
        let (tell, heard) = watch::channel(None);
        Self {
            order,
            stands: services.iter().map(|_| Stand::serving()).collect(),
            ends: vec![None; services.len()],
            tell,
            interrupts: Interrupts::from_channel(heard),
            start: Instant::now(),
            until: None,
            repeat: Repeat::Always,
            begun: RefCell::default(),
            told: RefCell::default(),
            backs: Vec::new(),
        }
    }

    /// Lets what a service deploys succeed, so many seconds after it began.
    fn succeeds(mut self, member: usize, seconds: u64) -> Self {
        self.ends[member] = Some((true, seconds));
        self
    }

    fn fails(mut self, member: usize, seconds: u64) -> Self {
        self.ends[member] = Some((false, seconds));
        self
    }

    async fn run(&self, options: RunOptions) -> Vec<ResultRecord> {
        self.run_both_ways(options).await.forth
    }

    async fn run_both_ways(&self, options: RunOptions) -> RunResults {
        let run = Run {
            order: &self.order,
            options,
            until: self.until,
            interrupts: &self.interrupts,
            releases: self,
        };
        let results = Box::pin(run.run()).await;
        assert_eq!(self.told.borrow().len(), results.all().count());
        results
    }
}

impl Releases for Fleet {
    async fn deploy(&self, member: usize) -> ResultRecord {
        let after = self.start.elapsed().as_secs();
        self.begun.borrow_mut().push((member, after));
        let stand = &self.stands[member];
        match self.ends[member] {
            Some((true, seconds)) => stand.succeed_after(seconds),
            Some((false, seconds)) => stand.fail_after(seconds),
            None => {}
        }
        let options = DeployOptions {
            until: self.until,
            repeat: self.repeat,
            ..options()
        };
        let deploy = Deploy {
            context: &Context {
                interrupts: &self.interrupts,
                ..stand.context()
            },
            caller: &stand.cloud.caller().await.unwrap(),
            options: &options,
            review: None,
        };
        let mut heard = RecordingReport::default();
        Box::pin(deploy.run(&manifest("2"), &mut heard)).await
    }

    async fn take_back(&self, member: usize, _: &ResultRecord) -> ResultRecord {
        ResultRecord::new(self.order.service(member), self.backs[member])
    }

    fn leave(&self, _: usize) {}

    fn origin(&self, _: usize) -> Origin {
        Origin::Own
    }

    fn not_begun(&self, member: usize, why: &str) -> ResultRecord {
        results::not_begun(self.order.service(member), why)
    }

    fn not_taken_back(&self, member: usize, _: &ResultRecord, why: &str) -> ResultRecord {
        self.not_begun(member, why)
    }

    fn tell(&self, service: &ServiceId, _: &ResultRecord) {
        self.told.borrow_mut().push(service.name.to_string());
    }
}

/// Returns how each ended, and what was said of those that were not begun.
fn ends(results: &[ResultRecord]) -> Vec<String> {
    let not_begun = |result: &ResultRecord| match result.conclusion().word() {
        "not_begun" => result.error.clone().unwrap(),
        word => word.to_owned(),
    };
    results.iter().map(not_begun).collect()
}

#[tokio::test(start_paused = true)]
async fn services_that_wait_for_nobody_roll_out_at_the_same_time() {
    let mut fleet = Fleet::new(&[("a", &[]), ("b", &[]), ("c", &[])]);
    for member in 0..3 {
        fleet = fleet.succeeds(member, 80);
    }
    let results = fleet.run(RunOptions::default()).await;
    assert_eq!(ends(&results), ["succeeded"; 3]);
    assert!(fleet.start.elapsed() < Duration::from_secs(90));
}

#[tokio::test(start_paused = true)]
async fn a_dependent_begins_when_its_dependency_has_succeeded() {
    let fleet = Fleet::new(&[("a", &[]), ("b", &["a"])]);
    let fleet = fleet.succeeds(0, 60).succeeds(1, 60);
    let results = fleet.run(RunOptions::default()).await;
    assert_eq!(ends(&results), ["succeeded"; 2]);
    let begun = fleet.begun.borrow();
    assert!((60..65).contains(&begun[1].1), "{begun:?}");
}

#[tokio::test(start_paused = true)]
async fn dependents_of_a_failure_are_told_at_once_with_whom_they_wait_for() {
    let fleet = Fleet::new(&[("a", &[]), ("b", &["a"]), ("c", &["b"]), ("d", &[])]);
    let fleet = fleet.fails(0, 20).succeeds(3, 300);
    let results = fleet.run(RunOptions::default()).await;
    let expected = [
        "rolled_back",
        "not begun: it depends on ml/a, which rolled back",
        "not begun: it depends on ml/b, which was not begun",
        "succeeded",
    ];
    assert_eq!(ends(&results), expected);
    assert_eq!(results[1].exit_code().number(), 11);
}

#[tokio::test(start_paused = true)]
async fn no_more_run_at_a_time_than_was_said_and_beyond_the_budget_none_begins() {
    let fleet = Fleet::new(&[("a", &[]), ("b", &[]), ("c", &[]), ("d", &[])]);
    let fleet = fleet
        .fails(0, 20)
        .succeeds(1, 20)
        .fails(2, 60)
        .succeeds(3, 60);
    let options = RunOptions {
        max_parallel: NonZeroUsize::new(1),
        failure_budget: Some("1".parse().unwrap()),
        ..RunOptions::default()
    };
    let results = fleet.run(options).await;
    let budget = "not begun: the failure budget of 1 is used up";
    assert_eq!(
        ends(&results),
        ["rolled_back", "succeeded", "rolled_back", budget]
    );
    let begun: Vec<usize> = fleet.begun.borrow().iter().map(|(who, _)| *who).collect();
    assert_eq!(begun, [0, 1, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_stops_at_a_failure_follows_to_its_end_what_runs() {
    let fleet = Fleet::new(&[("a", &[]), ("b", &[]), ("c", &[])]);
    let fleet = fleet.fails(0, 20).succeeds(1, 100);
    let options = RunOptions {
        max_parallel: NonZeroUsize::new(2),
        on_failure: OnFailure::Stop,
        ..RunOptions::default()
    };
    let results = fleet.run(options).await;
    let expected = ["rolled_back", "not begun: a release failed", "succeeded"];
    assert_eq!(ends(&results), expected);
}

#[tokio::test(start_paused = true)]
async fn after_a_signal_nothing_begins_and_what_runs_is_let_go() {
    let fleet = Fleet::new(&[("a", &[]), ("b", &["a"])]);
    let fleet = fleet.succeeds(0, 100);
    let signal = async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        fleet.tell.send(Some(Interrupt::Interrupt)).unwrap();
    };
    let (results, ()) = tokio::join!(fleet.run(RunOptions::default()), signal);
    // A pipeline must not take that for the refusal of a check.
    let code = RunRecord::of(&results, 0.0, 0).exit_code;
    assert_eq!(code, Interrupt::Interrupt.into());
    let mut ends = ends(&results);
    ends.sort();
    assert_eq!(ends, ["interrupted", "not begun: interrupted"]);
    assert!(fleet.start.elapsed() < Duration::from_secs(32));
}

#[tokio::test(start_paused = true)]
async fn once_the_runs_time_is_up_nothing_begins_and_what_runs_goes_on() {
    let mut fleet = Fleet::new(&[("a", &[]), ("b", &["a"])]).succeeds(0, 100);
    fleet.until = Some(fleet.start + Duration::from_secs(50));
    let results = fleet.run(RunOptions::default()).await;
    let mut ends = ends(&results);
    ends.sort();
    assert_eq!(ends, ["not begun: the run's time is up", "timed_out"]);
    assert!(fleet.start.elapsed() < Duration::from_mins(1));
}

#[tokio::test(start_paused = true)]
async fn a_release_that_was_still_planned_when_time_was_up_has_written_nothing() {
    let mut fleet = Fleet::new(&[("a", &[])]);
    fleet.until = Some(fleet.start + Duration::from_secs(2));
    fleet.stands[0].cloud.latency.set(Duration::from_secs(3));
    let results = fleet.run(RunOptions::default()).await;
    assert_eq!(ends(&results), ["not begun: the run's time is up"]);
    assert!(results[0].release.is_some() && results[0].deployment.is_none());
}
