//! Tests of the verdicts, and of their order of precedence.

use proptest::prelude::*;

use super::*;
use crate::{Arms, Difference, Interval, Proportion, Sequence};

fn question() -> Question {
    Question {
        alpha: Alpha::new(0.05).unwrap(),
        direction: Direction::Up,
        minimum_effect: 0.005,
        minimum_events: 100,
        is_known: true,
        counts_what_is_assigned: true,
        units: Units::Fit,
        comparisons: 0,
    }
}

/// A comparison whose interval is as given, with a p that agrees.
fn comparison(lower: f64, upper: f64, gates: &[Gate]) -> Comparison {
    let interval = Interval { lower, upper };
    Comparison {
        primary: Some(Running::once(Difference {
            value: f64::midpoint(lower, upper),
            interval,
            p: if interval.contains(0.0) { 0.4 } else { 0.001 },
        })),
        evidence: Evidence::Events(100),
        guardrails: gates.to_vec(),
    }
}

fn better(gates: &[Gate]) -> Comparison {
    comparison(0.001, 0.009, gates)
}

fn one(question: &Question, comparison: Comparison) -> (TestVerdict, Option<Reason>) {
    let readout = judge(question, Some(0.5), &[comparison]);
    assert_eq!(readout.verdict, readout.challengers[0].verdict);
    assert_eq!(readout.reason, readout.challengers[0].reason);
    (readout.verdict, readout.reason)
}

#[test]
fn better_is_what_the_direction_says() {
    let down = Question {
        direction: Direction::Down,
        ..question()
    };
    let worse = comparison(-0.009, -0.001, &[]);
    for (question, comparison, verdict) in [
        (question(), better(&[]), TestVerdict::ChallengerBetter),
        (question(), worse.clone(), TestVerdict::ControlBetter),
        (down, better(&[]), TestVerdict::ControlBetter),
        (down, worse, TestVerdict::ChallengerBetter),
    ] {
        assert_eq!(one(&question, comparison), (verdict, None));
    }
}

#[test]
fn a_broken_split_comes_before_all() {
    for (split, verdict) in [
        (Some(0.0009), TestVerdict::BrokenSplit),
        (Some(0.001), TestVerdict::GuardrailBreached),
        (None, TestVerdict::GuardrailBreached),
    ] {
        let readout = judge(&question(), split, &[better(&[Gate::Breached])]);
        assert_eq!(readout.verdict, verdict);
        assert_eq!(readout.challengers[0].verdict, verdict);
    }
}

#[test]
fn a_breach_comes_before_a_winner_and_before_few_events() {
    let breach = Comparison {
        evidence: Evidence::Events(0),
        ..better(&[Gate::Passed, Gate::Breached])
    };
    assert_eq!(one(&question(), breach).0, TestVerdict::GuardrailBreached);
}

#[test]
fn a_winner_needs_all_guardrails_to_pass() {
    let gates = [Gate::Passed, Gate::Inconclusive];
    let open = (
        TestVerdict::Inconclusive,
        Some(Reason::GuardrailsInconclusive),
    );
    assert_eq!(one(&question(), better(&gates)), open);
    let found = one(&question(), better(&[Gate::Passed, Gate::Passed]));
    assert_eq!(found, (TestVerdict::ChallengerBetter, None));
}

#[test]
fn a_loser_waits_for_no_guardrail() {
    let worse = |gates| one(&question(), comparison(-0.009, -0.001, gates)).0;
    for gates in [
        &[][..],
        &[Gate::Passed],
        &[Gate::Passed, Gate::Inconclusive],
    ] {
        assert_eq!(worse(gates), TestVerdict::ControlBetter, "{gates:?}");
    }
    assert_eq!(worse(&[Gate::Breached]), TestVerdict::GuardrailBreached);
    // Not even where the difference can't matter: it is there all the same.
    let slightly = comparison(-0.004, -0.001, &[Gate::Inconclusive]);
    assert_eq!(one(&question(), slightly).0, TestVerdict::ControlBetter);
}

