//! What holds of every run.

use proptest::prelude::*;

use super::snapshots::{NO_IMAGE, good, interrupted, taken_back, with_failures};
use super::stage::{Run, Step, at, result, service};
use crate::report::Verbosity;
use mlship_core::progress::{Conclusion, Fault};

/// So many lines a service takes at most, and so many a run.
const A_SERVICE: usize = 8;
const A_RUN: usize = 60;

#[test]
fn a_build_log_names_every_service_and_grows_by_some_lines_for_each() {
    for services in [1, 3, 100, 300] {
        for run in [
            good(services),
            with_failures(services),
            interrupted(services),
        ] {
            let text = run.seen(false).text();
            let lines = text.lines().count();
            assert!(
                lines <= A_SERVICE * services + A_RUN,
                "{services}: {lines}\n{text}"
            );
            for number in 0..services {
                let name = service(number).name.to_string();
                assert!(text.contains(&name), "{name}:\n{text}");
            }
        }
    }
}

#[test]
fn what_was_planned_and_not_begun_is_not_told_as_if_it_began() {
    let mut run = Run::new(2);
    run.succeeds(1, &service(0));
    run.plans(1, &service(1));
    let mut left = result(&service(1), Conclusion::NotBegun);
    left.error = Some("not begun: a release failed".to_owned());
    run.step(90, &service(1), Step::Result(Box::new(left)));
    let text = run.seen(false).text();
    assert!(
        text.contains("ml/model-00: model-00 1 → 2: replaces"),
        "{text}"
    );
    assert!(
        !text.contains("ml/model-01: model-01 1 → 2: replaces"),
        "{text}"
    );
}

#[test]
fn a_terminal_shows_what_failed_and_no_line_of_what_goes_well() {
    let text = good(100).seen(true).text();
    assert!(text.lines().count() < 10, "{text}");
    let failed = with_failures(100);
    let seen = failed.seen(true);
    let text = seen.text();
    for number in (0..100).filter(|number| [3, 4, 7].contains(&(number % 10))) {
        let name = format!("ml/{}: ", service(number).name);
        assert!(text.contains(&name), "{name}\n{text}");
    }
    assert!(text.lines().count() < 120, "{text}");
    for frame in seen.frames.borrow().iter() {
        assert!(frame.lines().count() <= 9, "{frame}");
    }
}

#[test]
fn what_many_meet_alike_is_told_once_and_its_detail_once() {
    let mut run = Run::new(12);
    for number in 0..12 {
        let service = service(number);
        let own = NO_IMAGE.replace("model:2", &format!("{}:2", service.name));
        run.fails(1, &service, &own, None);
    }
    let text = run.seen(false).text();
    assert_eq!(
        text.matches("CannotPullContainerError").count(),
        2,
        "{text}"
    );
    assert_eq!(text.matches("next:").count(), 1, "{text}");
    assert!(
        text.contains(
            "image not found: 12 services: ml/model-00, ml/model-01, ml/model-02 and 9 more"
        ),
        "{text}"
    );
}

#[test]
fn another_exit_code_is_another_cause() {
    let mut run = Run::new(2);
    run.fails(
        1,
        &service(0),
        "Essential container in task exited",
        Some(1),
    );
    run.fails(
        1,
        &service(1),
        "Essential container in task exited",
        Some(137),
    );
    let text = run.seen(false).text();
    assert!(text.contains("container exited (1): ml/model-00"), "{text}");
    assert!(!text.contains("2 services: "), "{text}");
}

#[test]
fn a_task_failed_when_ecs_says_so() {
    let seen = with_failures(5).seen(false);
    let lines = seen.lines.borrow();
    let place = lines
        .iter()
        .position(|line| line.contains("failed: CannotPull"));
    let failed = seen.times.borrow()[place.unwrap()];
    // Its look came a second later.
    assert_eq!(failed, at(14));
}

#[test]
fn silence_is_broken_every_half_minute_by_how_far_the_run_is() {
    let mut run = good(100);
    run.steps
        .retain(|(second, _, step)| *second < 30 || matches!(step, Step::Idle));
    let text = run.seen(false).text();
    let told = "0 of 100 done, 29 roll out, 71 wait for their turn (ECS registers 1 a second)";
    assert!(text.contains(told), "{text}");
    let beats = text
        .lines()
        .filter(|line| line.contains("of 100 done"))
        .count();
    assert!((2..=4).contains(&beats), "{text}");
}

