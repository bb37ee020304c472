//! The order of a run: waves, and who waits for whom. One that could never end can't be made.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::WaveSizes;
use crate::release::Place;
use crate::release::ids::ServiceId;

/// A release of the run, and what it asks of the order.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its service.
    pub service: ServiceId,
    /// Its wave: lower ones go first.
    pub wave: u32,
    /// The services that must have succeeded before it begins.
    pub depends_on: Vec<ServiceId>,
}

/// Why releases can't be brought into an order. Members are numbered as they were given, and `at`
/// is the place among what the member depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderProblem {
    /// It depends on itself.
    Itself {
        /// Who.
        member: usize,
        /// Where it says so.
        at: usize,
    },
    /// It depends on one of a later wave.
    Later {
        /// Who.
        member: usize,
        /// Where it says so.
        at: usize,
        /// On whom.
        on: usize,
    },
    /// Each depends on the next, and the last on the first.
    Cycle {
        /// Who.
        members: Vec<usize>,
        /// Where the first says so.
        at: usize,
    },
}

/// An order in which all members can begin.
#[derive(Debug, Clone)]
pub struct Order {
    services: Vec<ServiceId>,
    /// The wave of each member, from 0 without gaps.
    pub(super) waves: Vec<usize>,
    /// Whom each member waits for.
    pub(super) depends_on: Vec<Vec<usize>>,
    /// All members, in the order in which they begin where nothing else decides.
    pub(super) sequence: Vec<usize>,
    /// What a member depends on that is no member: who, and at which place.
    unknown: Vec<(usize, usize)>,
}

impl Order {
    /// Brings releases into an order.
    ///
    /// # Errors
    /// Why there is none.
    pub fn of(candidates: &[Candidate]) -> Result<Self, Vec<OrderProblem>> {
        let mut members: HashMap<Key<'_>, usize> = HashMap::new();
        for (member, candidate) in candidates.iter().enumerate() {
            members.entry(key(&candidate.service)).or_insert(member);
        }
        let mut depends_on: Vec<Vec<usize>> = vec![Vec::new(); candidates.len()];
        let (mut unknown, mut problems) = (Vec::new(), Vec::new());
        for (member, candidate) in candidates.iter().enumerate() {
            for (at, service) in candidate.depends_on.iter().enumerate() {
                match members.get(&key(service)).copied() {
                    None => unknown.push((member, at)),
                    Some(on) if on == member => problems.push(OrderProblem::Itself { member, at }),
                    Some(on) if candidates[on].wave > candidate.wave => {
                        problems.push(OrderProblem::Later { member, at, on });
                    }
                    Some(on) if depends_on[member].contains(&on) => {}
                    Some(on) => depends_on[member].push(on),
                }
            }
        }
        let sequence = in_sequence(candidates, &depends_on);
        if sequence.len() < candidates.len() {
            problems.push(cycle(candidates, &depends_on, &sequence));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut numbers: Vec<u32> = candidates.iter().map(|one| one.wave).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let waves = candidates.iter();
        let waves = waves.map(|one| numbers.partition_point(|number| *number < one.wave));
        let services = candidates.iter().map(|one| one.service.clone());
        Ok(Self {
            services: services.collect(),
            waves: waves.collect(),
            depends_on,
            sequence,
            unknown,
        })
    }

    /// Cuts the order into waves of these sizes instead of its own. Whom a member waits for comes
    /// before it in the order, and so in its wave or an earlier one.
    #[must_use]
    pub fn in_waves(mut self, sizes: &WaveSizes) -> Self {
        let ends = sizes.ends(self.sequence.len());
        for (place, member) in self.sequence.iter().enumerate() {
            self.waves[*member] = ends.partition_point(|end| *end <= place);
        }
        self
    }

    /// Returns the way back of some members, by the order in which they succeeded: the last goes
    /// back first, and each only after those that depend on it. Members of the way back are
    /// numbered by their places in it, the first of which is that of the last success.
    #[must_use]
    pub fn way_back(&self, succeeded: &[usize]) -> (Self, Vec<usize>) {
        let back: Vec<usize> = succeeded.iter().rev().copied().collect();
        let places = back.iter().enumerate();
        let places: HashMap<usize, usize> =
            places.map(|(place, member)| (*member, place)).collect();
        let mut depends_on = vec![Vec::new(); back.len()];
        for (place, member) in back.iter().enumerate() {
            for on in &self.depends_on[*member] {
                if let Some(on) = places.get(on) {
                    depends_on[*on].push(place);
                }
            }
        }
        let services = back.iter().map(|member| self.services[*member].clone());
        let order = Self {
            services: services.collect(),
            waves: vec![0; back.len()],
            depends_on,
            sequence: (0..back.len()).collect(),
            unknown: Vec::new(),
        };
        (order, back)
    }

    /// Returns the service of a member.
    #[must_use]
    pub fn service(&self, member: usize) -> &ServiceId {
        &self.services[member]
    }

    /// Returns how many members it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sequence.len()
    }

