//! Tests of a readout as text.

use super::*;
use mlship_core::experiment::MetricReading;

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
  these trials show a difference of 0.75 pp or more in 80 of 100 tests, the planned ones one of 0.89 pp

  difference of challenger over time
     +2.02 │░░░░░░░░░░░░░░░░░░░░
           │░░░░░░░░░░░░░░░░░░░░░░░░░░░░
           │░░░░░░░░░░░░░░░░░░░░░░░░░░░░
           │••••••••••••••••••••••••••••
           │░░░░░░░░░░░░░░░░░░░░░░░░░░░░
           │░░░░░░░░░░░░░░░░░░░░░░░░░░░░
     +0.50 │░░░░░░░░░░░░░░░░░░░░░░░░░░░░
           │░░░░░░░░░░░░░░
         0 │┼┼┼┼┼┼┼┼┼───────────────────
           │░░░░░░
     −0.50 │░░░░┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
           2026-05-01 to 2026-05-15: • the difference, ░ where it may be, ┈ the minimum effect

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
fn what_is_not_measured_yet_says_what_it_lacks() {
    let mut few = reading(14, 62, 1, 1000);
    few.readout.verdict = TestVerdict::Inconclusive;
    few.readout.reason = Some(Reason::TooFewLargeValues);
    few.fewest_events = 12;
    let guardrail = &mut few.metrics[1];
    guardrail.state = "inconclusive";
    guardrail.open = Some(OpenReason::TooFewLargeValues);
    guardrail.evidence = Evidence::EffectiveEvents(3);
    let of_mean = |metric: &mut MetricReading| metric.is_proportion = false;
    let proportions = text(&few);
    for line in [
        "v9: inconclusive: too few clients with an event to judge: 12 of 100\n",
        ": inconclusive, too few clients with an event to judge: 3 of 100\n",
    ] {
        assert!(proportions.contains(line), "{proportions}");
    }
    few.metrics.iter_mut().for_each(of_mean);
    let text = text(&few);
    for line in [
        "v9: inconclusive: too few large values to judge: 12 of 100 effective events\n",
        ": inconclusive, too few large values to judge: 3 of 100 effective events\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
}
