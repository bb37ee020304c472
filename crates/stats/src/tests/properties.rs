//! Property tests over any counts.

use proptest::prelude::*;

use crate::split;
use crate::split::Share;
use crate::{
    Alpha, Arms, Design, Estimate, FixedHorizon, Inference, Interval, Mean, Method, Proportion,
    Sequence, holm, least_effect, sample_an_arm,
};

/// Up to a thousand billion, the small and the huge alike.
fn count() -> impl Strategy<Value = u64> {
    prop_oneof![
        Just(0),
        Just(1),
        Just(2),
        Just(1_000_000_000_000),
        (0..40_u32, any::<u64>()).prop_map(|(bits, any)| any & ((1 << bits) - 1)),
    ]
}

fn proportion() -> impl Strategy<Value = Proportion> {
    count().prop_flat_map(|trials| {
        let successes = prop_oneof![Just(0), Just(trials), Just(trials.min(1)), 0..=trials];
        successes.prop_map(move |successes| Proportion { successes, trials })
    })
}

/// Sums of values of any size and any relative spread.
fn mean() -> impl Strategy<Value = Mean> {
    let size = prop_oneof![Just(0.0), Just(1e-300), Just(1e120), -1e6..1e6];
    let spread = prop_oneof![Just(0.0), Just(1e-12), Just(1e-4), 0.0..1e3];
    (count(), size, spread).prop_map(|(count, size, spread): (u64, f64, f64)| {
        let units = super::real(count);
        let variance = (spread * size).powi(2);
        Mean {
            count,
            sum: units * size,
            sum_squares: units * (size * size + variance),
        }
    })
}

/// Sums that nothing may have, too.
fn nonsense() -> impl Strategy<Value = Mean> {
    (count(), any::<f64>(), any::<f64>()).prop_map(|(count, sum, sum_squares)| Mean {
        count,
        sum,
        sum_squares,
    })
}

fn estimate() -> impl Strategy<Value = Estimate> {
    let numbers = || prop_oneof![Just(0.0), -1e6..1e6, any::<f64>()];
    (count(), numbers(), numbers(), count()).prop_map(|(count, value, variance, events)| Estimate {
        count,
        value,
        variance,
        events,
    })
}

fn arms() -> impl Strategy<Value = Arms> {
    let means = || prop_oneof![4 => mean(), 1 => nonsense()];
    prop_oneof![
        (proportion(), proportion()).prop_map(|(control, challenger)| Arms::Proportions {
            control,
            challenger,
        }),
        (means(), means()).prop_map(|(control, challenger)| Arms::Means {
            control,
            challenger,
        }),
        (estimate(), estimate()).prop_map(|(control, challenger)| Arms::Estimates {
            control,
            challenger,
        }),
    ]
}

fn alpha() -> impl Strategy<Value = Alpha> {
    let values = prop_oneof![Just(0.05), Just(1e-9), Just(0.499), 1e-6..0.499];
    values.prop_map(|alpha| Alpha::new(alpha).unwrap())
}

fn inference() -> impl Strategy<Value = Inference> {
    (alpha(), count(), any::<bool>()).prop_map(|(alpha, planned, is_fixed)| {
        if is_fixed {
            Inference::FixedHorizon(FixedHorizon::new(alpha))
        } else {
            Inference::Sequential(Sequence::new(alpha, planned))
        }
    })
}

fn swapped(arms: Arms) -> Arms {
    match arms {
        Arms::Proportions {
            control,
            challenger,
        } => Arms::Proportions {
            control: challenger,
            challenger: control,
        },
        Arms::Means {
            control,
            challenger,
        } => Arms::Means {
            control: challenger,
            challenger: control,
        },
        Arms::Estimates {
            control,
            challenger,
        } => Arms::Estimates {
            control: challenger,
            challenger: control,
        },
    }
}

fn mirrored(interval: Interval) -> Interval {
    Interval {
        lower: -interval.upper,
        upper: -interval.lower,
    }
}

fn is_sound(interval: Interval, value: f64) -> bool {
    interval.lower.is_finite() && interval.upper.is_finite() && interval.contains(value)
}

