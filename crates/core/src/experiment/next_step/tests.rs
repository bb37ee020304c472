use proptest::prelude::*;

use super::super::reading::{Material, Reading, Terms};
use super::super::testing::definition;
use super::super::window::Window;
use super::super::{Definition, Record, RecordedVariants, Spending, State};
use super::*;

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
metrics:
  conversion: { namespace: Fraud, successes: Converted, trials: Clients }
plannedSample: 40000
maximumDays: 14
";

fn experiment(more: &str) -> Experiment {
    serde_yaml::from_str(&format!("{EXPERIMENT}{more}")).unwrap()
}

fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + hours * 3600).unwrap()
}

/// A phase of a ramp of so many steps that began with the experiment.
fn record(definition: &Definition, step: u32) -> Record {
    Record {
        name: "v9".to_owned(),
        state: State::Running,
        phase: step,
        step,
        spending: Some(Spending::first(2)),
        weights: String::new(),
        since: Some(at(0)),
        started: Some(at(0)),
        by: String::new(),
        hypothesis: None,
        analysis_digest: String::new(),
        variants: Some(RecordedVariants::of(definition)),
        phases: Vec::new(),
        dropped: Vec::new(),
        ledger: None,
        recorded: None,
        promotion: None,
        end: None,
    }
}

/// A readout of a verdict, whatever was counted.
fn reading(definition: &Definition, verdict: TestVerdict, trials: u64) -> Reading {
    let experiment = experiment("");
    let window = Window::new(at(0), at(1), at(1));
    let mut reading = Reading::of(&Material {
        experiment: Some(&experiment),
        definition,
        weights: &[50, 50],
        looks: &[],
        dead: &[],
        window,
        terms: Terms::default(),
        fixed: false,
        planned: None,
        rows: None,
    });
    reading.readout.verdict = verdict;
    reading.readout.reason =
        (verdict == TestVerdict::Inconclusive).then_some(Reason::IntervalTooWide);
    reading.winner = match verdict {
        TestVerdict::ChallengerBetter => Some("challenger".to_owned()),
        TestVerdict::ControlBetter => Some("control".to_owned()),
        TestVerdict::NoDifference
        | TestVerdict::Inconclusive
        | TestVerdict::GuardrailBreached
        | TestVerdict::BrokenSplit => None,
    };
    for variant in &mut reading.variants {
        variant.requests = trials;
    }
    if let Some(sample) = &mut reading.sample {
        sample.seen = trials;
    }
    reading
}

struct Case {
    more: &'static str,
    ramp: &'static [u32],
    verdict: TestVerdict,
    trials: u64,
    is_settled: bool,
    hours: i64,
}

const OPEN: Case = Case {
    more: "",
    ramp: &[],
    verdict: TestVerdict::Inconclusive,
    trials: 100,
    is_settled: true,
    hours: 30,
};

fn check(case: &Case, wanted: &NextStep) {
    let definition = Definition {
        ramp: case.ramp.to_vec(),
        ..definition(&[50, 50])
    };
    let found = next_step(&Seen {
        experiment: &experiment(case.more),
        definition: &definition,
        record: &record(&definition, 1),
        reading: &reading(&definition, case.verdict, case.trials),
        is_settled: case.is_settled,
        now: at(case.hours),
    });
    assert_eq!(found, *wanted);
}

#[test]
fn a_test_goes_on_until_a_verdict_its_sample_or_its_days() {
    check(&OPEN, &NextStep::Wait(Wait::Verdict));
    let complete = Case {
        trials: 40_000,
        ..OPEN
    };
    check(&complete, &NextStep::End(EndReason::SampleComplete));
    let unsettled = Case {
        is_settled: false,
        ..complete
    };
    check(&unsettled, &NextStep::Wait(Wait::LastOutcomes));
    let late = Case {
        hours: 14 * 24,
        ..OPEN
    };
    check(&late, &NextStep::End(EndReason::DaysOver));
    let verdict = |verdict| Case { verdict, ..OPEN };
    let none = verdict(TestVerdict::NoDifference);
    check(&none, &NextStep::End(EndReason::NoDifference));
    let better = verdict(TestVerdict::ChallengerBetter);
    check(&better, &NextStep::Keep("challenger".to_owned()));
    let promotes = Case {
        more: "onWinner: promote",
        ..better
    };
    check(&promotes, &NextStep::Promote("challenger".to_owned()));
}

#[test]
fn a_ramp_goes_on_once_its_outcomes_are_in_and_every_variant_was_asked() {
    let ramp = Case {
        ramp: &[20],
        ..OPEN
    };
    check(&ramp, &NextStep::Ramp);
    let young = Case { hours: 0, ..ramp };
    check(&young, &NextStep::Wait(Wait::Step(at(1))));
    let late = Case {
        more: "outcomeWithin: 2d",
        ..ramp
    };
    check(&late, &NextStep::Wait(Wait::Step(at(49))));
    check(&Case { hours: 49, ..late }, &NextStep::Ramp);
    check(&Case { trials: 0, ..ramp }, &NextStep::Wait(Wait::Counts));
    // The last step alone has the planned sample.
    let complete = Case {
        trials: 40_000,
        ..ramp
    };
    check(&complete, &NextStep::Ramp);
}

#[test]
fn points_that_are_stamped_with_the_exposure_are_waited_for_as_cloudwatch_shows_them() {
    let stamped = EXPERIMENT.replace("trials: Clients", "trials: Clients, stamped: exposure");
    let wait = |within: &str| {
        let experiment = serde_yaml::from_str(&format!("{stamped}outcomeWithin: {within}"));
        outcomes_in(&experiment.unwrap(), at(0))
    };
    assert_eq!(wait("2d"), at(96));
    assert_eq!(wait("3h"), at(5));
}

fn verdict() -> impl Strategy<Value = TestVerdict> {
    prop_oneof![
        Just(TestVerdict::BrokenSplit),
        Just(TestVerdict::GuardrailBreached),
        Just(TestVerdict::ChallengerBetter),
        Just(TestVerdict::ControlBetter),
        Just(TestVerdict::NoDifference),
        Just(TestVerdict::Inconclusive),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn harm_ends_it_whatever_else_is_so_and_only_a_better_challenger_is_promoted(
        verdict in verdict(), trials in 0_u64..80_000, is_settled: bool, hours in 0_i64..500,
        step in 1_u32..4, breaches: bool,
    ) {
        let definition = Definition { ramp: vec![5, 20], ..definition(&[50, 50]) };
        let mut reading = reading(&definition, verdict, trials);
        if breaches && let Some(metric) = reading.metrics.first_mut() {
            metric.state = "breached";
        }
        let found = next_step(&Seen {
            experiment: &experiment("onWinner: promote"),
            definition: &definition,
            record: &record(&definition, step),
            reading: &reading,
            is_settled,
            now: at(hours),
        });
        let harms = breaches || matches!(
            verdict,
            TestVerdict::BrokenSplit | TestVerdict::GuardrailBreached | TestVerdict::ControlBetter
        );
        prop_assert_eq!(matches!(found, NextStep::End(EndReason::Harm(_))), harms);
        if matches!(found, NextStep::Promote(_)) {
            prop_assert_eq!(verdict, TestVerdict::ChallengerBetter);
        }
        if found == NextStep::Ramp {
            prop_assert!(step < 3 && trials > 0 && hours >= 1);
        }
    }
}
