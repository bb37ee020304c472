//! Drives a run: begins what its schedule says, each release as a future of its own, and tells the
//! schedule what ended, that a signal came, and that time is up.

use std::pin::pin;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{Instant, sleep_until};

use super::listening::Origin;
use super::not_begun::{words, words_of_return};
use super::options::{OnFailure, RunOptions};
use super::run_results::RunResults;
use crate::app::{Interrupts, ResultRecord};
use crate::cloud::Company;
use crate::fleet::{NotBegun, Order, Schedule, Standing};
use crate::progress::Conclusion;
use crate::release::ids::ServiceId;

/// What a run is made of: how one release goes, and who hears of its end. Members are numbered as
/// in the run's order.
pub trait Releases {
    /// Brings a release to its end.
    fn deploy(&self, member: usize) -> impl Future<Output = ResultRecord>;

    /// Takes back what a release brought.
    fn take_back(
        &self,
        member: usize,
        brought: &ResultRecord,
    ) -> impl Future<Output = ResultRecord>;

    /// Says whose the deployment of a release is.
    fn origin(&self, member: usize) -> Origin;

    /// Tells of a release that succeeded and stays, since it ran before this run.
    fn leave(&self, member: usize);

    /// Makes the result of a release that was not begun.
    fn not_begun(&self, member: usize, why: &str) -> ResultRecord;

    /// Makes the result of a release that was to be taken back, and stays.
    fn not_taken_back(&self, member: usize, brought: &ResultRecord, why: &str) -> ResultRecord;

    /// Tells how a release ended, as soon as it has.
    fn tell(&self, service: &ServiceId, result: &ResultRecord);
}

/// A run over many services.
pub struct Run<'a, R> {
    /// In which order they begin.
    pub order: &'a Order,
    /// How it goes.
    pub options: RunOptions,
    /// When it is over.
    pub until: Option<Instant>,
    /// Who may end it early.
    pub interrupts: &'a Interrupts,
    /// What it is made of.
    pub releases: &'a R,
}

