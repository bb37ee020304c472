//! What is said by planned looks of means.

use super::*;
use crate::experiment::planned_looks::{PlannedLooks, TakenLook};

const CLIENTS: u64 = 20_000;

fn arm(sum: f64, sum_squares: f64) -> MetricCount {
    MetricCount::Mean(Mean {
        count: CLIENTS,
        sum,
        sum_squares,
    })
}

fn counted(arms: &[MetricCount]) -> CumulativeCounts {
    CumulativeCounts {
        at: window().to,
        arms: arms
            .iter()
            .map(|metric| VariantCounts {
                requests: 2 * CLIENTS,
                metrics: vec![*metric],
                ..VariantCounts::default()
            })
            .collect(),
    }
}

fn read(arms: [MetricCount; 2], planned: &PlannedLooks) -> Reading {
    let mut experiment = with(
        "{ metric: conversion, type: proportion",
        "{ metric: conversion, type: mean",
    );
    experiment.guardrails.clear();
    experiment.planned_sample = 200_000;
    Reading::of(&Material {
        experiment: Some(&experiment),
        definition: &testing::definition(&[50, 50]),
        weights: &[50, 50],
        looks: &[counted(&arms)],
        dead: &[],
        window: window(),
        terms: Terms::default(),
        fixed: false,
        planned: Some(planned),
        rows: None,
    })
}

#[test]
fn a_large_value_after_a_look_takes_back_nothing_that_it_decided() {
    let (control, better) = (arm(20_000.0, 60_000.0), arm(22_000.0, 66_000.0));
    let mut planned = PlannedLooks {
        looks: 5,
        taken: Vec::new(),
        unreadable: None,
        is_time_up: false,
    };
    let open = read([control, better], &planned);
    assert_eq!(word(open.readout.verdict), "inconclusive");
    let due = open.looks.and_then(|looks| looks.due);
    assert!(due.is_some());
    planned.taken.extend(due);
    let decided = read([control, better], &planned);
    assert_eq!(word(decided.readout.verdict), "challenger_better");
    // One client spends more than all others: live, nothing could be said of these any more.
    let skewed = arm(222_000.0, 66_000.0 + 200_000.0 * 200_000.0);
    let later = read([control, skewed], &planned);
    assert_eq!(word(later.readout.verdict), "challenger_better");
    assert_eq!(later.winner, decided.winner);
    let unplanned = PlannedLooks {
        taken: Vec::new(),
        ..planned
    };
    let live = read([control, skewed], &unplanned);
    assert_eq!(
        live.looks.and_then(|looks| looks.due),
        None,
        "no look is spent on values that say nothing"
    );
}

#[test]
fn what_comes_in_after_a_look_waits_for_the_next_one() {
    let taken = TakenLook {
        at: window().to,
        is_final: false,
        arms: vec![arm(20_000.0, 60_000.0), arm(20_000.0, 60_000.0)],
    };
    let planned = PlannedLooks {
        looks: 5,
        taken: vec![taken],
        unreadable: None,
        is_time_up: false,
    };
    // What came in since is better by far, and waits for the next look.
    let reading = read([arm(20_000.0, 60_000.0), arm(30_000.0, 90_000.0)], &planned);
    assert_eq!(word(reading.readout.verdict), "inconclusive");
    let looks = reading.looks.unwrap();
    assert_eq!((looks.taken.len(), looks.due), (1, None));
    assert!(looks.next.is_some());
}

/// The look that is due by now, where one of so many clients a variant was taken at that time.
fn due(taken: u64, now: MetricCount, is_time_up: bool) -> Option<TakenLook> {
    let arm = |sum: f64, sum_squares: f64| {
        MetricCount::Mean(Mean {
            count: taken,
            sum,
            sum_squares,
        })
    };
    let taken = TakenLook {
        at: window().to,
        is_final: false,
        arms: vec![arm(15_000.0, 45_000.0), arm(15_000.0, 45_000.0)],
    };
    let planned = PlannedLooks {
        looks: 5,
        taken: vec![taken],
        unreadable: None,
        is_time_up,
    };
    let reading = read([now, now], &planned);
    let looks = reading.looks.unwrap();
    let due = looks.due;
    let left = looks.next.map(|next| next.left.trials);
    assert_eq!(due.is_some(), left == Some(0), "{due:?} {left:?}");
    due
}

#[test]
fn a_look_is_due_by_its_trials_though_nothing_came_later_than_the_last_one() {
    let now = arm(20_000.0, 60_000.0);
    assert_eq!(
        due(10_000, now, false),
        None,
        "the next is at 80 000 trials"
    );
    let full = MetricCount::Mean(Mean {
        count: 40_000,
        sum: 40_000.0,
        sum_squares: 120_000.0,
    });
    let found = due(20_000, full, false).unwrap();
    assert_eq!((found.is_final, found.trials()), (false, 80_000));
}

#[test]
fn once_the_days_are_over_the_last_look_is_due_with_what_there_is() {
    let now = arm(20_000.0, 60_000.0);
    let more = due(10_000, now, true).unwrap();
    assert_eq!((more.is_final, more.arms), (true, vec![now, now]));
    // Nothing came since, or CloudWatch has fewer by now.
    for taken in [CLIENTS, CLIENTS + 500] {
        let frozen = due(taken, now, true).unwrap();
        assert_eq!((frozen.is_final, frozen.trials()), (true, 2 * taken));
        assert!(frozen.arms[0] != now, "what was counted stays");
    }
}

#[test]
fn the_last_look_decides_by_what_is_left_of_alpha_and_takes_nothing_back() {
    let arms = [arm(20_000.0, 60_000.0), arm(20_720.0, 60_000.0)];
    let mut planned = PlannedLooks {
        looks: 5,
        taken: vec![TakenLook {
            at: window().to,
            is_final: false,
            arms: arms.to_vec(),
        }],
        unreadable: None,
        is_time_up: true,
    };
    let open = read(arms, &planned);
    assert_eq!(word(open.readout.verdict), "inconclusive");
    planned.taken = open.looks.and_then(|looks| looks.due).into_iter().collect();
    let ended = read(arms, &planned);
    assert_eq!(word(ended.readout.verdict), "challenger_better");
    let looks = ended.looks.unwrap();
    assert_eq!((looks.next, looks.due), (None, None));
}
