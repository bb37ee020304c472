//! What is said of means.

use super::*;

#[test]
fn a_mean_without_its_large_values_is_not_judged() {
    let arm = |count: u64, sum: f64, sum_squares: f64| VariantCounts {
        requests: count,
        metrics: vec![MetricCount::Mean(Mean {
            count,
            sum,
            sum_squares,
        })],
        ..VariantCounts::default()
    };
    let mean = with(
        "{ metric: conversion, type: proportion",
        "{ metric: conversion, type: mean",
    );
    let mut primary = mean.clone();
    primary.guardrails.clear();
    let read = |experiment: &Experiment, arms: [VariantCounts; 2], weights: &[u32]| {
        Reading::of(&Material {
            experiment: Some(experiment),
            definition: &testing::definition(weights),
            weights,
            looks: &[CumulativeCounts {
                at: window().to,
                arms: arms.to_vec(),
            }],
            dead: &[],
            window: window(),
            terms: Terms::default(),
            fixed: false,
            planned: None,
            rows: None,
        })
    };
    let reading = read(
        &primary,
        [arm(1_900, 1_900.0, 95_000.0), arm(100, 0.0, 0.0)],
        &[95, 5],
    );
    assert_eq!(
        (word(reading.readout.verdict), reading.readout.reason),
        (
            "inconclusive",
            Some(mlship_stats::Reason::TooFewLargeValues)
        )
    );
    assert_eq!((reading.fewest_events, reading.needed_events), (0, 100));
    // Refunds.
    let reading = read(
        &primary,
        [arm(1_000, 1_900.0, 95_000.0), arm(1_000, -3.0, 95_000.0)],
        &[50, 50],
    );
    assert_eq!(
        (word(reading.readout.verdict), reading.readout.reason),
        ("inconclusive", Some(mlship_stats::Reason::NeedsRows))
    );
    // As a guardrail.
    let mut guarded = primary;
    guarded.guardrails = vec![mean.guardrails[0].clone()];
    let with_own = |arm: VariantCounts, own: VariantCounts| VariantCounts {
        metrics: [arm.metrics, own.metrics].concat(),
        ..own
    };
    let same = arm(1_000, 1_000.0, 1_100.0);
    let reading = read(
        &guarded,
        [
            with_own(same.clone(), arm(1_900, 1_900.0, 95_000.0)),
            with_own(same, arm(1_900, 0.0, 0.0)),
        ],
        &[50, 50],
    );
    let guardrail = &reading.metrics[1];
    assert_eq!(
        (guardrail.state, guardrail.open),
        (
            "inconclusive",
            Some(mlship_stats::OpenReason::TooFewLargeValues)
        )
    );
}
