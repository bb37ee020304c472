//! Generated histories of a service, and where a rollback should go by what was done on purpose.
//!
//! People and tools act: they release, force, abort, go back. What they did is kept in a journal
//! and asked afterwards, while the code under test sees ECS's records alone, one after the other.

use proptest::prelude::*;

use super::super::{Attempt, Extent, RollbackAction, Timeline};
use super::history;
use crate::release::ServiceDeploymentStatus as Status;

/// How a deployment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DeploymentEnd {
    Good,
    /// The circuit breaker or an alarm has ECS take it back.
    TakenBack,
    /// A person has.
    Aborted,
    /// ECS can't go back either.
    Stuck,
    /// It is stopped where it is: a failure without rollback, or a newer deployment.
    Stopped,
}

/// What somebody does.
#[derive(Debug, Clone, Copy)]
enum Action {
    /// Ships something new.
    Release(DeploymentEnd),
    /// Has the tasks of what the service is on replaced.
    Force(DeploymentEnd),
    /// Deploys a known release by hand, or with another tool.
    Outside(prop::sample::Index, DeploymentEnd),
    /// Runs a rollback, which goes where the journal says it should.
    Rollback(DeploymentEnd),
}

/// A deployment as it was meant.
#[derive(Debug, Clone, Copy)]
struct JournalStep {
    release: usize,
    fate: DeploymentEnd,
}

/// Everything that was done, oldest first.
#[derive(Debug, Default)]
struct Journal(Vec<JournalStep>);

/// Where a bare rollback has to go.
#[derive(Debug, PartialEq, Eq)]
enum ExpectedTarget {
    To(usize),
    StayOn(usize),
    Nothing,
}

impl Journal {
    fn of(acts: &[Action]) -> Self {
        let mut journal = Self::default();
        for act in acts {
            let releases = journal
                .0
                .iter()
                .map(|step| step.release + 1)
                .max()
                .unwrap_or(0);
            let step = match *act {
                Action::Release(fate) => Some((releases, fate)),
                Action::Force(fate) => journal.on(journal.0.len()).map(|release| (release, fate)),
                Action::Outside(which, fate) if releases > 0 => Some((which.index(releases), fate)),
                Action::Outside(..) => None,
                Action::Rollback(fate) => match journal.wanted() {
                    ExpectedTarget::To(release) => Some((release, fate)),
                    ExpectedTarget::StayOn(_) | ExpectedTarget::Nothing => None,
                },
            };
            journal
                .0
                .extend(step.map(|(release, fate)| JournalStep { release, fate }));
        }
        journal
    }

    /// What the last success before a step brought.
    fn served(&self, before: usize) -> Option<usize> {
        let good = self.0[..before]
            .iter()
            .rev()
            .find(|step| step.fate == DeploymentEnd::Good);
        good.map(|step| step.release)
    }

    /// What the service was on before a step, serving or not.
    fn on(&self, before: usize) -> Option<usize> {
        let last = self.0[..before].iter().enumerate().next_back()?;
        match last.1.fate {
            DeploymentEnd::TakenBack | DeploymentEnd::Aborted => self.served(last.0),
            DeploymentEnd::Good | DeploymentEnd::Stuck | DeploymentEnd::Stopped => {
                Some(last.1.release)
            }
        }
    }

    /// The releases that the service was on, one after the other, since it last was where it
    /// served.
    fn failed_over(&self, before: usize) -> Vec<usize> {
        let is_home = |step: &&JournalStep| {
            use DeploymentEnd::{Aborted, Good, TakenBack};
            matches!(step.fate, Good | TakenBack | Aborted)
        };
        let since = self.0[..before]
            .iter()
            .rev()
            .take_while(|step| !is_home(step));
        since.map(|step| step.release).collect()
    }

    fn had_succeeded(&self, before: usize, release: usize) -> bool {
        let mut earlier = self.0[..before].iter();
        earlier.any(|step| step.release == release && step.fate == DeploymentEnd::Good)
    }

    /// Whether a step was meant to bring the service back to something.
    fn is_way_back(&self, at: usize) -> bool {
        let release = self.0[at].release;
        match self.served(at) {
            None => false,
            Some(served) if served == release => !self.failed_over(at).is_empty(),
            // What was left and is deployed once more goes forward.
            Some(_) => self.had_succeeded(at, release) && !self.was_abandoned(at, release),
        }
    }