#[test]
fn details_show_every_event_and_whole_plans_under_names() {
    let mut run = good(3);
    run.verbosity = Verbosity::Requests;
    let text = run.seen(false).text();
    assert!(text.contains("runtime.cpu"), "{text}");
    assert!(
        text.contains("ml/model-02: deployment ecs-svc/3 of model-02:2 started"),
        "{text}"
    );
}

#[test]
fn what_goes_back_is_counted_as_under_way_until_it_is_back() {
    let seen = taken_back().seen(true);
    let frames = seen.frames.borrow();
    let back = |frame: &&String| frame.starts_with("[6/10] 6 of 10, 2 failed, 4 roll out");
    assert!(frames.iter().any(|frame| back(&frame)), "{frames:#?}");
}

fn conclusion() -> impl Strategy<Value = Conclusion> {
    prop::sample::select(vec![
        Conclusion::Succeeded,
        Conclusion::Unchanged,
        Conclusion::RolledBack,
        Conclusion::Failed,
        Conclusion::TimedOut,
        Conclusion::NotBegun,
        Conclusion::Error(Fault::SaidNo),
    ])
}

proptest! {
    #[test]
    fn every_service_and_every_cause_is_named_whatever_they_are_called(
        ends in prop::collection::vec((conclusion(), "[a-z]{1,3}( [a-z0-9]{1,3}){0,2}"), 2..40),
        has_bar: bool,
    ) {
        let mut run = Run::new(ends.len());
        for (number, (conclusion, error)) in ends.iter().enumerate() {
            let mut ended = result(&service(number), *conclusion);
            let has_error = !matches!(conclusion, Conclusion::Succeeded | Conclusion::Unchanged);
            ended.error = has_error.then(|| error.clone());
            run.step(1, &service(number), Step::Result(Box::new(ended)));
        }
        let text = run.seen(has_bar).text();
        for (number, (conclusion, error)) in ends.iter().enumerate() {
            let is_good = matches!(conclusion, Conclusion::Succeeded | Conclusion::Unchanged);
            let name = format!("ml/{}", service(number).name);
            prop_assert!(is_good && has_bar || text.contains(&name), "{name}:\n{text}");
            prop_assert!(is_good || text.contains(error.as_str()), "{error}:\n{text}");
        }
        let sum = text.lines().last().unwrap_or_default();
        let begin = format!("{} services in 1 s: ", ends.len());
        prop_assert!(sum.starts_with(&begin), "{sum}");
    }
}

#[test]
fn a_way_back_that_failed_is_told_apart_from_releases_that_did() {
    let mut run = taken_back();
    let service = service(0);
    let mut failures = run.steps.iter().filter_map(|(_, _, step)| match step {
        Step::Result(result) => result.failure.clone(),
        Step::Event(_) | Step::Idle => None,
    });
    let failure = failures.next_back();
    let last = run.steps.iter_mut().rev();
    let mut backs = last.filter(|(_, of, step)| *of == service && matches!(step, Step::Result(_)));
    let Some((_, _, Step::Result(back))) = backs.next() else {
        panic!("it has a result");
    };
    back.conclude(Conclusion::RolledBack);
    back.conclude_return();
    back.error = Some("not taken back: the rollback failed".to_owned());
    back.failure = failure;
    let text = run.seen(false).text();
    assert!(text.contains("1 not back"), "{text}");
    let told = "the rollback failed, and what was to go serves: image not found: ml/model-00";
    assert!(text.contains(told), "{text}");
    let row = text.lines().find(|line| line.contains("not back  "));
    assert!(row.is_some_and(|row| row.contains("  2  ")), "{text}");
}

#[test]
fn what_was_not_taken_back_is_listed_as_that_with_what_it_stays_on() {
    let mut run = taken_back();
    for number in 0..2 {
        let service = service(number);
        let mut stays = result(&service, Conclusion::NotBegun);
        stays.previous = None;
        stays.error = Some("not taken back: interrupted".to_owned());
        stays.hint = Some(format!("mlship rollback {}.yaml", service.name));
        run.step(171, &service, Step::Result(Box::new(stays)));
    }
    // Each has one way back.
    let is_first = |service_of: &_| *service_of == service(0) || *service_of == service(1);
    run.steps.retain(|(second, of, step)| {
        !(is_first(of) && *second == 170 && matches!(step, Step::Result(_)))
    });
    let text = run.seen(false).text();
    assert!(
        text.contains("not taken back: interrupted: 2 services"),
        "{text}"
    );
    assert!(!text.contains("not begun: not taken back"), "{text}");
    assert!(text.contains("stays 2"), "{text}");
    let hint = "hint: mlship rollback model-00.yaml (and so for 1 other)";
    assert!(text.contains(hint), "{text}");
}
