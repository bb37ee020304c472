//! Tests of the output of experiments.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use snapbox::{assert_data_eq, str};

use super::super::palette_for;
use super::*;
use mlship_core::experiment::start::{self, Situation, StartPlan, StartRequest};
use mlship_core::experiment::stop::{self, VariantCondition};
use mlship_core::experiment::testing::{definition, group, rule, situation};
use mlship_core::experiment::{
    CumulativeCounts, Definition, End, Material, MetricCount, Reading, Record, State,
    VariantCounts, Window,
};
use mlship_manifest::schema::Experiment;
use mlship_stats::Proportion;

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
        weights: "0-control=50 1-challenger=50".to_owned(),
        since: Some(began()),
        started: Some(began()),
        by: "arn:aws:iam::111122223333:user/ana".to_owned(),
        hypothesis: Some("<b>more</b> convert & stay".to_owned()),
        analysis_digest: "0a1b".to_owned(),
        end: None,
    }
}

/// Half days of two variants, at these conversions and errors in a thousand.
fn reading(days: u64, converted: u64, errors: u64, clients: u64) -> Reading {
    let proportion = |successes, trials| MetricCount::Proportion(Proportion { successes, trials });
    let counts = |halves: u64, converted: u64, errors: u64, clients: u64| VariantCounts {
        requests: halves * 10_000,
        connection_errors: 0,
        healthy: Some(2.0),
        metrics: vec![
            proportion(halves * clients * converted / 1000, halves * clients),
            proportion(halves * 10 * errors, halves * 10_000),
        ],
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
        experiment: &experiment(),
        definition: &definition(&[50, 50]),
        weights: &[50, 50],
        looks: &looks,
        dead: &[],
        window: Window {
            from: began(),
            to: looks.last().map_or(began(), |look| look.at),
        },
        fixed: false,
    })
}

fn shown<'a>(record: &'a Record, reading: &'a Reading) -> ExperimentView<'a> {
    ExperimentView {
        name: "v9",
        record,
        hypothesis: record.hypothesis.as_deref(),
        reading,
        minimum_effect: 0.005,
        margins: vec![("error_rate", 0.002)],
        alpha: 0.05,
        maximum_days: Some(14),
        notes: Vec::new(),
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
  phase 1, 2026-05-01 00:00 to 2026-05-15 00:00 UTC, 14.0 of 14 days

  control     weight  50  280 000 requests  28 000 trials  (control)
  challenger  weight  50  280 000 requests  28 000 trials
  split: as weighted, p 1

  conversion, primary, challenger: 5.00 % → 6.20 %
      +1.20 pp (+0.61 to +1.79), lift +24.0 % (+10.8 to +37.2), p < 0.0001
  error_rate, guardrail, challenger: 0.10 % → 0.10 %
      0 pp (about −0.028 to +0.028), harm below 0.20 pp is accepted: passed

  sample 56 000 of 40 000 trials, complete

  difference of challenger over time
     +2.01 │││││││││││││││││││││
           │││││││││││││││││││││││││││││
           │││││││││││││││││││││││││││││
           │••••••••••••••••••••••••••••
           │││││││││││││││││││││││││││││
     +0.75 │││││││││││││││││││││││││││││
           │││││││││││││││││││││││││││││
           │││││││││││││││
         0 │┼┼┼┼┼┼┼┼────────────────────
           │││││││
     −0.50 │││││
           2026-05-01 to 2026-05-15: • the difference, │ where it may be

"#]]
    );
}