    /// What a step went back from, if going back is what it came to.
    fn rolled_back_from(&self, at: usize) -> Vec<usize> {
        let JournalStep { release, fate } = self.0[at];
        let served = self.served(at);
        let failed_over = || {
            let all = self.failed_over(at).into_iter();
            all.filter(|release| Some(*release) != served && !self.had_succeeded(at, *release))
        };
        match fate {
            DeploymentEnd::TakenBack | DeploymentEnd::Aborted => {
                let is_left = served != Some(release) && !self.is_way_back(at);
                failed_over().chain(is_left.then_some(release)).collect()
            }
            DeploymentEnd::Good if served == Some(release) => failed_over().collect(),
            DeploymentEnd::Good if self.is_way_back(at) => served.into_iter().collect(),
            DeploymentEnd::Good | DeploymentEnd::Stopped | DeploymentEnd::Stuck => Vec::new(),
        }
    }

    /// Whether ECS tried to take a release back at this step, and failed.
    fn failed_to_leave(&self, at: usize, release: usize) -> bool {
        let step = self.0[at];
        step.fate == DeploymentEnd::Stuck
            && step.release == release
            && self.served(at) != Some(release)
            && !self.is_way_back(at)
    }

    /// Whether a release was gone back from before some step, and has not succeeded since.
    fn was_abandoned(&self, before: usize, release: usize) -> bool {
        let is_good =
            |at: &usize| self.0[*at].release == release && self.0[*at].fate == DeploymentEnd::Good;
        let since = (0..before).rev().find(is_good).map_or(0, |at| at + 1);
        (since..before).any(|at| {
            self.rolled_back_from(at).contains(&release) || self.failed_to_leave(at, release)
        })
    }

    /// Whether what serves came by a rollback that somebody asked for.
    fn came_back(&self) -> bool {
        let mut was_stopped = false;
        let mut came_back = false;
        for (at, step) in self.0.iter().enumerate() {
            let is_same = self.served(at) == Some(step.release);
            match step.fate {
                DeploymentEnd::Good if is_same => came_back |= !self.failed_over(at).is_empty(),
                DeploymentEnd::Good => {
                    came_back = self.is_way_back(at);
                    was_stopped = false;
                }
                DeploymentEnd::Aborted => was_stopped |= !self.is_way_back(at),
                DeploymentEnd::TakenBack => was_stopped = false,
                DeploymentEnd::Stuck | DeploymentEnd::Stopped => {}
            }
        }
        came_back || was_stopped
    }

    /// Whether somebody tried to leave what serves, and did not get away.
    fn is_to_be_left(&self) -> bool {
        let is_good = |step: &JournalStep| step.fate == DeploymentEnd::Good;
        let since = self.0.iter().rposition(is_good).map_or(0, |at| at + 1);
        (since..self.0.len())
            .any(|at| self.is_way_back(at) && self.served(at) != Some(self.0[at].release))
    }

    fn wanted(&self) -> ExpectedTarget {
        let all = self.0.len();
        let Some(serves) = self.served(all) else {
            return ExpectedTarget::Nothing;
        };
        if !self.is_to_be_left() {
            if !self.failed_over(all).is_empty() {
                return ExpectedTarget::To(serves);
            }
            if self.came_back() {
                return ExpectedTarget::StayOn(serves);
            }
        }
        let steps = self.0.iter().rev();
        let good = steps.filter(|step| step.fate == DeploymentEnd::Good);
        let mut releases = good.map(|step| step.release);
        releases
            .find(|release| *release != serves && !self.was_abandoned(all, *release))
            .map_or(ExpectedTarget::Nothing, ExpectedTarget::To)
    }

