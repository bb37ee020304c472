//! Simulated error rates when a readout is looked at 40 times.

use super::{ALPHA, Batch, LOOKS, NO_TRIALS, Pool, Rng, alpha, ever, ever_of_means, part};
use crate::{
    Arms, Comparison, Direction, FixedHorizon, Gate, Guardrail, Inference, Question, Running,
    Sequence, TestVerdict, Units, judge,
};

fn sequence(batches: [&Batch; 2]) -> Sequence {
    let trials: u64 = batches.iter().map(|batch| batch.trials).sum();
    Sequence::new(alpha(), LOOKS * trials)
}

#[test]
fn a_fixed_test_finds_what_is_not_there() {
    let batch = Batch::new(500, 0.05);
    let fixed = FixedHorizon::new(alpha());
    let wrong = part(1, |rng| {
        ever(&batch, &batch, rng, |arms| {
            fixed.difference(arms).unwrap().p <= ALPHA
        })
    });
    assert!((0.27..0.34).contains(&wrong), "{wrong}");
}

#[test]
fn a_sequence_does_not() {
    // Few events in one arm cost something, but less than is allowed.
    for (rate, control, challenger, at_most) in [
        (0.05, 500, 500, 0.017),
        (0.5, 500, 500, 0.017),
        (0.001, 500, 500, 0.017),
        (0.99, 50, 50, 0.017),
        (0.05, 20, 20, 0.017),
        (0.05, 900, 100, ALPHA),
    ] {
        let (a, b) = (Batch::new(control, rate), Batch::new(challenger, rate));
        let sequence = sequence([&a, &b]);
        let wrong = part(2, |rng| {
            ever(&a, &b, rng, |arms| {
                sequence.difference(arms).unwrap().p <= ALPHA
            })
        });
        assert!(wrong <= at_most, "{rate}: {wrong}");
    }
}

#[test]
fn a_plan_that_was_far_off_does_no_harm() {
    let batch = Batch::new(500, 0.05);
    for planned in [1, 1_000, 4_000_000] {
        let sequence = Sequence::new(alpha(), planned);
        let wrong = part(3, |rng| {
            ever(&batch, &batch, rng, |arms| {
                sequence.difference(arms).unwrap().p <= ALPHA
            })
        });
        assert!(wrong <= ALPHA, "{planned}: {wrong}");
    }
}

#[test]
fn heavy_tails_are_no_excuse() {
    let mut rng = Rng::with_seed(4);
    let pool = Pool::new(2_000, 250, &mut rng);
    let sequence = Sequence::new(alpha(), LOOKS * 500);
    let wrong = part(5, |rng| {
        ever_of_means(&pool, rng, |arms| {
            sequence.difference(arms).unwrap().p <= ALPHA
        })
    });
    assert!(wrong <= 0.017, "{wrong}");
    let fixed = FixedHorizon::new(alpha());
    let wrong = part(6, |rng| {
        ever_of_means(&pool, rng, |arms| {
            fixed.difference(arms).unwrap().p <= ALPHA
        })
    });
    assert!((0.27..0.34).contains(&wrong), "{wrong}");
}

#[test]
fn the_truth_stays_inside_at_all_looks() {
    let (control, challenger) = (Batch::new(500, 0.05), Batch::new(500, 0.055));
    let sequence = sequence([&control, &challenger]);
    let missed = part(7, |rng| {
        ever(&control, &challenger, rng, |arms| {
            let interval = sequence.difference(arms).unwrap().interval;
            !interval.contains(0.005)
        })
    });
    assert!(missed <= ALPHA, "{missed}");
    let missed = part(8, |rng| {
        ever(&control, &challenger, rng, |arms| {
            !sequence.lift(arms).unwrap().interval.contains(0.1)
        })
    });
    assert!(missed <= ALPHA, "{missed}");
}

#[test]
fn harm_right_at_the_margin_is_seldom_judged() {
    let (control, challenger) = (Batch::new(500, 0.005), Batch::new(500, 0.007));
    let inference = Inference::Sequential(sequence([&control, &challenger]));
    let guardrail = Guardrail {
        direction: Direction::Down,
        margin: 0.002,
        minimum_events: 100,
    };
    for gate in [Gate::Passed, Gate::Breached] {
        let wrong = part(9, |rng| {
            ever(&control, &challenger, rng, |arms| {
                guardrail.judge(Some(arms), &inference).gate == gate
            })
        });
        assert!(wrong <= ALPHA, "{gate:?} {wrong}");
    }
}

#[test]
fn many_challengers_share_one_alpha() {
    let batch = Batch::new(500, 0.05);
    let question = Question {
        alpha: alpha(),
        direction: Direction::Up,
        minimum_effect: 0.005,
        minimum_events: 100,
        is_known: true,
        counts_what_is_assigned: true,
        units: Units::Fit,
        comparisons: 0,
    };
    let sequence = Sequence::new(alpha().shared_by(4), LOOKS * 1_000);
    let wrong = part(10, |rng| {
        let mut arms = [NO_TRIALS; 5];
        (0..LOOKS).any(|_| {
            for arm in &mut arms {
                batch.add_to(arm, rng);
            }
            let [control, challengers @ ..] = arms;
            let comparisons = challengers.map(|challenger| {
                let arms = Arms::Proportions {
                    control,
                    challenger,
                };
                Comparison {
                    primary: sequence.difference(&arms).map(Running::once),
                    evidence: arms.evidence(),
                    guardrails: Vec::new(),
                }
            });
            let readout = judge(&question, None, &comparisons);
            readout.challengers.iter().any(|challenger| {
                matches!(
                    challenger.verdict,
                    TestVerdict::ChallengerBetter | TestVerdict::ControlBetter
                )
            })
        })
    });
    assert!(wrong <= ALPHA, "{wrong}");
}