#[test]
fn nothing_yet_is_told_as_such() {
    assert_data_eq!(
        text(&reading(0, 50, 1, 1000)),
        str![[r#"
v9: inconclusive: nothing has come in yet
  phase 1, no minute of which is complete yet

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
fn a_document_has_the_contract_s_fields() {
    let (record, reading) = (record(), reading(14, 62, 1, 1000));
    let mut document = experiment_document(&shown(&record, &reading));
    assert_eq!(document["course"][0]["looks"].as_array().unwrap().len(), 28);
    document["course"] = json!([]);
    assert_data_eq!(
        format!("{document:#}"),
        str![[r#"
{
  "alpha": 0.05,
  "by": "arn:aws:iam::111122223333:user/ana",
  "course": [],
  "days": 14.0,
  "experiment": "v9",
  "hypothesis": "<b>more</b> convert & stay",
  "inference": "sequential",
  "left": {
    "days": 0.0,
    "trials": 0
  },
  "maximum_days": 14,
  "metrics": [
    {
      "approximate": false,
      "control_rate": 0.05,
      "effect": 0.011999999999999997,
      "lift": 0.23999999999999994,
      "lift_lower": 0.10830248925300656,
      "lift_upper": 0.3716975107469933,
      "lower": 0.00609067639233038,
      "metric": "conversion",
      "p": 8.774077382674089e-8,
      "rate": 0.062,
      "role": "primary",
      "state": "challenger_better",
      "upper": 0.017909323607669614,
      "variant": "challenger"
    },
    {
      "approximate": true,
      "control_rate": 0.001,
      "effect": 0.0,
      "lift": 0.0,
      "lift_lower": -0.27819506186414683,
      "lift_upper": 0.27819506186414683,
      "lower": -0.00027819506186414685,
      "metric": "error_rate",
      "p": 1.0,
      "rate": 0.001,
      "role": "guardrail",
      "state": "passed",
      "upper": 0.00027819506186414685,
      "variant": "challenger"
    }
  ],
  "minimum_effect": 0.005,
  "notes": [],
  "phase": 1,
  "planned": 40000,
  "reason": null,
  "sample": 56000,
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

fn plan(definition: &Definition, seen: &Situation) -> String {
    let plan = start::plan(definition, seen, StartRequest::default()).unwrap();
    start_text(definition, &plan, &palette_for(false)).to_string()
}

#[test]
fn a_start_shows_weights_now_and_then() {
    let sticky = Definition {
        stickiness: Some(604_800),
        ramp: vec![5],
        ..definition(&[50, 50])
    };
    let mut seen = situation(&sticky);
    seen.rule = Some(rule(&[(&sticky.arms[0].group, 1), (&group("old"), 0)]));
    assert_data_eq!(
        plan(&sticky, &seen),
        str![[r#"
v9: opens phase 1, the first
  step 1 of 2 of the ramp
  ~ control           weight 1 → 19, 95 %
  + challenger        weight – → 1, 5 %
  - old (no variant)  weight 0 → –
  ~ cookie            off → 604800 s

"#]]
    );
    let opening = start::plan(&sticky, &seen, StartRequest::default()).unwrap();
    assert_data_eq!(
        format!("{:#}", start_document(&sticky, &opening)),
        str![[r#"
{
  "changes": [
    {
      "after": 19,
      "before": 1,
      "path": "variants[0].weight",
      "target_group": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/0-control/6d0e"
    },
    {
      "after": 1,
      "before": null,
      "path": "variants[1].weight",
      "target_group": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/1-challenger/6d0e"
    },
    {
      "after": null,
      "before": 0,
      "path": "listenerRule",
      "target_group": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/old/6d0e"
    },
    {
      "after": 604800,
      "before": null,
      "path": "stickiness"
    }
  ],
  "effect": "opens_phase",
  "experiment": "v9",
  "notes": [],
  "phase": 1,
  "rule": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/1/2/3",
  "step": 1
}
"#]]
    );
    let StartPlan::Open(opening) = opening else {
        panic!("it opens");
    };
    let mut live = rule(&[]);
    live.routing = mlship_core::release::Routing::Forward(opening.forward);
    live.tags = Record {
        state: State::Running,
        since: Some(began()),
        ..opening.record
    }
    .tags();
    seen.rule = Some(live.clone());
    assert_data_eq!(
        plan(&sticky, &seen),
        str![[r#"
v9: nothing to change, phase 1 runs since 2026-05-01T00:00:00Z
  `--next` takes the challengers to the shares of the weights

"#]]
    );
    let known = VariantCondition {
        breached: vec!["challenger".to_owned()],
        ..VariantCondition::default()
    };
    let asked = stop::StopRequest::default();
    let Ok(stop::StopPlan::Close(closing)) = stop::plan(&sticky, Some(&live), &[], &known, &asked)
    else {
        panic!("it closes");
    };
    assert_data_eq!(
        stop_text(&sticky, &closing, &palette_for(false)).to_string(),
        str![[r#"
v9: stops, control gets all the traffic
  ~ control     weight 19 → 100, 100 %
  ~ challenger  weight 1 → 0, 0 %
  ~ cookie      604800 s → off
  the cookie is turned off in the same write: clients leave challenger at once

"#]]
    );
}

#[test]
fn experiments_are_listed_with_their_state() {
    let running = record();
    let stopped = Record {
        state: State::Stopped,
        hypothesis: None,
        end: Some(End {
            outcome: "challenger_better".to_owned(),
            winner: "challenger".to_owned(),
            at: began(),
            by: "bo".to_owned(),
            cookies_end: began(),
            cleaned: None,
        }),
        ..record()
    };
    let rule = rule(&[(&group("a"), 50), (&group("b"), 50)]);
    let found = [(rule.clone(), running), (rule, stopped)];
    assert_data_eq!(
        experiments_text(&found, &palette_for(false)).to_string(),
        str![[r#"
v9  running, phase 1 since 2026-05-01 00:00 UTC, started by arn:aws:iam::111122223333:user/ana
  rule     arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/1/2/3
  traffic  a=50 b=50
  because  <b>more</b> convert & stay
v9  stopped 2026-05-01 00:00 UTC, challenger better, challenger has all traffic, started by arn:aws:iam::111122223333:user/ana
  rule     arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/1/2/3
  traffic  a=50 b=50

"#]]
    );
    assert_data_eq!(
        format!("{:#}", experiments_document(&found[1..])),
        str![[r#"
{
  "experiments": [
    {
      "by": "arn:aws:iam::111122223333:user/ana",
      "cookies_end": "2026-05-01T00:00:00Z",
      "ended": "2026-05-01T00:00:00Z",
      "experiment": "v9",
      "hypothesis": null,
      "outcome": "challenger_better",
      "phase": 1,
      "rule": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/1/2/3",
      "since": "2026-05-01T00:00:00Z",
      "started": "2026-05-01T00:00:00Z",
      "state": "stopped",
      "traffic": "a=50 b=50",
      "winner": "challenger"
    }
  ]
}
"#]]
    );
    assert_data_eq!(
        experiments_text(&[], &palette_for(false)).to_string(),
        str![[r#"
no experiments on the rules of this region

"#]]
    );
}
