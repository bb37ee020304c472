//! Tests of readouts computed from counts.

mod means;
mod planned;
mod requests;
mod verdict;

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::super::metric_queries::MetricQueries;
use super::super::samples::{CumulativeCounts, MetricCount, Samples, VariantCounts};
use super::super::testing;
use super::super::window::{Part, Window};
use super::*;
use crate::release::Point;
use mlship_manifest::schema::Experiment;
use mlship_stats::Mean;

const EXPERIMENT: &str = "
apiVersion: mlship/v1
kind: Experiment
metadata: { name: v9 }
listenerRule: arn
stickiness: 7d
variants:
  - { name: control, release: a.yaml, weight: 50, control: true }
  - { name: challenger, release: b.yaml, weight: 50 }
primary: { metric: conversion, type: proportion, direction: up, minimumEffect: 0.005 }
guardrails:
  - { metric: error_rate, type: proportion, direction: down, margin: 0.002 }
  - { metric: slow_requests, type: proportion, threshold: 300ms, direction: down, margin: 0.01 }
metrics:
  conversion: { namespace: Fraud, successes: Converted, trials: Clients }
plannedSample: 40000
";

fn experiment() -> Experiment {
    serde_yaml::from_str(EXPERIMENT).unwrap()
}

fn with(from: &str, to: &str) -> Experiment {
    assert!(EXPERIMENT.contains(from), "{from}");
    serde_yaml::from_str(&EXPERIMENT.replace(from, to)).unwrap()
}

fn window() -> Window {
    let from: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
    Window {
        from,
        to: "2026-05-03T00:00:00Z".parse().unwrap(),
    }
}

/// What a variant's day comes to.
#[derive(Debug, Clone, Copy)]
struct Day {
    clients: f64,
    converted: f64,
    requests: f64,
    errors: f64,
    /// Requests that no target answered.
    unanswered: f64,
    /// The percentage of responses within the threshold.
    fast: f64,
    unreached: f64,
    healthy: f64,
}

const DAY: Day = Day {
    clients: 10_000.0,
    converted: 500.0,
    requests: 100_000.0,
    errors: 100.0,
    unanswered: 0.0,
    fast: 99.0,
    unreached: 0.0,
    healthy: 2.0,
};

/// Two days of each variant, as `CloudWatch` would answer.
fn looks(experiment: &Experiment, days: &[Day]) -> Vec<CumulativeCounts> {
    let definition = testing::definition(&vec![50; days.len()]);
    let questions = MetricQueries::of(Some(experiment), &definition);
    let mut answers = Samples::default();
    let part = Part {
        from: window().from,
        to: window().to,
        period: Duration::from_hours(24),
    };
    let points = questions.queries.iter().map(|query| {
        let arm = definition.arms.iter().position(|arm| {
            let mut dimensions = query.dimensions.iter().map(|(_, value)| value);
            dimensions.any(|value| *value == arm.name || *value == *arm.group.dimension())
        });
        let day = days[arm.unwrap()];
        let value = match (query.metric.as_str(), query.statistic.as_str()) {
            ("Clients", "Sum") => day.clients,
            ("Converted", "Sum") => day.converted,
            ("RequestCount", "Sum") | ("TargetResponseTime", "SampleCount") => day.requests,
            ("HTTPCode_Target_5XX_Count", "Sum") => day.errors,
            ("HTTPCode_Target_2XX_Count", "Sum") => day.requests - day.errors - day.unanswered,
            ("HTTPCode_Target_3XX_Count" | "HTTPCode_Target_4XX_Count", "Sum") => 0.0,
            ("TargetResponseTime", "PR(:0.3)") => day.fast,
            ("TargetResponseTime", "PR(:1)") => 100.0,
            ("TargetConnectionErrorCount", "Sum") => day.unreached,
            ("HealthyHostCount", "Maximum") => day.healthy,
            other => panic!("{other:?}"),
        };
        let second = "2026-05-02T00:00:00Z".parse().unwrap();
        // What is idle has no points.
        let starts = [part.from, second]
            .into_iter()
            .filter(|_| value > 0.0 || day.healthy < 1.0);
        starts.map(|start| Point { start, value }).collect()
    });
    let points: Vec<Vec<Point>> = points.collect();
    answers.add(&part, &points);
    answers.looks(&questions)
}

fn read(experiment: &Experiment, days: &[Day]) -> Reading {
    let definition = testing::definition(&vec![50; days.len()]);
    Reading::of(&Material {
        experiment: Some(experiment),
        definition: &definition,
        weights: &vec![50; days.len()],
        looks: &looks(experiment, days),
        dead: &[],
        window: window(),
        terms: Terms::default(),
        fixed: false,
        planned: None,
        rows: None,
    })
}

fn verdict(days: [Day; 2]) -> &'static str {
    word(read(&experiment(), &days).readout.verdict)
}

