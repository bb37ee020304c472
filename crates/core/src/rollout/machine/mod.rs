//! The rollout as a state machine: `step(snapshot, elapsed)` in, events and a verdict out.
//!
//! Knows no clock, network or terminal. Whatever it is fed, in whatever order, it says
//! *succeeded* only when ECS calls the deployment that was followed successful.

mod early_abort;
mod entry;
mod judge;
mod outcome;
mod pausing;
mod poll;
mod record;
mod report;
mod reported;
mod routing;
mod service_presence;
mod shifting;
mod signs;
mod waits;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use early_abort::EarlyAbort;
use entry::Entry;
use judge::{Judgement, Search};
pub use pausing::DueJudgement;
use record::is_final;
use reported::Reported;
use routing::Routing;
use service_presence::Presence;
pub(crate) use shifting::requested;
use signs::Signs;

use super::{Follow, MachineOutput, Next, Observation, PollRequest, Snapshot};
use crate::progress::{Event, Verdict};
use crate::release::{
    ServiceDeployment, ServiceDeploymentStatus as Status, Shift, StoppedTask, Wiring,
};

/// ECS's lists lag behind its writes; absent for longer than this is absent.
const CONSISTENT_AFTER: Duration = Duration::from_secs(20);

/// The state of following one deployment.
#[derive(Debug)]
pub struct Machine {
    follow: Follow,
    reported: Reported,
    presence: Presence,
    routing: Routing,
    signs: Signs,
    entry: Entry,
    /// Our service deployment as far as it was seen to have come.
    deployment: Option<Box<ServiceDeployment>>,
    /// Since when ECS has not listed it.
    unlisted_since: Option<Duration>,
    /// Whether the verdict rests on our entry in `deployments`.
    rests_on_entry: bool,
    is_newer_listed: bool,
    search: Option<Search>,
    /// Tasks that failed; ECS forgets them sooner than a slow rollout ends.
    tasks: BTreeMap<String, StoppedTask>,
    failures_looked_at: u32,
    tasks_seen_at: Option<Duration>,
    early_abort: EarlyAbort,
    /// The waits that were to be ended: each is told once.
    promoted: BTreeSet<String>,
    /// Waits that were the analysis' to end, and are somebody's.
    left: BTreeSet<String>,
    /// Why it was taken back from here.
    blamed: Option<String>,
    looked_last: bool,
    /// By how many minutes the shift has put the limit off.
    shift_minutes: u64,
    moved_at: Duration,
    service_seen_at: Duration,
    asked_at: Duration,
    silent_looks: u32,
    /// How many releases are followed at the same time.
    company: usize,
}

impl Machine {
    /// Begins to follow a deployment.
    #[must_use]
    pub fn new(follow: Follow) -> Self {
        Self {
            entry: Entry::new(follow.deployment.clone(), follow.created_at),
            early_abort: EarlyAbort::new(follow.abort_after),
            follow,
            reported: Reported::default(),
            presence: Presence::default(),
            routing: Routing::default(),
            signs: Signs::default(),
            deployment: None,
            unlisted_since: None,
            rests_on_entry: false,
            is_newer_listed: false,
            search: None,
            tasks: BTreeMap::new(),
            failures_looked_at: 0,
            tasks_seen_at: None,
            promoted: BTreeSet::new(),
            left: BTreeSet::new(),
            blamed: None,
            looked_last: false,
            shift_minutes: 0,
            moved_at: Duration::ZERO,
            service_seen_at: Duration::ZERO,
            asked_at: Duration::ZERO,
            silent_looks: 0,
            company: 1,
        }
    }

    /// Gives nothing up early from here on: nobody may have it rolled back.
    pub fn leave_it_to_ecs(&mut self) {
        self.early_abort = EarlyAbort::new(0);
    }

    /// Learns how many releases are followed at the same time: each then looks less often.
    pub fn in_company_of(&mut self, company: usize) {
        self.company = company;
    }

    /// Takes in one look at AWS, `elapsed` after the start.
    #[must_use]
    pub fn step(&mut self, snapshot: &Snapshot, elapsed: Duration) -> MachineOutput {
        let mut events = Vec::new();
        self.observe(snapshot, elapsed);
        if self.report(snapshot, elapsed, &mut events) {
            self.moved_at = elapsed;
        }
        self.heed(snapshot, &events);
        // What has no time of ECS's is of now.
        events.sort_by_key(|event| event.happened_at().unwrap_or(Timestamp::MAX));
        let next = self.next(elapsed, &mut events);
        MachineOutput { events, next }
    }

