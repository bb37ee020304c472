use proptest::prelude::*;

use super::*;
use crate::{Alpha, FixedHorizon, Sequence};

/// Spent, spent before, visits, of control and challenger.
const CONTROL: [(f64, f64, f64); 14] = [
    (11.58, 7.19, 6.0),
    (3.71, 5.85, 6.0),
    (2.62, 5.17, 2.0),
    (8.08, 10.64, 4.0),
    (6.58, 6.21, 3.0),
    (11.97, 8.15, 1.0),
    (3.91, 5.03, 4.0),
    (5.86, 3.75, 2.0),
    (6.62, 7.02, 2.0),
    (9.1, 6.29, 4.0),
    (9.81, 12.3, 4.0),
    (1.95, 2.56, 1.0),
    (10.08, 7.95, 5.0),
    (5.55, 4.24, 4.0),
];
const CHALLENGER: [(f64, f64, f64); 11] = [
    (0.76, 2.31, 5.0),
    (14.1, 5.35, 3.0),
    (15.29, 10.97, 5.0),
    (5.44, 4.7, 5.0),
    (25.4, 29.58, 4.0),
    (11.06, 6.7, 5.0),
    (7.14, 3.25, 6.0),
    (17.55, 15.6, 4.0),
    (27.3, 24.68, 5.0),
    (6.93, 3.01, 5.0),
    (8.73, 5.1, 4.0),
];

fn pairs(units: impl IntoIterator<Item = (f64, f64)>) -> Pairs {
    let mut pairs = Pairs::default();
    for (outcome, other) in units {
        pairs.add(outcome, other);
    }
    pairs
}

fn with_before() -> (Pairs, Pairs) {
    let of = |units: &[(f64, f64, f64)]| pairs(units.iter().map(|unit| (unit.0, unit.1)));
    (of(&CONTROL), of(&CHALLENGER))
}

fn with_visits() -> (Pairs, Pairs) {
    let of = |units: &[(f64, f64, f64)]| pairs(units.iter().map(|unit| (unit.0, unit.2)));
    (of(&CONTROL), of(&CHALLENGER))
}

/// What `GrowthBook` says: difference, interval and p for one look, interval and p for all.
struct Said {
    value: f64,
    fixed: (f64, f64, f64),
    sequential: (f64, f64, f64),
}

#[track_caller]
fn assert_said(arms: Arms, said: &Said) {
    let alpha = Alpha::default();
    let fixed = FixedHorizon::new(alpha).difference(&arms).unwrap();
    let sequential = Sequence::new(alpha, 25).difference(&arms).unwrap();
    for (found, expected) in [
        (fixed.value, said.value),
        (fixed.interval.lower, said.fixed.0),
        (fixed.interval.upper, said.fixed.1),
        (fixed.p, said.fixed.2),
        (sequential.interval.lower, said.sequential.0),
        (sequential.interval.upper, said.sequential.1),
        (sequential.p, said.sequential.2),
    ] {
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }
}

/// gbstats 0.8.0: `SampleMeanStatistic`, `RatioStatistic` and `RegressionAdjustedStatistic` with
/// `compute_theta`, by `TwoSidedTTest` and, tuned to 25, `SequentialTwoSidedTTest`.
#[test]
fn estimates_are_those_of_growthbook() {
    let (control, challenger) = with_before();
    let arms = |control, challenger| Arms::Estimates {
        control,
        challenger,
    };
    assert_said(
        arms(control.plain(), challenger.plain()),
        &Said {
            value: 5.741_428_571_428_57,
            fixed: (
                0.007_916_047_538_830_462,
                11.474_941_095_318_31,
                0.049_729_860_880_320_276,
            ),
            sequential: (
                -2.276_503_127_761_53,
                13.759_360_270_618_672,
                0.366_944_939_607_041_05,
            ),
        },
    );
    assert_said(
        adjusted(&control, &challenger).arms,
        &Said {
            value: 2.617_947_781_749_150_8,
            fixed: (
                0.273_590_120_496_714_4,
                4.962_305_443_001_587,
                0.030_553_951_334_584_05,
            ),
            sequential: (
                -0.777_685_009_037_786,
                6.013_580_572_536_087,
                0.262_758_601_751_526_3,
            ),
        },
    );
    let (control, challenger) = with_visits();
    assert_said(
        arms(control.of_ratio().unwrap(), challenger.of_ratio().unwrap()),
        &Said {
            value: 0.709_632_352_941_175_9,
            fixed: (
                -0.732_955_984_991_631_8,
                2.152_220_690_873_983_6,
                0.311_539_172_207_302_65,
            ),
            sequential: (-1.348_499_326_162_398_3, 2.767_764_032_044_75, 1.0),
        },
    );
}