proptest! {
    #[test]
    fn what_is_said_is_finite_and_holds_the_estimate(
        arms in arms(), inference in inference(),
    ) {
        if let Some(found) = inference.difference(&arms) {
            prop_assert!(is_sound(found.interval, found.value), "{found:?}");
            prop_assert!((0.0..=1.0).contains(&found.p), "{found:?}");
            let bounds = inference.bounds(&arms).unwrap();
            prop_assert!(is_sound(bounds, found.value), "{bounds:?}");
            if let Arms::Proportions { .. } = arms {
                prop_assert!(found.interval.lower >= -1.0 && found.interval.upper <= 1.0);
            }
        } else {
            prop_assert_eq!(inference.lift(&arms), None);
            prop_assert_eq!(inference.bounds(&arms), None);
        }
        if let Some(found) = inference.lift(&arms) {
            prop_assert!(is_sound(found.interval, found.value), "{found:?}");
        }
    }

    #[test]
    fn arms_say_something_as_soon_as_they_have_trials(
        control in proportion(), challenger in proportion(), inference in inference(),
    ) {
        let has_trials = control.trials > 0 && challenger.trials > 0;
        let arms = Arms::Proportions { control, challenger };
        prop_assert_eq!(inference.difference(&arms).is_some(), has_trials);
        let has_base = control.successes > 0;
        prop_assert_eq!(inference.lift(&arms).is_some(), has_trials && has_base);
    }

    #[test]
    fn swapped_arms_say_the_opposite(arms in arms(), inference in inference()) {
        let there = inference.difference(&arms);
        let back = inference.difference(&swapped(arms));
        prop_assert_eq!(there.map(|difference| difference.p), back.map(|difference| difference.p));
        prop_assert_eq!(there.map(|difference| -difference.value), back.map(|difference| difference.value));
        prop_assert_eq!(
            there.map(|difference| mirrored(difference.interval)),
            back.map(|difference| difference.interval)
        );
        let there = inference.bounds(&arms).map(mirrored);
        prop_assert_eq!(there, inference.bounds(&swapped(arms)));
    }

    #[test]
    fn an_interval_leaves_out_0_exactly_when_p_is_at_most_alpha(
        arms in arms(), alpha in alpha(), planned in count(), is_fixed in any::<bool>(),
    ) {
        // Newcombe's interval is not made of the z-test.
        let found = match arms {
            Arms::Means { .. } if is_fixed => FixedHorizon::new(alpha).difference(&arms),
            _ => Sequence::new(alpha, planned).difference(&arms),
        };
        let Some(found) = found else { return Ok(()) };
        let edge = found.interval.lower.abs().min(found.interval.upper.abs());
        prop_assume!(edge > 1e-5 * found.value.abs());
        prop_assert_eq!(found.p <= alpha.get(), !found.interval.contains(0.0), "{:?}", found);
    }

    #[test]
    fn the_order_of_arms_does_not_change_a_split(
        (shares, shuffled) in prop::collection::vec(
            (count(), 0..1000_u32).prop_map(|(trials, weight)| Share { trials, weight }), 0..5,
        ).prop_flat_map(|shares| (Just(shares.clone()), Just(shares).prop_shuffle())),
    ) {
        for test in [split::chi_square, split::sequential] {
            let (original, other) = (test(&shares), test(&shuffled));
            prop_assert_eq!(original.is_some(), other.is_some());
            if let (Some(original), Some(other)) = (original, other) {
                prop_assert!((0.0..=1.0).contains(&original), "{}", original);
                // Sums in another order, of terms up to 1e14.
                prop_assert!((original - other).abs() <= 0.2 * original, "{} {}", original, other);
            }
        }
    }

    #[test]
    fn holm_raises_p_and_keeps_its_order(
        p in prop::collection::vec(prop::option::of(0.0..=1.0), 0..6),
    ) {
        let adjusted = holm(&p);
        for (raw, of_one) in p.iter().zip(&adjusted) {
            prop_assert_eq!(raw.is_some(), of_one.is_some());
            prop_assert!(of_one >= raw && of_one.is_none_or(|p| p <= 1.0));
            for (other, of_other) in p.iter().zip(&adjusted) {
                prop_assert!(raw < other || of_one >= of_other);
            }
        }
    }

    #[test]
    fn a_sample_has_the_power_it_was_made_for(
        base in 0.0..1.0, effect in -1.0..1.0, share in 0.01..0.99, power in 0.1..0.99,
        alpha in alpha(),
    ) {
        let Some(design) = Design::new(base, effect, share) else { return Ok(()) };
        let planned = design.sample(power, alpha, Method::Sequential).unwrap();
        prop_assert!(design.power(planned, alpha, Method::Sequential) >= power - 1e-9);
        prop_assert!(design.power(planned / 2, alpha, Method::Sequential) <= design.power(planned, alpha, Method::Sequential));
    }

    #[test]
    fn the_least_effect_is_found_with_the_power_that_was_asked_for(
        base in 0.02_f64..0.9,
        planned in 2_000_u64..1_000_000,
        power in 0.3_f64..0.95,
        looks in 0_u32..4,
        is_mean in any::<bool>(),
    ) {
        let method = match looks {
            0 => Method::Sequential,
            looks => Method::GroupSequential { looks },
        };
        let alpha = Alpha::default();
        let design = |effect: f64| {
            if is_mean { Design::of_means(base, effect, 0.3) } else { Design::new(base, effect, 0.3) }
        };
        let most = if is_mean { 100.0 } else { 1.0 - base };
        if let Some(effect) = least_effect(design, most, planned, power, (alpha, method)) {
            let found = design(effect).unwrap().power(planned, alpha, method);
            prop_assert!((found - power).abs() < 1e-4, "{found} {power}");
        } else {
            let largest = design(most * 0.999).unwrap().power(planned, alpha, method);
            prop_assert!(largest < power, "{largest}");
        }
    }

    #[test]
    fn a_sample_is_a_number_or_none(
        rates in [-0.5..1.5, -0.5..1.5], power in -0.5..1.5, alpha in alpha(),
    ) {
        let found = sample_an_arm(rates, power, alpha);
        prop_assert!(found.is_none_or(|trials| trials.is_finite() && trials > 0.0));
    }
}