#[test]
fn no_difference_is_one_that_cannot_matter() {
    for (lower, upper, verdict) in [
        (-0.004, 0.004, TestVerdict::NoDifference),
        (-0.004, 0.005, TestVerdict::Inconclusive),
        (-0.005, 0.004, TestVerdict::Inconclusive),
    ] {
        let gates = [Gate::Inconclusive];
        assert_eq!(
            one(&question(), comparison(lower, upper, &gates)).0,
            verdict
        );
    }
    // A difference that is there but can't matter is a winner's, as long as guardrails pass.
    let small = |gates| one(&question(), comparison(0.001, 0.003, gates)).0;
    assert_eq!(small(&[Gate::Passed]), TestVerdict::ChallengerBetter);
    assert_eq!(small(&[Gate::Inconclusive]), TestVerdict::NoDifference);
}

#[test]
fn an_open_verdict_has_its_reason() {
    let wide = comparison(-0.02, 0.02, &[]);
    let few = Comparison {
        evidence: Evidence::Events(99),
        ..better(&[])
    };
    let with = |evidence| Comparison {
        evidence,
        ..better(&[])
    };
    let unknown = Comparison {
        primary: None,
        ..better(&[])
    };
    for (comparison, reason) in [
        (wide, Reason::IntervalTooWide),
        (few, Reason::TooFewEvents),
        (
            with(Evidence::EffectiveEvents(99)),
            Reason::TooFewLargeValues,
        ),
        (with(Evidence::NeedsRows), Reason::NeedsRows),
        (unknown, Reason::NothingKnown),
    ] {
        let expected = (TestVerdict::Inconclusive, Some(reason));
        assert_eq!(one(&question(), comparison), expected);
    }
}

#[test]
fn without_a_primary_metric_only_the_split_and_a_breach_are_found() {
    let question = Question {
        is_known: false,
        ..question()
    };
    let open = (TestVerdict::Inconclusive, Some(Reason::MeasuresUnknown));
    assert_eq!(one(&question, better(&[Gate::Passed])), open);
    assert_eq!(one(&question, comparison(-0.004, 0.004, &[])), open);
    let breach = better(&[Gate::Breached]);
    assert_eq!(
        one(&question, breach),
        (TestVerdict::GuardrailBreached, None)
    );
    let readout = judge(&question, Some(0.0), &[better(&[])]);
    assert_eq!(readout.verdict, TestVerdict::BrokenSplit);
}

#[test]
fn requests_of_assigned_clients_decide_nothing_but_a_breach() {
    let question = Question {
        counts_what_is_assigned: false,
        ..question()
    };
    let open = (TestVerdict::Inconclusive, Some(Reason::UnitIsRequest));
    assert_eq!(one(&question, better(&[Gate::Passed])), open);
    assert_eq!(one(&question, comparison(-0.004, 0.004, &[])), open);
    // The split's test counts the same requests.
    let readout = judge(&question, Some(0.0), &[better(&[])]);
    assert_eq!((readout.verdict, readout.reason), open);
    let breach = better(&[Gate::Breached]);
    assert_eq!(
        one(&question, breach),
        (TestVerdict::GuardrailBreached, None)
    );
}

#[test]
fn the_best_of_the_better_challengers_wins() {
    let challengers = [
        comparison(-0.02, 0.02, &[]),
        comparison(0.001, 0.009, &[]),
        comparison(0.003, 0.011, &[]),
    ];
    let readout = judge(&question(), None, &challengers);
    assert_eq!(readout.verdict, TestVerdict::ChallengerBetter);
    assert_eq!((readout.best, readout.reason), (Some(2), None));
    let down = Question {
        direction: Direction::Down,
        ..question()
    };
    let readout = judge(&down, None, &challengers);
    assert_eq!(readout.verdict, TestVerdict::Inconclusive);
    assert_eq!(readout.best, None);
    assert_eq!(readout.reason, Some(Reason::IntervalTooWide));
}