#[test]
fn guardrails_on_one_metric_are_told_each() {
    let second = "
  - { metric: slow_requests, type: proportion, threshold: 300ms, direction: down, margin: 0.01 }";
    let first = second.replace("300ms", "1s");
    let both = with(second, &format!("{first}{second}"));
    let slow = Day { fast: 60.0, ..DAY };
    let reading = read(&both, &[DAY, slow]);
    assert_eq!(word(reading.readout.verdict), "guardrail_breached");
    assert_eq!(reading.breached(), ["challenger"]);
    let of_metric = reading.metrics.iter();
    let of_metric = of_metric.filter(|readout| readout.metric == "slow_requests");
    let states: Vec<_> = of_metric.map(|readout| readout.state).collect();
    assert_eq!(states, ["passed", "breached"]);
}

#[test]
fn every_query_is_asked_once() {
    let definition = testing::definition(&[50, 50]);
    let questions = MetricQueries::of(Some(&experiment()), &definition);
    let mut seen = BTreeMap::new();
    for query in &questions.queries {
        *seen.entry(query).or_insert(0) += 1;
    }
    assert!(seen.values().all(|times| *times == 1), "{seen:?}");
    assert_eq!(questions.queries.len(), 22);
    let first = &questions.queries[0];
    let dimensions: Vec<_> = first
        .dimensions
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    assert_eq!(dimensions, [("Variant", "control")]);
    let balanced = questions
        .queries
        .iter()
        .find(|readout| readout.metric == "RequestCount")
        .unwrap();
    let dimensions: Vec<_> = balanced
        .dimensions
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    assert_eq!(
        dimensions,
        [
            ("LoadBalancer", "app/ml/1"),
            ("TargetGroup", "targetgroup/0-control/6d0e")
        ]
    );
}

#[test]
fn counts_add_up_over_time() {
    let looks = looks(&experiment(), &[DAY, Day { errors: 0.0, ..DAY }]);
    assert_eq!(looks.len(), 2);
    assert_eq!(looks[1].at, window().to);
    let (control, challenger) = (&looks[1].arms[0], &looks[1].arms[1]);
    assert_eq!(
        (control.requests, looks[0].arms[0].requests),
        (200_000, 100_000)
    );
    let rate = |place: usize| control.metrics[place].rate().unwrap();
    assert!((rate(0) - 0.05).abs() < 1e-12 && (rate(1) - 0.001).abs() < 1e-12);
    assert!((rate(2) - 0.01).abs() < 1e-12, "{}", rate(2));
    assert_eq!(challenger.metrics[1].rate(), Some(0.0));
}

#[test]
fn a_better_challenger_wins() {
    let better = Day {
        converted: 650.0,
        ..DAY
    };
    let reading = read(&experiment(), &[DAY, better]);
    assert_eq!(word(reading.readout.verdict), "challenger_better");
    assert_eq!(reading.winner.as_deref(), Some("challenger"));
    let sample = reading.sample.as_ref().unwrap();
    assert_eq!(
        (sample.seen, sample.planned, sample.left.trials),
        (40_000, 40_000, 0)
    );
    assert!((reading.days() - 2.0).abs() < 1e-12);
    let states: Vec<_> = reading
        .metrics
        .iter()
        .map(|readout| (&*readout.metric, readout.state))
        .collect();
    assert_eq!(
        states,
        [
            ("conversion", "challenger_better"),
            ("error_rate", "passed"),
            ("slow_requests", "passed")
        ]
    );
    let primary = &reading.metrics[0];
    assert!((primary.difference.unwrap().value - 0.015).abs() < 1e-12);
    assert!((primary.lift.unwrap().value - 0.3).abs() < 1e-12);
    assert_eq!(
        (primary.is_approximate, reading.metrics[1].is_approximate),
        (false, true)
    );
    let course = &reading.course[0];
    assert_eq!(course.looks.len(), 2);
    assert_eq!(course.looks[1].1, primary.difference.unwrap());
    let worse = read(&experiment(), &[better, DAY]);
    assert_eq!(word(worse.readout.verdict), "control_better");
    assert_eq!(worse.winner.as_deref(), Some("control"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_numbers_come_to_a_verdict(values in proptest::collection::vec(
        prop_oneof![Just(0.0), Just(-1.0), Just(f64::NAN), Just(f64::INFINITY), 0.0..1e12], 16,
    )) {
        let day = |values: &[f64]| Day {
            clients: values[0], converted: values[1], requests: values[2], errors: values[3],
            unanswered: values[7], fast: values[4], unreached: values[5], healthy: values[6],
        };
        let reading = read(&experiment(), &[day(&values[..8]), day(&values[8..])]);
        for metric in &reading.metrics {
            for number in [metric.control, metric.rate, metric.p].into_iter().flatten() {
                prop_assert!(number.is_finite());
            }
        }
    }
}
