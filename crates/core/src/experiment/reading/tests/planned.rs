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
