//! The state machine of a run: who begins now, and who never will.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use super::order::reversed;
use super::{Order, Standing};
use crate::progress::Interrupt;

/// What holds a run back.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// How many releases run at a time, if not all that can.
    pub max_parallel: Option<NonZeroUsize>,
    /// How many failures are borne, if not all.
    pub failures: Option<usize>,
}

/// Why a member was not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotBegun {
    /// This one, which it waits for, did not come about.
    Dependency(usize),
    /// More failed than is borne, which is so many.
    BudgetUsedUp(usize),
    /// A signal ended the run.
    Interrupted(Interrupt),
    /// The run's own time is up.
    TimeIsUp,
}

/// What is to be done now.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Who begins.
    pub begin: Vec<usize>,
    /// Who never will, and why.
    pub not_begun: Vec<(usize, NotBegun)>,
}

/// A run on its way. Each member is handed out once: to begin, or as not begun.
#[derive(Debug)]
pub struct Schedule {
    limits: Limits,
    sequence: Vec<usize>,
    ranks: Vec<usize>,
    waves: Vec<usize>,
    dependents: Vec<Vec<usize>>,
    /// How many of those that each member waits for are not there yet.
    unmet: Vec<usize>,
    states: Vec<State>,
    /// Who can begin, by the place in the sequence.
    ready: BTreeSet<usize>,
    /// How many members of each wave have not ended, and the members themselves.
    left: Vec<usize>,
    members: Vec<Vec<usize>>,
    open: usize,
    running: usize,
    failures: usize,
    halted: Option<NotBegun>,
    given_up: Vec<(usize, NotBegun)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Running,
    Ended,
}

impl Schedule {
    /// Begins a run.
    #[must_use]
    pub fn new(order: &Order, limits: Limits) -> Self {
        let count = order.len();
        let mut ranks = vec![0; count];
        for (rank, member) in order.sequence.iter().enumerate() {
            ranks[*member] = rank;
        }
        let wave_count = order.waves.iter().max().map_or(0, |last| last + 1);
        let mut members = vec![Vec::new(); wave_count];
        for member in &order.sequence {
            members[order.waves[*member]].push(*member);
        }
        let mut schedule = Self {
            limits,
            sequence: order.sequence.clone(),
            ranks,
            waves: order.waves.clone(),
            dependents: reversed(&order.depends_on),
            unmet: order.depends_on.iter().map(Vec::len).collect(),
            states: vec![State::Waiting; count],
            ready: BTreeSet::new(),
            left: members.iter().map(Vec::len).collect(),
            members,
            open: 0,
            running: 0,
            failures: 0,
            halted: None,
            given_up: Vec::new(),
        };
        schedule.open_wave();
        schedule
    }

    /// Returns what is to be done now; nothing is said twice.
    #[must_use]
    pub fn step(&mut self) -> Step {
        let mut step = Step {
            begin: Vec::new(),
            not_begun: std::mem::take(&mut self.given_up),
        };
        let most = self
            .limits
            .max_parallel
            .map_or(usize::MAX, NonZeroUsize::get);
        while self.running < most
            && let Some(rank) = self.ready.pop_first()
        {
            let member = self.sequence[rank];
            self.states[member] = State::Running;
            self.running += 1;
            step.begin.push(member);
        }
        step
    }

    /// Takes in how a member ended that had begun.
    pub fn ended(&mut self, member: usize, standing: Standing) {
        if self.states[member] != State::Running {
            return;
        }
        self.running -= 1;
        self.settle(member, standing == Standing::Met);
        if standing == Standing::Failed {
            self.failures += 1;
        }
        if let Some(borne) = self.limits.failures.filter(|borne| self.failures > *borne) {
            self.halt(NotBegun::BudgetUsedUp(borne));
        }
    }

    /// Ends a member without a word, and those that wait for it as what does not come about.
    pub fn pass_over(&mut self, member: usize) {
        if self.states[member] == State::Waiting {
            self.ready.remove(&self.ranks[member]);
            self.settle(member, false);
        }
    }

    /// Begins nothing from now on.
    pub fn halt(&mut self, why: NotBegun) {
        if self.halted.is_some() {
            return;
        }
        self.halted = Some(why);
        self.ready.clear();
        for member in &self.sequence {
            if self.states[*member] == State::Waiting {
                self.states[*member] = State::Ended;
                self.given_up.push((*member, why));
            }
        }
    }

    /// Returns why nothing begins any more, if so.
    #[must_use]
    pub fn halted(&self) -> Option<NotBegun> {
        self.halted
    }

    /// Says whether more failed than is borne.
    #[must_use]
    pub fn is_budget_used_up(&self) -> bool {
        let borne = self.limits.failures;
        borne.is_some_and(|borne| self.failures > borne)
    }

    /// Ends a member, and those that wait for what never comes.
    fn settle(&mut self, member: usize, is_met: bool) {
        let mut ended = vec![(member, is_met)];
        while let Some((member, is_met)) = ended.pop() {
            self.states[member] = State::Ended;
            self.left[self.waves[member]] -= 1;
            for at in 0..self.dependents[member].len() {
                let dependent = self.dependents[member][at];
                if self.states[dependent] != State::Waiting {
                    continue;
                }
                if is_met {
                    self.unmet[dependent] -= 1;
                    self.make_ready(dependent);
                } else {
                    self.states[dependent] = State::Ended;
                    self.given_up
                        .push((dependent, NotBegun::Dependency(member)));
                    ended.push((dependent, false));
                }
            }
        }
        while self.left.get(self.open) == Some(&0) {
            self.open += 1;
            self.open_wave();
        }
    }

    fn open_wave(&mut self) {
        for at in 0..self.members.get(self.open).map_or(0, Vec::len) {
            self.make_ready(self.members[self.open][at]);
        }
    }

    fn make_ready(&mut self, member: usize) {
        let is_free = self.states[member] == State::Waiting && self.unmet[member] == 0;
        if is_free && self.waves[member] <= self.open {
            self.ready.insert(self.ranks[member]);
        }
    }
}
