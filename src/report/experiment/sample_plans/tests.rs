//! What people and programs read of plans.

use mlship_core::experiment::{Observed, PlanQuestion, Power, Said, sample_plans};
use mlship_manifest::schema::Experiment;
use mlship_stats::Phase;

use super::*;

fn experiment() -> Experiment {
    let text = "
apiVersion: mlship/v1
kind: Experiment
metadata: { name: v9 }
listenerRule: arn
variants:
  - { name: control, release: a.yaml, weight: 50, control: true }
  - { name: challenger, release: b.yaml, weight: 50 }
primary: { metric: conversion, type: proportion, direction: up, minimumEffect: 0.005 }
metrics:
  conversion: { namespace: Shop, successes: Converted, trials: Clients }
plannedSample: 40000
maximumDays: 14
";
    serde_yaml::from_str(text).unwrap()
}

const SAID: Said = Said {
    baseline: None,
    deviation: None,
    daily: None,
    effect: None,
    power: Power::USUAL,
};

/// Takes since which hour of May `CloudWatch` has the metric, until the 15th.
fn past(since: &str, rate: f64, daily: f64) -> Past {
    Past {
        from: format!("2026-05-{since}:00:00Z").parse().unwrap(),
        until: "2026-05-15T00:00:00Z".parse().unwrap(),
        trials: 70_000,
        observed: Observed {
            baseline: Some(Baseline::Proportion(rate)),
            daily,
        },
    }
}

fn shown<T>(said: Said, past: Option<&Past>, show: impl Fn(&SamplePlansView<'_>) -> T) -> T {
    let own = experiment();
    let question = PlanQuestion::new(&own, Phase::ONLY, said).unwrap();
    let wanted = question.by(past.map(|past| past.observed)).unwrap();
    show(&SamplePlansView {
        name: "v9",
        metric: "conversion",
        past,
        wanted: &wanted,
        planned: own.planned_sample,
        minimum_events: own.events_per_arm(),
        maximum_days: own.maximum_days,
        plans: &sample_plans(&wanted),
    })
}

fn text(said: Said, past: Option<&Past>) -> String {
    shown(said, past, |view| sample_plans_text(view).to_string())
}

#[test]
fn plans_say_what_they_are_reckoned_from() {
    let past = past("01T00", 0.05, 5_000.0);
    let expected = "\
v9: conversion of the control is 5.00 %, 5 000 trials a day; CloudWatch had 70 000 trials of it from 2026-05-01 00:00 to 2026-05-15 00:00 UTC

  sequential, looked at as often as you like
    0.50 pp with a power of 0.80: 122 003 trials, 24.4 days, which is more than `maximumDays`
    the planned 40 000 trials find 0.50 pp with a power of 0.20, 8.0 days
    the planned 40 000 trials find 0.89 pp or more with a power of 0.80, 8.0 days

  group-sequential, decided at 5 looks
    0.50 pp with a power of 0.80: 65 987 trials, 13.2 days
    the planned 40 000 trials find 0.50 pp with a power of 0.58, 8.0 days
    the planned 40 000 trials find 0.65 pp or more with a power of 0.80, 8.0 days
";
    assert_eq!(text(SAID, Some(&past)), expected);
    let document = shown(SAID, Some(&past), sample_plans_document);
    assert_eq!(document["plans"][0]["design"], "sequential");
    assert_eq!(document["plans"][3]["answer"], "sample");
    assert_eq!(document["plans"][3]["power"], 0.8);
    assert_eq!(document["notes"], json!([]));
}

#[test]
fn nothing_is_shown_as_surer_than_it_is() {
    let said = Said {
        baseline: "0.9".parse().ok(),
        effect: "0.05".parse().ok(),
        daily: "1e12".parse().ok(),
        power: "0.9999".parse().unwrap(),
        ..SAID
    };
    let expected = "\
v9: conversion of the control is 90.0 %, 1 000 000 000 000 trials a day; that was said, and not seen in CloudWatch

  sequential, looked at as often as you like
    5.00 pp with a power of 0.9999: 5 076 trials, less than 0.1 days
    the planned 40 000 trials find 5.00 pp with a power of more than 0.99, less than 0.1 days
    the planned 40 000 trials find 1.95 pp or more with a power of 0.9999, less than 0.1 days

  group-sequential, decided at 5 looks
    5.00 pp with a power of 0.9999: 3 660 trials, less than 0.1 days
    the planned 40 000 trials find 5.00 pp with a power of more than 0.99, less than 0.1 days
    the planned 40 000 trials find 1.66 pp or more with a power of 0.9999, less than 0.1 days
";
    assert_eq!(text(said, None), expected);
}

#[test]
fn what_can_not_be_had_is_said() {
    let few = past("14T22", 0.001, 0.5);
    let said = Said {
        effect: "1e-6".parse().ok(),
        ..SAID
    };
    let expected = "\
v9: conversion of the control is 0.10 %, 0.50 trials a day; CloudWatch had 70 000 trials of it from 2026-05-14 22:00 to 2026-05-15 00:00 UTC, which is less than a day, whose other hours may be unlike

  note: sequential: the effect takes more than the 2 147 483 647 trials that a manifest can plan
  note: control has about 20 events in the planned 40 000 trials, and below 100 (`minimumEventsPerArm`) nothing is decided; it has them in 200 000 trials
  note: group-sequential: the effect takes more than the 2 147 483 647 trials that a manifest can plan
";
    assert_eq!(text(said, Some(&few)), expected);
}
