//! Simulated power: effects are found as often as planned.

use super::{ALPHA, Batch, LOOKS, NO_TRIALS, alpha, ever, part, real};
use crate::{Arms, Design, FixedHorizon, Method, Sequence, sample_an_arm};

/// Returns how often an inference finds the effect in the whole sample, in so many batches.
fn found(seed: u64, batches: [&Batch; 2], looks: u64, p: impl Fn(&Arms) -> f64) -> f64 {
    part(seed, |rng| {
        let [control, challenger] = batches.map(|batch| {
            let mut arm = NO_TRIALS;
            (0..looks).for_each(|_| batch.add_to(&mut arm, rng));
            arm
        });
        let arms = Arms::Proportions {
            control,
            challenger,
        };
        p(&arms) <= ALPHA
    })
}

#[test]
fn of_a_sequence() {
    for (base, effect, control, challenger) in [
        (0.05, 0.005, 500, 500),
        (0.05, 0.01, 400, 400),
        (0.2, -0.02, 300, 300),
        (0.01, 0.005, 200, 200),
        (0.05, 0.015, 900, 100),
    ] {
        let trials = control + challenger;
        let share = real(challenger) / real(trials);
        let design = Design::new(base, effect, share).unwrap();
        let expected = design.power(LOOKS * trials, alpha(), Method::Sequential);
        let sequence = Sequence::new(alpha(), LOOKS * trials);
        let batches = [
            &Batch::new(control, base),
            &Batch::new(challenger, base + effect),
        ];
        let found = found(11, batches, LOOKS, |arms| {
            sequence.difference(arms).unwrap().p
        });
        assert!((found - expected).abs() < 0.04, "{found} {expected}");
    }
}

#[test]
fn looks_on_the_way_find_more() {
    let (control, challenger) = (Batch::new(500, 0.05), Batch::new(500, 0.055));
    let sequence = Sequence::new(alpha(), 40_000);
    let found = part(12, |rng| {
        ever(&control, &challenger, rng, |arms| {
            sequence.difference(arms).unwrap().p <= ALPHA
        })
    });
    assert!((0.26..0.32).contains(&found), "{found}");
}

#[test]
fn of_a_fixed_sample() {
    // 1094 an arm, in batches that are one too large together.
    let trials = sample_an_arm([0.2, 0.25], 0.8, alpha()).unwrap();
    assert!((trials - 1_095.0).abs() < 2.0);
    let batches = [&Batch::new(365, 0.2), &Batch::new(365, 0.25)];
    let fixed = FixedHorizon::new(alpha());
    let found = found(13, batches, 3, |arms| fixed.difference(arms).unwrap().p);
    assert!((found - 0.8).abs() < 0.03, "{found}");
}
