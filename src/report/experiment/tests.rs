//! Tests of the output of experiments.

mod by_service;
mod change;

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

mod hostile;

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

#[test]
fn a_winner_is_told_with_every_number() {
    assert_data_eq!(
        text(&reading(14, 62, 1, 1000)),
        str![[r#"
v9: challenger better: conversion of challenger: +1.20 pp
  phase 1, 2026-05-01 00:00 to 2026-05-15 00:00 UTC, 14.0 of 14 days, alpha 0.045

  control     weight  50  280 000 requests  28 000 trials  (control)
  challenger  weight  50  280 000 requests  28 000 trials
  split: as weighted, p 1

  conversion, primary, challenger: 5.00 % → 6.20 %
      +1.20 pp (+0.60 to +1.80), lift +24.0 % (+10.7 to +37.3), p < 0.0001
  error_rate, guardrail, challenger: 0.10 % → 0.10 %
      0 pp (about −0.028 to +0.028), harm below 0.20 pp is accepted: passed

  sample 56 000 of 40 000 trials, complete

  difference of challenger over time
     +2.02 │││││││││││││││││││││
           │││││││││││││││││││││││││││││
           │││││││││││││││││││││││││││││
           │••••••••••••••••••••••••••••
           │││││││││││││││││││││││││││││
     +0.76 │││││││││││││││││││││││││││││
           │││││││││││││││││││││││││││││
           │││││││││││││││
         0 │┼┼┼┼┼┼┼┼┼───────────────────
           │││││││
     −0.50 │││││
           2026-05-01 to 2026-05-15: • the difference, │ where it may be

"#]]
    );
}

/// What is over must not look as if it ran.
#[test]
fn what_is_over_is_told_first_with_who_has_the_traffic() {
    let check = |ended: &Ended, expected: &str| {
        let (record, reading) = (record(), reading(0, 50, 1, 1000));
        let shown = ExperimentView {
            ended: Some(ended),
            at: began() + SignedDuration::from_hours(1),
            ..shown(&record, &reading)
        };
        let text = experiment_text(&shown, &palette_for(false)).to_string();
        let first: Vec<&str> = text.lines().take(2).collect();
        let numbers = "  numbers of its last phase: inconclusive: nothing has come in yet";
        assert_eq!(
            first,
            [
                &format!("v9: over since 2026-05-01 00:00 UTC: {expected}"),
                numbers
            ]
        );
        let document = experiment_document(&shown);
        assert_eq!(document["summary"], first[0].strip_prefix("v9: ").unwrap());
        assert_eq!(document["ended"]["traffic_kept"], ended.is_kept());
    };
    let ended = Ended {
        outcome: "challenger_better".to_owned(),
        winner: "challenger".to_owned(),
        at: began(),
        by: "me".to_owned(),
        cookies_end: began(),
        traffic: vec!["challenger".to_owned()],
    };
    let verdict = "; the verdict was challenger better";
    check(&ended, &format!("challenger has all the traffic{verdict}"));
    let leaving = Ended {
        cookies_end: began() + SignedDuration::from_hours(24),
        ..ended.clone()
    };
    check(
        &leaving,
        &format!(
            "challenger has all the traffic, but for clients that stay where they are until \
             2026-05-02 00:00 UTC{verdict}"
        ),
    );
    let moved = Ended {
        traffic: vec!["control".to_owned()],
        ..ended
    };
    check(
        &moved,
        &format!("control has all the traffic, which the stop gave to challenger alone{verdict}"),
    );
}

#[test]
fn nothing_yet_is_told_as_such() {
    assert_data_eq!(
        text(&reading(0, 50, 1, 1000)),
        str![[r#"
v9: inconclusive: nothing has come in yet
  phase 1: CloudWatch has the numbers of a minute up to two minutes after its end, those of the first whole one by 2026-05-01 00:03 UTC: look again then

  control     weight  50  0 requests  0 trials  (control)
  challenger  weight  50  0 requests  0 trials
  split: nothing to test

  conversion, primary, challenger: – → –
      no numbers
  error_rate, guardrail, challenger: – → –
      no numbers, harm below 0.20 pp is accepted: inconclusive

  sample 0 of 40 000 trials

"#]]
    );
}

#[test]
fn every_verdict_has_its_line() {
    let line = |reading: &Reading| headline(&shown(&record(), reading));
    assert_eq!(
        line(&reading(2, 52, 1, 1000)),
        "inconclusive: both a difference that matters and none are possible"
    );
    assert_eq!(
        line(&reading(14, 38, 1, 1000)),
        "control better: conversion of challenger: −1.20 pp"
    );
    assert_eq!(
        line(&reading(100, 50, 1, 1000)),
        "no difference larger than the minimum effect"
    );
    assert_eq!(
        line(&reading(14, 62, 9, 1000)),
        "guardrail breached: error_rate of challenger"
    );
    assert_eq!(
        line(&reading(14, 50, 1, 700)),
        "broken split: variants got other shares than their weights, so no number holds"
    );
}

#[test]
fn a_mean_that_is_not_measured_yet_says_what_it_lacks() {
    let mut few = reading(14, 62, 1, 1000);
    few.readout.verdict = TestVerdict::Inconclusive;
    few.readout.reason = Some(Reason::TooFewLargeValues);
    few.fewest_events = 12;
    let guardrail = &mut few.metrics[1];
    guardrail.state = "inconclusive";
    guardrail.open = Some(OpenReason::TooFewLargeValues);
    guardrail.evidence = Evidence::EffectiveEvents(3);
    let text = text(&few);
    for line in [
        "v9: inconclusive: too few large values to judge: 12 of 100 effective events\n",
        ": inconclusive, too few large values to judge: 3 of 100 effective events\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one whole document")]
fn a_document_has_the_contract_s_fields() {
    let mut document = experiment_document(&shown(&record(), &reading(14, 62, 1, 1000)));
    assert_eq!(document["course"][0]["looks"].as_array().unwrap().len(), 28);
    document["course"] = json!([]);
    assert_data_eq!(
        format!("{document:#}"),
        str![[r#"
{
  "alpha": 0.045,
  "by": "arn:aws:iam::111122223333:user/ana",
  "counted": {
    "from": "2026-05-01T00:00:00Z",
    "to": "2026-05-15T00:00:00Z"
  },
  "course": [],
  "days": 14.0,
  "ended": null,
  "experiment": "v9",
  "experiment_alpha": 0.05,
  "hypothesis": "<b>more</b> convert & stay",
  "inference": "sequential",
  "left": {
    "days": 0.0,
    "trials": 0
  },
  "looks": null,
  "maximum_days": 14,
  "metrics": [
    {
      "approximate": false,
      "control_rate": 0.05,
      "effect": 0.011999999999999997,
      "lift": 0.23999999999999994,
      "lift_lower": 0.10662952744098478,
      "lift_upper": 0.3733704725590151,
      "lower": 0.006015609880636758,
      "metric": "conversion",
      "narrowed": null,
      "p": 8.52435193679219e-8,
      "rate": 0.062,
      "reason": null,
      "role": "primary",
      "state": "challenger_better",
      "upper": 0.017984390119363237,
      "variant": "challenger"
    },
    {
      "approximate": true,
      "control_rate": 0.001,
      "effect": 0.0,
      "lift": 0.0,
      "lift_lower": -0.28126155696689276,
      "lift_upper": 0.28126155696689276,
      "lower": -0.00028126155696689273,
      "metric": "error_rate",
      "narrowed": null,
      "p": 1.0,
      "rate": 0.001,
      "reason": null,
      "role": "guardrail",
      "state": "passed",
      "upper": 0.00028126155696689273,
      "variant": "challenger"
    }
  ],
  "minimum_effect": 0.005,
  "notes": [],
  "phase": 1,
  "planned": 40000,
  "reason": null,
  "rows": null,
  "sample": 56000,
  "segments": [],
  "srm": {
    "broken": false,
    "p": 1.0
  },
  "started": "2026-05-01T00:00:00Z",
  "state": "running",
  "summary": "challenger better: conversion of challenger: +1.20 pp",
  "variants": [
    {
      "control": true,
      "count": 28000,
      "name": "control",
      "requests": 280000,
      "weight": 50
    },
    {
      "control": false,
      "count": 28000,
      "name": "challenger",
      "requests": 280000,
      "weight": 50
    }
  ],
  "verdict": "challenger_better",
  "window": {
    "from": "2026-05-01T00:00:00Z",
    "to": "2026-05-15T00:00:00Z"
  },
  "winner": "challenger"
}
"#]]
    );
}

#[test]
fn a_picture_and_a_page_hold_no_markup_of_others() {
    let (record, reading) = (record(), reading(14, 62, 1, 1000));
    let shown = ExperimentView {
        name: "<script>v9",
        ..shown(&record, &reading)
    };
    for file in [experiment_svg(&shown), experiment_html(&shown)] {
        assert!(
            !file.contains("<script>") && file.contains("&lt;script&gt;"),
            "{file}"
        );
        assert!(!file.contains("NaN") && !file.contains("inf"), "{file}");
        assert!(file.contains("<polyline"), "{file}");
    }
    assert!(experiment_html(&shown).contains("&lt;b&gt;more&lt;/b&gt; convert &amp; stay"));
    let nothing = self::reading(0, 50, 1, 1000);
    let shown = self::shown(&record, &nothing);
    assert!(experiment_svg(&shown).contains("no numbers yet"));
}
