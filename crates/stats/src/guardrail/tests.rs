//! Tests of what passes and what is a breach.

use super::*;
use crate::{Alpha, Course, Mean, Proportion, Sequence};

fn guardrail(direction: Direction) -> Guardrail {
    Guardrail {
        direction,
        margin: 0.002,
        minimum_events: 100,
    }
}

fn within(direction: Direction, lower: f64, upper: f64) -> Gate {
    guardrail(direction).within(Interval { lower, upper }).gate
}

fn inference() -> Inference {
    Inference::Sequential(Sequence::new(Alpha::default(), 40_000))
}

fn mean(count: u64, sum: f64, sum_squares: f64) -> Mean {
    Mean {
        count,
        sum,
        sum_squares,
    }
}

#[test]
fn harm_is_more_of_what_should_be_less() {
    assert_eq!(within(Direction::Down, -0.004, 0.001), Gate::Passed);
    assert_eq!(within(Direction::Down, 0.003, 0.004), Gate::Breached);
    assert_eq!(within(Direction::Down, 0.001, 0.003), Gate::Inconclusive);
    assert_eq!(within(Direction::Down, -0.001, 0.002), Gate::Inconclusive);
}

#[test]
fn harm_is_less_of_what_should_be_more() {
    assert_eq!(within(Direction::Up, -0.001, 0.004), Gate::Passed);
    assert_eq!(within(Direction::Up, -0.004, -0.003), Gate::Breached);
    assert_eq!(within(Direction::Up, -0.003, -0.001), Gate::Inconclusive);
}

#[test]
fn what_is_not_known_has_its_reason() {
    let of = |control, challenger| Arms::Means {
        control,
        challenger,
    };
    let few = of(mean(1_900, 1_900.0, 95_000.0), mean(100, 0.0, 0.0));
    let negative = of(mean(1_900, 1_900.0, 9_500.0), mean(1_900, -5.0, 9_500.0));
    let none = Arms::Proportions {
        control: Proportion {
            successes: 0,
            trials: 0,
        },
        challenger: Proportion {
            successes: 0,
            trials: 0,
        },
    };
    for (arms, reason) in [
        (None, OpenReason::NothingKnown),
        (Some(none), OpenReason::NothingKnown),
        (Some(few), OpenReason::TooFewLargeValues),
        (Some(negative), OpenReason::NeedsRows),
    ] {
        let found = guardrail(Direction::Up).judge(arms.as_ref(), &inference());
        assert_eq!(found, GuardrailJudgement::open(reason), "{arms:?}");
    }
}

fn requests(failed: [u64; 2], trials: u64) -> Arms {
    let [control, challenger] = failed.map(|successes| Proportion { successes, trials });
    Arms::Proportions {
        control,
        challenger,
    }
}

#[test]
fn nothing_passes_before_enough_would_go_wrong_at_the_margin() {
    let check = |failed: u64, trials: u64| {
        let arms = requests([failed; 2], trials);
        let fixed = Inference::FixedHorizon(crate::FixedHorizon::new(Alpha::new(0.4).unwrap()));
        guardrail(Direction::Down).judge(Some(&arms), &fixed)
    };
    // 0.2 % of 9,999 are fewer than twenty, of 10,000 twenty.
    assert_eq!(
        check(0, 9_999),
        GuardrailJudgement::open(OpenReason::TooFewTrials)
    );
    assert_eq!(check(0, 10_000).gate, Gate::Passed);
    // What goes wrong anyway counts, too.
    assert_eq!(check(18, 3_000).gate, Gate::Passed);
    let up = requests([9_998, 9_998], 9_998);
    let fixed = Inference::FixedHorizon(crate::FixedHorizon::new(Alpha::new(0.4).unwrap()));
    assert_eq!(
        guardrail(Direction::Up).judge(Some(&up), &fixed).open,
        Some(OpenReason::TooFewTrials)
    );
}

#[test]
fn requests_of_the_same_clients_are_no_breach_by_their_number() {
    // 1 % against 2 % of 50,000 each.
    let all = requests([500, 1_000], 50_000);
    let rail = guardrail(Direction::Down);
    assert_eq!(rail.judge(Some(&all), &inference()).gate, Gate::Breached);
    let judge = |stretches: Vec<Arms>| {
        let course = Course {
            stretches,
            minutes: Vec::new(),
        };
        rail.judge_requests(Some(&all), &inference(), &course)
    };
    assert_eq!(
        judge(Vec::new()),
        GuardrailJudgement::open(OpenReason::TooFewStretches)
    );
    // The same in each of 20 hours: harm. In one of them alone: a client.
    assert_eq!(
        judge(vec![requests([25, 50], 2_500); 20]).gate,
        Gate::Breached
    );
    let mut once = vec![requests([25, 25], 2_500); 19];
    once.push(requests([25, 525], 2_500));
    assert_eq!(
        judge(once),
        GuardrailJudgement::open(OpenReason::IntervalTooWide)
    );
}

#[test]
fn of_a_few_clients_only_what_is_far_worse_at_once_is_a_breach() {
    let rail = guardrail(Direction::Down);
    let judge = |[control, challenger]: [u64; 2]| {
        let course = Course {
            stretches: vec![requests([control, challenger], 2_500); 20],
            minutes: Vec::new(),
        };
        let all = requests([20 * control, 20 * challenger], 50_000);
        let by_all = rail.judge_requests(Some(&all), &inference(), &course);
        let by_few = rail.judge_requests_of_few(Some(&all), &inference(), &course);
        (by_all, by_few)
    };
    let open = GuardrailJudgement::open(OpenReason::FewClients);
    assert_eq!(judge([25, 50]), (GuardrailJudgement::BREACHED, open));
    let both = (GuardrailJudgement::BREACHED, GuardrailJudgement::BREACHED);
    assert_eq!(judge([25, 750]), both);
    let (by_all, by_few) = judge([25, 25]);
    assert_eq!((by_all.gate, by_few), (Gate::Passed, by_all));
}

#[test]
fn what_is_far_worse_is_a_breach_at_once() {
    let rail = guardrail(Direction::Down);
    let judge = |minutes: &[Option<Arms>], all: Arms| {
        let course = Course {
            stretches: Vec::new(),
            minutes: minutes.to_vec(),
        };
        rail.judge_requests(Some(&all), &inference(), &course).gate
    };
    let few = requests([0, 1_500], 5_000);
    let (bad, thin) = (Some(requests([2, 62], 240)), Some(requests([2, 62], 199)));
    let fine = Some(requests([2, 60], 240));
    for (minutes, gate) in [
        (&[bad; 5][..], Gate::Breached),
        (&[fine, bad, bad, bad, bad, bad, fine], Gate::Breached),
        (&[bad; 4], Gate::Inconclusive),
        (&[bad, bad, None, bad, bad, bad], Gate::Inconclusive),
        (&[bad, bad, fine, bad, bad, bad], Gate::Inconclusive),
        (&[thin; 9], Gate::Inconclusive),
        (&[], Gate::Inconclusive),
    ] {
        assert_eq!(judge(minutes, few), gate, "{minutes:?}");
    }
    assert_eq!(judge(&[], requests([0, 3_000], 10_000)), Gate::Breached);
    assert_eq!(judge(&[], requests([0, 2_400], 10_000)), Gate::Inconclusive);
}
