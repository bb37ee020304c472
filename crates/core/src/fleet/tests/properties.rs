//! The promises of a run, over many orders, limits and ends.

use std::num::NonZeroUsize;

use proptest::prelude::*;

use super::super::{Candidate, Limits, NotBegun, Order, Schedule, Standing};
use super::one;
use crate::progress::Interrupt;

/// Members, each of which depends on earlier ones of its wave or of one before.
fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let member = (
        1_u32..4,
        prop::collection::vec(any::<prop::sample::Index>(), 0..3),
    );
    prop::collection::vec(member, 0..14).prop_map(|members| {
        let mut made: Vec<Candidate> = Vec::new();
        for (at, (wave, on)) in members.into_iter().enumerate() {
            let on = on.iter().filter(|_| at > 0).map(|on| on.index(at));
            let on: Vec<String> = on
                .filter(|on| made[*on].wave <= wave)
                .map(|on| format!("s{on}"))
                .collect();
            let on: Vec<&str> = on.iter().map(String::as_str).collect();
            made.push(one(&format!("s{at}"), wave, &on));
        }
        made
    })
}

fn limits() -> impl Strategy<Value = Limits> {
    let most = prop::option::of(1_usize..5);
    (most, prop::option::of(0_usize..4)).prop_map(|(most, failures)| Limits {
        max_parallel: most.and_then(NonZeroUsize::new),
        failures,
    })
}

/// What is known of a run from outside.
struct Seen<'a> {
    order: &'a Order,
    limits: Limits,
    running: Vec<usize>,
    ended: Vec<Option<Standing>>,
    not_begun: Vec<bool>,
    failures: usize,
    is_halted: bool,
}

impl Seen<'_> {
    fn is_over(&self, member: usize) -> bool {
        self.ended[member].is_some() || self.not_begun[member]
    }

    fn can_begin(&self, member: usize) -> bool {
        let is_met = |on: &usize| self.ended[*on] == Some(Standing::Met);
        let mut before = (0..self.order.len())
            .filter(|other| self.order.waves[*other] < self.order.waves[member]);
        self.order.depends_on[member].iter().all(is_met) && before.all(|other| self.is_over(other))
    }

    fn is_used_up(&self) -> bool {
        self.limits
            .failures
            .is_some_and(|borne| self.failures > borne)
    }

    fn step(&mut self, run: &mut Schedule) {
        let step = run.step();
        for (member, why) in step.not_begun {
            assert!(!self.is_over(member) && !self.running.contains(&member));
            match why {
                NotBegun::Dependency(on) => {
                    assert!(self.order.depends_on[member].contains(&on));
                    assert!(
                        self.not_begun[on] || self.ended[on].is_some_and(|s| s != Standing::Met)
                    );
                }
                NotBegun::BudgetUsedUp(_) => assert!(self.is_used_up()),
                NotBegun::Interrupted(_) | NotBegun::TimeIsUp => assert!(self.is_halted),
            }
            self.not_begun[member] = true;
        }
        for member in step.begin {
            assert!(!self.is_over(member) && !self.running.contains(&member));
            assert!(self.can_begin(member));
            assert!(!self.is_used_up() && !self.is_halted);
            self.running.push(member);
        }
        let most = self
            .limits
            .max_parallel
            .map_or(usize::MAX, NonZeroUsize::get);
        assert!(self.running.len() <= most);
        let waits = |member: &usize| !self.is_over(*member) && !self.running.contains(member);
        let waiting: Vec<usize> = (0..self.order.len()).filter(waits).collect();
        if self.is_used_up() || self.is_halted {
            assert!(waiting.is_empty());
        } else if self.running.len() < most {
            let late = waiting.into_iter().find(|member| self.can_begin(*member));
            assert_eq!(late, None, "it could have begun");
        }
    }
}

proptest! {
    #[test]
    fn every_member_ends_once_and_nothing_begins_too_early_too_many_or_too_late(
        candidates in candidates(),
        limits in limits(),
        ends in prop::collection::vec((any::<prop::sample::Index>(), 0..8_u8), 40),
        halt_at in prop::option::of(0_usize..12),
    ) {
        let order = Order::of(&candidates).unwrap();
        let mut run = Schedule::new(&order, limits);
        let mut seen = Seen {
            order: &order,
            limits,
            running: Vec::new(),
            ended: vec![None; order.len()],
            not_begun: vec![false; order.len()],
            failures: 0,
            is_halted: false,
        };
        seen.step(&mut run);
        for (at, (who, how)) in ends.into_iter().enumerate() {
            if halt_at == Some(at) {
                seen.is_halted = true;
                run.halt(NotBegun::Interrupted(Interrupt::Terminate));
                seen.step(&mut run);
            }
            if seen.running.is_empty() {
                break;
            }
            let member = seen.running.swap_remove(who.index(seen.running.len()));
            let standing = match how {
                0 | 1 => Standing::Failed,
                2 => Standing::Unmet,
                _ => Standing::Met,
            };
            seen.ended[member] = Some(standing);
            seen.failures += usize::from(standing == Standing::Failed);
            run.ended(member, standing);
            seen.step(&mut run);
        }
        prop_assert!((0..order.len()).all(|member| seen.is_over(member)));
    }

    #[test]
    fn waves_of_any_size_leave_an_order_that_ends(
        candidates in candidates(),
        sizes in prop::sample::subsequence(vec!["1", "2", "5", "10%", "50%", "100%"], 1..6),
    ) {
        let order = Order::of(&candidates).unwrap().in_waves(&sizes.join(",").parse().unwrap());
        let waves = &order.waves;
        for (member, on) in order.depends_on.iter().enumerate() {
            prop_assert!(on.iter().all(|on| waves[*on] <= waves[member]));
        }
        let mut run = Schedule::new(&order, Limits::default());
        let (mut begun, mut next) = (0, run.step().begin);
        while let Some(member) = next.pop() {
            begun += 1;
            run.ended(member, Standing::Met);
            next.extend(run.step().begin);
        }
        prop_assert_eq!(begun, order.len());
    }
}