#[test]
fn a_breach_by_any_challenger_is_the_experiments() {
    let readout = judge(&question(), None, &[better(&[]), better(&[Gate::Breached])]);
    assert_eq!(readout.verdict, TestVerdict::GuardrailBreached);
    assert_eq!(
        readout.challengers[0].verdict,
        TestVerdict::ChallengerBetter
    );
}

#[test]
fn the_control_wins_against_all_or_not_at_all() {
    let worse = || comparison(-0.009, -0.001, &[]);
    let same = || comparison(-0.004, 0.004, &[]);
    let wide = || comparison(-0.02, 0.02, &[]);
    for (challengers, verdict) in [
        (vec![worse(), worse()], TestVerdict::ControlBetter),
        (vec![worse(), same()], TestVerdict::NoDifference),
        (vec![worse(), same(), wide()], TestVerdict::Inconclusive),
        (vec![], TestVerdict::Inconclusive),
    ] {
        assert_eq!(judge(&question(), None, &challengers).verdict, verdict);
    }
}

#[test]
fn p_is_adjusted_for_all_challengers() {
    let with = |p| {
        let mut comparison = better(&[]);
        comparison.primary.as_mut().unwrap().difference.p = p;
        comparison
    };
    let readout = judge(&question(), None, &[with(0.03), with(0.01)]);
    let verdicts = readout
        .challengers
        .iter()
        .map(|challenger| (challenger.verdict, challenger.p));
    assert!(verdicts.eq([
        (TestVerdict::ChallengerBetter, Some(0.03)),
        (TestVerdict::ChallengerBetter, Some(0.02)),
    ]));
    let readout = judge(&question(), None, &[with(0.03), with(0.03)]);
    assert_eq!(readout.verdict, TestVerdict::Inconclusive);
}

#[test]
fn it_is_told_in_snake_case() {
    let readout = judge(&question(), None, &[comparison(-0.02, 0.02, &[])]);
    let expected = serde_json::json!({
        "verdict": "inconclusive", "reason": "interval_too_wide", "best": null,
        "challengers": [{"verdict": "inconclusive", "reason": "interval_too_wide", "p": 0.4}],
    });
    assert_eq!(serde_json::to_value(readout).unwrap(), expected);
}

fn gates() -> impl Strategy<Value = Vec<Gate>> {
    let gate = prop_oneof![
        3 => Just(Gate::Passed), 1 => Just(Gate::Inconclusive), 1 => Just(Gate::Breached)
    ];
    prop::collection::vec(gate, 0..3)
}

proptest! {
    #[test]
    fn a_reason_stands_with_what_is_open_and_only_there(
        challengers in prop::collection::vec((-0.02..0.02, 0.0..0.02, gates()), 0..5),
        split in prop::option::of(prop_oneof![Just(0.0), Just(0.5)]),
    ) {
        let comparisons: Vec<Comparison> = challengers
            .iter()
            .map(|(lower, width, gates)| comparison(*lower, lower + width, gates))
            .collect();
        let readout = judge(&question(), split, &comparisons);
        prop_assert_eq!(readout.challengers.len(), comparisons.len());
        for challenger in &readout.challengers {
            prop_assert_eq!(challenger.reason.is_some(), challenger.verdict == TestVerdict::Inconclusive);
        }
        let is_open = readout.verdict == TestVerdict::Inconclusive && !comparisons.is_empty();
        prop_assert_eq!(readout.reason.is_some(), is_open);
        if readout.verdict == TestVerdict::ChallengerBetter {
            prop_assert!(readout.best.is_some());
        }
    }
}

