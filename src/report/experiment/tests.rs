//! Tests of the output of experiments.

mod by_service;
mod cases;
mod change;
mod document;
mod hostile;
mod pages;
mod readout;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use snapbox::{assert_data_eq, str};

use super::super::palette_for;
use super::*;
use mlship_core::app::experiment::Ended;
use mlship_core::experiment::start::{self, Situation, StartPlan, StartRequest};
use mlship_core::experiment::stop::{self, VariantCondition};
use mlship_core::experiment::testing::{definition, group, rule, situation};
use mlship_core::experiment::{
    CumulativeCounts, Definition, End, Material, MetricCount, Reading, Record, State, Terms,
    VariantCounts, Window,
};
use mlship_manifest::schema::Experiment;
use mlship_stats::{Evidence, OpenReason, Proportion, Reason, TestVerdict};

fn experiment() -> Experiment {
    let experiment = json!({
        "apiVersion": "mlship/v1", "kind": "Experiment", "metadata": {"name": "v9"},
        "listenerRule": "arn", "stickiness": "7d",
        "variants": [
            {"name": "control", "release": "a.yaml", "weight": 50, "control": true},
            {"name": "challenger", "release": "b.yaml", "weight": 50},
        ],
        "primary": {"metric": "conversion", "type": "proportion", "direction": "up", "minimumEffect": 0.005},
        "guardrails": [
            {"metric": "error_rate", "type": "proportion", "direction": "down", "margin": 0.002},
        ],
        "metrics": {"conversion": {"namespace": "Fraud", "successes": "Converted", "trials": "Clients"}},
        "plannedSample": 40000, "maximumDays": 14,
    });
    serde_json::from_value(experiment).unwrap()
}

fn began() -> Timestamp {
    "2026-05-01T00:00:00Z".parse().unwrap()
}

fn record() -> Record {
    Record {
        name: "v9".to_owned(),
        state: State::Running,
        phase: 1,
        step: 1,
        spending: None,
        weights: "0-control=50 1-challenger=50".to_owned(),
        since: Some(began()),
        started: Some(began()),
        by: "arn:aws:iam::111122223333:user/ana".to_owned(),
        hypothesis: Some("<b>more</b> convert & stay".to_owned()),
        analysis_digest: "0a1b".to_owned(),
        variants: None,
        phases: Vec::new(),
        dropped: Vec::new(),
        ledger: None,
        recorded: None,
        promotion: None,
        end: None,
    }
}

/// Half days of two variants, at these conversions and errors in a thousand.
pub(super) fn reading(days: u64, converted: u64, errors: u64, clients: u64) -> Reading {
    let proportion = |successes, trials| MetricCount::Proportion(Proportion { successes, trials });
    let counts = |halves: u64, converted: u64, errors: u64, clients: u64| VariantCounts {
        requests: halves * 10_000,
        healthy: Some(2.0),
        metrics: vec![
            proportion(halves * clients * converted / 1000, halves * clients),
            proportion(halves * 10 * errors, halves * 10_000),
        ],
        ..VariantCounts::default()
    };
    let looks = (1..=2 * days).map(|halves| CumulativeCounts {
        at: began() + SignedDuration::from_hours(12) * i32::try_from(halves).unwrap(),
        arms: vec![
            counts(halves, 50, 1, 1000),
            counts(halves, converted, errors, clients),
        ],
    });
    let looks: Vec<CumulativeCounts> = looks.collect();
    Reading::of(&Material {
        experiment: Some(&experiment()),
        definition: &definition(&[50, 50]),
        weights: &[50, 50],
        looks: &looks,
        dead: &[],
        window: Window {
            from: began(),
            to: looks.last().map_or(began(), |look| look.at),
        },
        terms: Terms::default(),
        fixed: false,
        planned: None,
        rows: None,
    })
}

fn shown<'a>(record: &'a Record, reading: &'a Reading) -> ExperimentView<'a> {
    ExperimentView {
        name: "v9",
        record,
        hypothesis: record.hypothesis.as_deref(),
        reading,
        minimum_effect: Some(0.005),
        margins: vec![("error_rate", 0.002)],
        alpha: Some(0.05),
        maximum_days: Some(14),
        notes: Vec::new(),
        ended: None,
        at: began(),
    }
}

fn text(reading: &Reading) -> String {
    experiment_text(&shown(&record(), reading), &palette_for(false)).to_string()
}
