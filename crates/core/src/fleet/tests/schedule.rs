use std::num::NonZeroUsize;

use super::super::{Limits, NotBegun, Schedule, Standing, Step};
use super::{one, order};

fn schedule(candidates: &[super::Candidate], limits: Limits) -> Schedule {
    Schedule::new(&order(candidates), limits)
}

#[track_caller]
fn check(schedule: &mut Schedule, begin: &[usize], not_begun: &[(usize, NotBegun)]) {
    let expected = Step {
        begin: begin.to_vec(),
        not_begun: not_begun.to_vec(),
    };
    assert_eq!(schedule.step(), expected);
}

#[test]
fn all_that_waits_for_nothing_begins_at_once() {
    let mut run = schedule(&[one("a", 1, &[]), one("b", 1, &[])], Limits::default());
    check(&mut run, &[0, 1], &[]);
    check(&mut run, &[], &[]);
}

#[test]
fn a_dependent_begins_as_soon_as_its_own_dependency_is_met() {
    let members = [one("a", 1, &[]), one("b", 1, &[]), one("c", 1, &["a"])];
    let mut run = schedule(&members, Limits::default());
    check(&mut run, &[0, 1], &[]);
    run.ended(0, Standing::Met);
    check(&mut run, &[2], &[]);
}

#[test]
fn whoever_depends_on_a_failure_in_any_line_is_not_begun_and_names_it() {
    let members = [one("a", 1, &[]), one("b", 1, &["a"]), one("c", 1, &["b"])];
    let mut run = schedule(&members, Limits::default());
    check(&mut run, &[0], &[]);
    run.ended(0, Standing::Failed);
    let expected = [(1, NotBegun::Dependency(0)), (2, NotBegun::Dependency(1))];
    check(&mut run, &[], &expected);
}

#[test]
fn a_wave_begins_once_the_one_before_has_ended_whole() {
    let members = [one("a", 1, &[]), one("b", 1, &[]), one("c", 7, &[])];
    let mut run = schedule(&members, Limits::default());
    check(&mut run, &[0, 1], &[]);
    run.ended(1, Standing::Failed);
    check(&mut run, &[], &[]);
    run.ended(0, Standing::Met);
    check(&mut run, &[2], &[]);
}

#[test]
fn a_wave_whose_members_are_all_not_begun_is_over() {
    let members = [one("a", 1, &[]), one("b", 2, &["a"]), one("c", 3, &[])];
    let mut run = schedule(&members, Limits::default());
    check(&mut run, &[0], &[]);
    run.ended(0, Standing::Failed);
    check(&mut run, &[2], &[(1, NotBegun::Dependency(0))]);
}

#[test]
fn beyond_the_budget_nothing_begins() {
    let limits = Limits {
        max_parallel: NonZeroUsize::new(2),
        failures: Some(1),
    };
    let members = ["a", "b", "c", "d", "e"].map(|name| one(name, 1, &[]));
    let mut run = schedule(&members, limits);
    check(&mut run, &[0, 1], &[]);
    run.ended(0, Standing::Failed);
    check(&mut run, &[2], &[]);
    run.ended(2, Standing::Failed);
    let why = NotBegun::BudgetUsedUp(1);
    check(&mut run, &[], &[(3, why), (4, why)]);
    assert!(run.is_budget_used_up());
    run.ended(1, Standing::Met);
    check(&mut run, &[], &[]);
}

#[test]
fn on_the_way_back_what_others_lean_on_stays_with_them() {
    let order = order(&[one("a", 1, &[]), one("b", 1, &["a"]), one("c", 1, &["b"])]);
    let (back, members) = order.way_back(&[0, 1, 2]);
    assert_eq!(members, [2, 1, 0]);
    let mut run = Schedule::new(&back, Limits::default());
    check(&mut run, &[0], &[]);
    run.ended(0, Standing::Unmet);
    let stay = [(1, NotBegun::Dependency(0)), (2, NotBegun::Dependency(1))];
    check(&mut run, &[], &stay);
}

#[test]
fn ten_thousand_members_come_to_an_end_in_no_time() {
    let names: Vec<String> = (0..10_000).map(|number| format!("s{number:05}")).collect();
    let on = |number: usize| match number % 10 {
        0 => Vec::new(),
        _ => vec![&*names[number - 1]],
    };
    let members = names.iter().enumerate();
    let members: Vec<_> = members.map(|(at, name)| one(name, 1, &on(at))).collect();
    let limits = Limits {
        max_parallel: NonZeroUsize::new(100),
        failures: Some(500),
    };
    let mut run = schedule(&members, limits);
    let (mut running, mut ended) = (Vec::new(), 0);
    loop {
        let step = run.step();
        ended += step.not_begun.len();
        running.extend(step.begin);
        let Some(member) = running.pop() else {
            break;
        };
        let fails = member % 7 == 3;
        let standing = if fails {
            Standing::Failed
        } else {
            Standing::Met
        };
        run.ended(member, standing);
        ended += 1;
    }
    assert_eq!(ended, members.len());
}