#[test]
fn units_that_cannot_be_decide_nothing_whatever_else_holds() {
    let unfit = Question {
        units: Units::MoreThanRequests,
        ..question()
    };
    let reason = Some(Reason::MoreTrialsThanRequests);
    for split in [None, Some(0.5), Some(0.0)] {
        for gates in [&[][..], &[Gate::Breached], &[Gate::Passed]] {
            let readout = judge(
                &unfit,
                split,
                &[better(gates), comparison(0.0, 0.001, gates)],
            );
            assert_eq!(readout.verdict, TestVerdict::Inconclusive);
            assert_eq!((readout.reason, readout.best), (reason, None));
        }
    }
}

#[test]
fn trials_of_unknown_requests_decide_nothing_and_harm_is_harm() {
    let unknown = Question {
        units: Units::RequestsMissing,
        ..question()
    };
    let reason = Some(Reason::RequestsMissing);
    for (comparison, expected) in [
        (better(&[]), (TestVerdict::Inconclusive, reason)),
        (
            comparison(-0.001, 0.001, &[]),
            (TestVerdict::Inconclusive, reason),
        ),
        (
            better(&[Gate::Breached]),
            (TestVerdict::GuardrailBreached, None),
        ),
    ] {
        assert_eq!(one(&unknown, comparison), expected);
    }
}

#[test]
fn data_that_contradict_themselves_find_no_winner() {
    let mut comparison = better(&[]);
    if let Some(primary) = &mut comparison.primary {
        primary.is_contradictory = true;
    }
    let reason = Some(Reason::Contradiction);
    assert_eq!(
        one(&question(), comparison.clone()),
        (TestVerdict::Inconclusive, reason)
    );
    comparison.guardrails = vec![Gate::Breached];
    assert_eq!(
        one(&question(), comparison).0,
        TestVerdict::GuardrailBreached
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever trials come in, in whatever order: who was better stays better, unless the data
    /// contradict themselves, and then nobody is.
    #[test]
    fn a_winner_stays_the_winner(
        batches in proptest::collection::vec(
            [(1_u64..2_000, 0.0..1.0), (1_u64..2_000, 0.0..1.0)], 1..30,
        ),
    ) {
        let question = question();
        let sequence = Sequence::new(question.alpha, 20_000);
        let nothing = Proportion { successes: 0, trials: 0 };
        let mut arms = [nothing; 2];
        let mut looks = Vec::new();
        let mut before = TestVerdict::Inconclusive;
        for batch in batches {
            for (arm, (trials, rate)) in arms.iter_mut().zip(batch) {
                arm.trials += trials;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    clippy::cast_precision_loss,
                    reason = "a part of a few trials"
                )]
                let successes = (trials as f64 * rate) as u64;
                arm.successes += successes;
            }
            let [control, challenger] = arms;
            let of_both = Arms::Proportions { control, challenger };
            let evidence = of_both.evidence();
            if evidence.events() >= question.minimum_events {
                looks.extend(sequence.difference(&of_both));
            }
            let comparison = Comparison {
                primary: Running::of(looks.iter().copied()),
                evidence,
                guardrails: Vec::new(),
            };
            let readout = judge(&question, Some(1.0), &[comparison]);
            let is_decided = matches!(
                before,
                TestVerdict::ChallengerBetter | TestVerdict::ControlBetter
            );
            if is_decided {
                let is_kept = readout.verdict == before;
                prop_assert!(is_kept || readout.reason == Some(Reason::Contradiction));
                // What contradicts itself does so for good.
                before = if is_kept { before } else { TestVerdict::Inconclusive };
            } else if before == TestVerdict::Inconclusive {
                before = readout.verdict;
            }
            if readout.reason == Some(Reason::Contradiction) {
                prop_assert_eq!(readout.best, None);
            }
        }
    }
}

#[test]
fn comparisons_that_are_made_no_more_are_paid_for() {
    let of = |comparisons| {
        let question = Question {
            comparisons,
            ..question()
        };
        judge(&question, Some(0.5), &[better(&[])]).challengers[0].p
    };
    assert_eq!(
        (of(0), of(1), of(3)),
        (Some(0.001), Some(0.001), Some(0.003))
    );
}