    /// Says whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sequence.is_empty()
    }

    /// Says whether any member has to wait for another's end.
    #[must_use]
    pub fn waits(&self) -> bool {
        let waits_for_any = self.depends_on.iter().any(|on| !on.is_empty());
        waits_for_any || self.waves.iter().any(|wave| *wave > 0)
    }

    /// Returns who depends on what is no member, and at which place it says so.
    #[must_use]
    pub fn unknown(&self) -> &[(usize, usize)] {
        &self.unknown
    }
}

/// What tells services apart.
type Key<'a> = (&'a str, &'a str, Option<&'a Place>);

/// Returns what tells services apart: a cluster goes by its name or by its ARN.
fn key(service: &ServiceId) -> Key<'_> {
    let place = service.place.as_ref().map(|named| &named.place);
    (service.cluster.short(), service.name.as_str(), place)
}

/// Returns the members, each after those that it waits for, the earlier wave and then the name
/// first. Members of a cycle, and who waits for them, are left out.
fn in_sequence(candidates: &[Candidate], depends_on: &[Vec<usize>]) -> Vec<usize> {
    let dependents = reversed(depends_on);
    let mut unmet: Vec<usize> = depends_on.iter().map(Vec::len).collect();
    let rank = |member: usize| {
        let Candidate { service, wave, .. } = &candidates[member];
        Reverse((*wave, key(service), member))
    };
    let free = (0..candidates.len()).filter(|member| unmet[*member] == 0);
    let mut free: BinaryHeap<_> = free.map(rank).collect();
    let mut sequence = Vec::with_capacity(candidates.len());
    while let Some(Reverse((.., member))) = free.pop() {
        sequence.push(member);
        for dependent in &dependents[member] {
            unmet[*dependent] -= 1;
            if unmet[*dependent] == 0 {
                free.push(rank(*dependent));
            }
        }
    }
    sequence
}

/// Returns who waits for each member.
pub(super) fn reversed(depends_on: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut dependents = vec![Vec::new(); depends_on.len()];
    for (member, on) in depends_on.iter().enumerate() {
        for on in on {
            dependents[*on].push(member);
        }
    }
    dependents
}

/// Finds a cycle among the members that are in no sequence, of which there is one: each of them waits
/// for another one.
fn cycle(candidates: &[Candidate], depends_on: &[Vec<usize>], sequence: &[usize]) -> OrderProblem {
    let mut is_free = vec![false; candidates.len()];
    for member in sequence {
        is_free[*member] = true;
    }
    let mut walked: Vec<usize> = Vec::new();
    let mut seen = vec![false; candidates.len()];
    let stuck = is_free.iter().position(|is_free| !is_free);
    let mut member = stuck.unwrap_or_default();
    while !seen[member] {
        seen[member] = true;
        walked.push(member);
        let next = depends_on[member].iter().find(|on| !is_free[**on]);
        member = next.copied().unwrap_or(member);
    }
    let begin = walked.iter().position(|walked| *walked == member);
    let mut members = walked.split_off(begin.unwrap_or_default());
    // The same cycle is told in the same way, wherever it was entered.
    let first = (0..members.len()).min_by_key(|place| members[*place]);
    members.rotate_left(first.unwrap_or_default());
    let next = members.get(1).unwrap_or(&members[0]);
    let next = key(&candidates[*next].service);
    let mut named = candidates[members[0]].depends_on.iter();
    let at = named.position(|on| key(on) == next).unwrap_or_default();
    OrderProblem::Cycle { members, at }
}