/// The same for outcomes of 0 and 1 with a covariate.
#[test]
fn adjusted_successes_are_those_of_growthbook() {
    let control = [
        (0, 4),
        (0, 0),
        (0, 0),
        (0, 5),
        (1, 8),
        (0, 8),
        (1, 4),
        (0, 0),
        (1, 8),
        (0, 7),
        (0, 5),
        (0, 4),
        (0, 1),
        (0, 4),
        (0, 1),
        (0, 5),
        (1, 6),
        (1, 7),
        (0, 2),
        (0, 1),
    ];
    let challenger = [
        (1, 8),
        (1, 2),
        (0, 4),
        (1, 6),
        (1, 7),
        (1, 4),
        (1, 3),
        (1, 8),
        (1, 5),
        (1, 9),
        (1, 2),
        (1, 9),
        (0, 3),
        (0, 4),
        (0, 4),
        (0, 2),
        (0, 3),
        (0, 8),
        (1, 4),
        (0, 7),
    ];
    let of = |units: [(i32, i32); 20]| {
        pairs(units.map(|(outcome, before)| (f64::from(outcome), f64::from(before))))
    };
    let (control, challenger) = (of(control), of(challenger));
    assert_eq!((control.successes(), challenger.successes()), (5, 12));
    assert_eq!(control.plain().events, 5);
    assert_said(
        adjusted(&control, &challenger).arms,
        &Said {
            value: 0.259_695_541_862_993_8,
            fixed: (
                -0.020_430_761_237_012_485,
                0.539_821_844_963_000_1,
                0.068_177_950_974_521_5,
            ),
            sequential: (
                -0.160_974_314_863_223,
                0.680_365_398_589_210_6,
                0.717_633_382_355_861_9,
            ),
        },
    );
}

#[test]
fn a_covariate_narrows_by_what_it_explains() {
    let (control, challenger) = with_before();
    let narrowed = adjusted(&control, &challenger).narrowed;
    // The widths of the sequential intervals above.
    let (plain, adjusted) = (13.759_360 + 2.276_503, 6.013_581 + 0.777_685);
    let expected = 1.0 - adjusted / plain;
    assert!(
        (narrowed - expected).abs() < 1e-6,
        "{narrowed} is not {expected}"
    );
    let same = |arm: &Pairs| {
        let mut same = Pairs::default();
        for unit in 0..arm.count() {
            same.add(if unit == 0 { 1.0 } else { 2.0 }, 5.0);
        }
        same
    };
    let nothing = super::adjusted(&same(&control), &same(&challenger));
    assert!(nothing.narrowed.abs() < 1e-12, "{nothing:?}");
}

#[test]
fn what_has_no_units_or_no_denominator_has_no_value() {
    assert_eq!(Pairs::default().mean(), None);
    assert_eq!(pairs([(1.0, 0.0), (2.0, 0.0)]).of_ratio(), None);
    let alone = pairs([(1.0, 1.0)]).plain();
    let arms = Arms::Estimates {
        control: alone,
        challenger: alone,
    };
    assert_eq!(Sequence::new(Alpha::default(), 100).difference(&arms), None);
}

#[test]
fn a_small_arm_without_large_values_is_not_believed() {
    // 95:5, and none of the few large values is among the five.
    let control = pairs((0..1900).map(|unit| (if unit % 50 == 0 { 50.0 } else { 0.0 }, 0.0)));
    let challenger = pairs((0..100).map(|_| (0.0, 0.0)));
    let arms = Arms::Estimates {
        control: control.plain(),
        challenger: challenger.plain(),
    };
    let found = Sequence::new(Alpha::default(), 2000)
        .difference(&arms)
        .unwrap();
    assert!(found.p > 0.05, "{found:?}");
    assert_eq!(arms.evidence().events(), 0);
}

#[test]
fn a_small_spread_of_large_values_is_kept() {
    let found = pairs((0..100_000).map(|unit| (1.7e9 + f64::from(unit % 2), 0.0))).plain();
    assert!((found.variance - 0.25).abs() < 1e-4, "{found:?}");
}

proptest! {
    #[test]
    fn what_is_taken_out_was_never_there(
        kept in proptest::collection::vec((-1e3..1e3, -1e3..1e3), 2..40),
        gone in proptest::collection::vec((-1e3..1e3, -1e3..1e3), 0..40),
    ) {
        let mut both = pairs(kept.iter().chain(&gone).copied());
        for (outcome, other) in gone {
            both.remove(outcome, other);
        }
        let kept = pairs(kept);
        for (found, expected) in [(both.plain(), kept.plain()), (adjusted_alone(&both), adjusted_alone(&kept))] {
            prop_assert_eq!(found.count, expected.count);
            prop_assert!((found.value - expected.value).abs() < 1e-6);
            prop_assert!((found.variance - expected.variance).abs() < 1e-3);
        }
    }

    #[test]
    fn parts_come_to_the_whole(
        units in proptest::collection::vec((-1e3..1e3, -1e3..1e3), 0..40), at in 0_usize..40,
    ) {
        let at = at.min(units.len());
        let parts = pairs(units[..at].iter().copied()).with(&pairs(units[at..].iter().copied()));
        let whole = pairs(units);
        prop_assert_eq!(parts.count(), whole.count());
        prop_assert!((parts.plain().variance - whole.plain().variance).abs() < 1e-3);
        prop_assert!((parts.product - whole.product).abs() < 1e-2);
    }
}

fn adjusted_alone(arm: &Pairs) -> Estimate {
    match adjusted(arm, arm).arms {
        Arms::Estimates { control, .. } => control,
        other => panic!("{other:?}"),
    }
}