impl<R: Releases> Run<'_, R> {
    /// Brings each release to its end, and then takes back what it brought, where it does so.
    pub async fn run(&self) -> RunResults {
        let releases = self.releases;
        let limits = self.options.limits(self.order.len());
        let mut schedule = Schedule::new(self.order, limits);
        let forth = Direction {
            order: self.order,
            begin: |member| releases.deploy(member),
            not_begun: |member, why: &str| releases.not_begun(member, why),
            until: self.until,
            passed_over: vec![None; self.order.len()],
            standing: ResultRecord::standing,
            words,
        };
        let ended = Box::pin(self.drive(&mut schedule, &forth)).await;
        let goes_back = match self.options.on_failure {
            OnFailure::Rollback => schedule.is_budget_used_up(),
            OnFailure::Continue | OnFailure::Stop => false,
        };
        let back = if goes_back {
            Box::pin(self.take_back(&ended)).await
        } else {
            Vec::new()
        };
        let results = |ended: Vec<(usize, ResultRecord)>| {
            ended.into_iter().map(|(_, result)| result).collect()
        };
        RunResults {
            forth: results(ended),
            back: results(back),
        }
    }

    async fn take_back(&self, ended: &[(usize, ResultRecord)]) -> Vec<(usize, ResultRecord)> {
        let mut concerned = Vec::new();
        for (member, result) in ended {
            let is_there = result.conclusion() == Conclusion::Succeeded;
            let goes_back = match self.releases.origin(*member) {
                Origin::Own => is_there,
                Origin::Followed if is_there => {
                    self.releases.leave(*member);
                    concerned.push((*member, result, Some(result.conclusion())));
                    continue;
                }
                // What changed in place started no deployment to go back from.
                Origin::Followed | Origin::Unseen => false,
            };
            if goes_back {
                concerned.push((*member, result, None));
            } else if result.may_serve_yet() {
                concerned.push((*member, result, Some(result.conclusion())));
            }
        }
        let members: Vec<usize> = concerned.iter().map(|(member, ..)| *member).collect();
        let (order, members) = self.order.way_back(&members);
        let brought: Vec<&ResultRecord> = concerned.iter().rev().map(|one| one.1).collect();
        let limits = crate::fleet::Limits {
            max_parallel: self.options.max_parallel,
            failures: None,
        };
        let mut schedule = Schedule::new(&order, limits);
        let back = Direction {
            order: &order,
            begin: |place: usize| self.releases.take_back(members[place], brought[place]),
            not_begun: |place: usize, why: &str| {
                let (member, brought) = (members[place], brought[place]);
                self.releases.not_taken_back(member, brought, why)
            },
            // The time that a hung release used up is no reason to leave what succeeded.
            until: None,
            passed_over: concerned.iter().rev().map(|one| one.2).collect(),
            standing: |result| Standing::of_return(result.conclusion()),
            words: words_of_return,
        };
        Box::pin(self.drive(&mut schedule, &back)).await
    }

    async fn drive<F: Future<Output = ResultRecord>>(
        &self,
        schedule: &mut Schedule,
        way: &Direction<'_, impl Fn(usize) -> F, impl Fn(usize, &str) -> ResultRecord>,
    ) -> Vec<(usize, ResultRecord)> {
        let company = Company::default();
        let mut running = FuturesUnordered::new();
        let mut ended: Vec<(usize, ResultRecord)> = Vec::new();
        let mut conclusions = way.passed_over.clone();
        for (member, passed_over) in conclusions.iter().enumerate() {
            if passed_over.is_some() {
                schedule.pass_over(member);
            }
        }
        let mut failed_before = vec![false; way.order.len()];
        let mut interrupted = pin!(self.interrupts.wait());
        let mut over = pin!(over(way.until));
        let is_over = || way.until.is_some_and(|until| until <= Instant::now());
        // What was heard before is heard before anything begins.
        if let Some(interrupt) = self.interrupts.arrived() {
            schedule.halt(NotBegun::Interrupted(interrupt));
        } else if is_over() {
            schedule.halt(NotBegun::TimeIsUp);
        }
        loop {
            // Who is alone says in its own words how far it came.
            if let Some(why) = schedule.halted().filter(|_| way.order.len() > 1) {
                company.close((way.words)(why, None));
            }
            let step = schedule.step();
            for (member, why) in step.not_begun {
                let on = match why {
                    NotBegun::Dependency(on) => {
                        conclusions[on].map(|ended| (way.order.service(on), ended))
                    }
                    NotBegun::BudgetUsedUp(_) | NotBegun::Interrupted(_) | NotBegun::TimeIsUp => {
                        None
                    }
                };
                let mut result = (way.not_begun)(member, &(way.words)(why, on));
                match why {
                    NotBegun::Interrupted(interrupt) => result = result.not_begun_for(interrupt),
                    NotBegun::Dependency(on) if failed_before[on] => {
                        result = result.failed_before();
                        failed_before[member] = true;
                    }
                    NotBegun::BudgetUsedUp(_) => result = result.not_begun_for_budget(),
                    NotBegun::Dependency(_) | NotBegun::TimeIsUp => {}
                }
                conclusions[member] = Some(result.conclusion());
                self.releases.tell(way.order.service(member), &result);
                ended.push((member, result));
            }
            for member in step.begin {
                let release = Box::pin(company.join((way.begin)(member)));
                running.push(async move { (member, release.await) });
            }
            let may_halt = schedule.halted().is_none();
            tokio::select! {
                biased;
                // Before the ends that they bring about, which would be told as the reason.
                interrupt = &mut interrupted, if may_halt => {
                    schedule.halt(NotBegun::Interrupted(interrupt));
                }
                () = &mut over, if may_halt => schedule.halt(NotBegun::TimeIsUp),
                next = running.next() => {
                    let Some((member, result)) = next else {
                        return ended;
                    };
                    let conclusion = result.conclusion();
                    conclusions[member] = Some(conclusion);
                    failed_before[member] = result.has_failed_before();
                    // It may have seen that before the clock was asked here.
                    if is_over() {
                        schedule.halt(NotBegun::TimeIsUp);
                    }
                    schedule.ended(member, (way.standing)(&result));
                    self.releases.tell(way.order.service(member), &result);
                    ended.push((member, result));
                }
            }
        }
    }
}

/// How members begin, and what is said of those that don't.
struct Direction<'a, B, N> {
    order: &'a Order,
    begin: B,
    not_begun: N,
    /// When nothing begins any more.
    until: Option<Instant>,
    /// Those that do not begin and are not told of, for they stand as they ended before: nobody
    /// can count on them who waits for them.
    passed_over: Vec<Option<Conclusion>>,
    /// What an end means to those that wait for it.
    standing: fn(&ResultRecord) -> Standing,
    /// Why one was not begun.
    words: fn(NotBegun, Option<(&ServiceId, Conclusion)>) -> String,
}

async fn over(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}