    /// What ECS keeps of it, newest first.
    fn records(&self) -> Vec<Attempt> {
        let status = |fate| match fate {
            DeploymentEnd::Good => Status::Successful,
            DeploymentEnd::TakenBack | DeploymentEnd::Aborted => Status::RollbackSuccessful,
            DeploymentEnd::Stuck => Status::RollbackFailed,
            DeploymentEnd::Stopped => Status::Stopped,
        };
        let name = |step: &JournalStep| match step.fate {
            DeploymentEnd::Aborted => format!("!r{}", step.release),
            DeploymentEnd::Good
            | DeploymentEnd::TakenBack
            | DeploymentEnd::Stuck
            | DeploymentEnd::Stopped => format!("r{}", step.release),
        };
        let named = self.0.iter().map(|step| (name(step), status(step.fate)));
        let named: Vec<(String, Status)> = named.collect();
        let named: Vec<(&str, Status)> = named
            .iter()
            .map(|attempt| (&*attempt.0, attempt.1))
            .collect();
        history(&named)
    }
}

/// Where the code goes, by ECS's records.
fn chosen(records: &[Attempt]) -> ExpectedTarget {
    let number = |attempt: &Attempt| attempt.task_definition.short()[1..].parse().unwrap();
    match Timeline::of(records, Extent::Whole).back() {
        RollbackAction::Deploy(to) => ExpectedTarget::To(number(to)),
        RollbackAction::AlreadyDone { at, .. } => ExpectedTarget::StayOn(number(at)),
        RollbackAction::NoTarget => ExpectedTarget::Nothing,
        other @ (RollbackAction::FollowRollback { .. }
        | RollbackAction::Attach(_)
        | RollbackAction::Stop { .. }) => panic!("{other:?}"),
    }
}

fn fate() -> impl Strategy<Value = DeploymentEnd> {
    prop_oneof![
        4 => Just(DeploymentEnd::Good),
        2 => Just(DeploymentEnd::TakenBack),
        1 => Just(DeploymentEnd::Aborted),
        1 => Just(DeploymentEnd::Stuck),
        2 => Just(DeploymentEnd::Stopped),
    ]
}

fn act() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => fate().prop_map(Action::Release),
        1 => fate().prop_map(Action::Force),
        1 => (any::<prop::sample::Index>(), fate()).prop_map(|(which, fate)| Action::Outside(which, fate)),
        2 => fate().prop_map(Action::Rollback),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rollback_goes_to_the_newest_that_succeeded_before_and_was_never_gone_back_from(
        acts in prop::collection::vec(act(), 0..14),
    ) {
        let journal = Journal::of(&acts);
        prop_assert_eq!(chosen(&journal.records()), journal.wanted(), "{:?}", journal);
    }

    /// Two people who are paged at once both run it.
    #[test]
    fn a_second_rollback_goes_no_further(acts in prop::collection::vec(act(), 0..14)) {
        let mut journal = Journal::of(&acts);
        if let ExpectedTarget::To(release) = chosen(&journal.records()) {
            journal.0.push(JournalStep { release, fate: DeploymentEnd::Good });
            prop_assert_eq!(chosen(&journal.records()), ExpectedTarget::StayOn(release), "{:?}", journal);
        }
    }

    /// Its answer was lost, and a pipeline runs it again: the first one stopped what ran.
    #[test]
    fn a_rollback_that_stopped_something_goes_no_further_either(
        acts in prop::collection::vec(act(), 0..14),
    ) {
        let mut journal = Journal::of(&acts);
        if let Some(serves) = journal.served(journal.0.len()) {
            let release = journal.0.iter().map(|step| step.release + 1).max().unwrap_or(0);
            journal.0.push(JournalStep { release, fate: DeploymentEnd::Aborted });
            let chosen = chosen(&journal.records());
            prop_assert!(
                chosen == ExpectedTarget::StayOn(serves) || journal.is_to_be_left(),
                "{:?} {:?}", chosen, journal
            );
        }
    }

    /// Whatever happens, what ECS or a person took away from the service does not come back
    /// unasked.
    #[test]
    fn what_was_taken_back_comes_back_only_when_it_served_last(
        acts in prop::collection::vec(act(), 0..14),
    ) {
        let journal = Journal::of(&acts);
        if let ExpectedTarget::To(release) = chosen(&journal.records()) {
            let all = journal.0.len();
            let is_good = !journal.was_abandoned(all, release);
            prop_assert!(journal.served(all) == Some(release) || is_good, "{:?}", journal);
        }
    }
}
