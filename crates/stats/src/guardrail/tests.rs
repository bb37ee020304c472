//! Tests of what passes and what is a breach.

use super::*;
use crate::{Alpha, Mean, Proportion, Sequence};

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