    fn observe(&mut self, snapshot: &Snapshot, elapsed: Duration) {
        self.silent_looks = if snapshot.is_unanswered() {
            self.silent_looks + 1
        } else {
            0
        };
        self.presence.observe(&snapshot.service, elapsed);
        if let Some(service) = snapshot.service() {
            self.service_seen_at = elapsed;
            self.entry.observe(service, elapsed);
            self.signs.observe(service, &self.follow.deployment);
        }
        self.observe_deployment(&snapshot.deployment, elapsed);
        self.is_newer_listed |= snapshot.newer == Some(true);
        self.routing.observe(snapshot, elapsed);
        if let Some(deployment) = self.deployment.as_deref() {
            self.routing.moves(deployment, snapshot);
            if self.follow.adds_shift
                && let Some(shift) = Shift::of(deployment)
            {
                let service = snapshot.service();
                let wiring = service.and_then(|service| Wiring::of(&service.document));
                let minutes = shift.longest_minutes(wiring.as_ref());
                // The load balancer is known once the service was seen.
                let more = minutes.saturating_sub(self.shift_minutes);
                self.shift_minutes += more;
                self.follow.timeout += Duration::from_secs(more * 60);
            }
        }
        for task in &snapshot.stopped {
            self.tasks.insert(task.task_arn.clone(), task.clone());
        }
        self.early_abort
            .observe(&self.tasks, snapshot.alive.as_deref());
        let status = self.deployment.as_ref().map(|deployment| deployment.status);
        if status == Some(Status::Stopped) {
            let search = self.search.get_or_insert_with(|| Search::since(elapsed));
            search.observe(snapshot);
        }
    }

    /// Says how it stands when nobody waits any longer.
    fn time_is_up(&self) -> Verdict {
        if self.pauses().is_empty() {
            Verdict::TimedOut
        } else {
            Verdict::Paused
        }
    }

    /// Notes what a look tells of what is to be looked at next.
    fn heed(&mut self, snapshot: &Snapshot, events: &[Event]) {
        for event in events {
            if let Event::ServiceMessage { message, .. } = event {
                self.signs.hear(message);
            }
            if let Event::TaskFailed { .. } = event {
                self.signs.task_failed();
            }
        }
        if self.failed_tasks() > 0 {
            self.signs.task_failed();
        }
        // The record is looked at after the service.
        if !matches!(snapshot.deployment, Observation::Unanswered) {
            self.signs.record_seen();
        }
    }

    fn observe_deployment(&mut self, deployment: &Observation, elapsed: Duration) {
        match deployment {
            Observation::Seen(seen) => {
                self.unlisted_since = None;
                if record::supersedes(seen, self.deployment.as_deref()) {
                    self.deployment = Some(seen.clone());
                }
            }
            Observation::NotListed => {
                let since = *self.unlisted_since.get_or_insert(elapsed);
                let is_missing = elapsed.saturating_sub(since) >= CONSISTENT_AFTER;
                self.rests_on_entry |= is_missing && self.follow.is_own;
            }
            Observation::Refused => self.rests_on_entry = self.follow.is_own,
            Observation::Unanswered => return,
        }
        self.asked_at = elapsed;
    }

    fn next(&mut self, elapsed: Duration, events: &mut Vec<Event>) -> Next {
        if self.is_another() {
            return self.end(Verdict::Superseded);
        }
        let verdict = match self.judge(elapsed, events) {
            Judgement::Over(verdict) => verdict,
            Judgement::AskForNewer => return self.search_on(),
            Judgement::Undecided if self.has_come_far_enough() => self.reached(),
            Judgement::Undecided if elapsed >= self.follow.timeout => self.time_is_up(),
            Judgement::Undecided => return self.go_on(elapsed),
        };
        // Bad news is told on a look at everything: the tasks that failed last explain the end,
        // and the service may be gone.
        if verdict != Verdict::Succeeded && !self.looked_last {
            self.looked_last = true;
            let status = self.deployment.as_ref().map(|deployment| deployment.status);
            return Next::Poll {
                after: Duration::ZERO,
                look: if status.is_some_and(is_final) {
                    PollRequest::REASONS
                } else {
                    PollRequest::LAST
                },
            };
        }
        self.end(verdict)
    }
}
