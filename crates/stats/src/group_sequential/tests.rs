//! Against published tables, and against itself.

use proptest::prelude::*;

use super::*;
use crate::Proportion;

fn alpha(alpha: f64) -> Alpha {
    Alpha::new(alpha).unwrap()
}

fn check(two_sided: f64, looks: &Looks, expected: &[f64]) {
    let found = boundaries::boundaries(two_sided, looks);
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1.5e-4, "{found} {expected}");
    }
}

#[test]
fn boundaries_are_those_of_ldbounds() {
    // R, ldbounds 2.0.2 (and gsDesign, sfu = sfLDOF): five and ten even looks, two-sided 0.05.
    let even = Looks::even(5);
    check(0.05, &even, &[4.8769, 3.3569, 2.6803, 2.2898, 2.0310]);
    // Lan and DeMets; Reboussin, DeMets, Kim and Lan, Controlled Clinical Trials 21 (2000), 190–207.
    check(0.05, &Looks::even(2), &[2.9626, 1.9686]);
    check(0.05, &Looks::even(3), &[3.7103, 2.5114, 1.9930]);
    check(0.05, &Looks::even(4), &[4.3326, 2.9631, 2.3590, 2.0141]);
    check(0.05, &Looks::even(1), &[1.9600]);
}

#[test]
fn all_of_alpha_is_spent_and_no_more() {
    for level in [0.2, 0.05, 0.035, 0.001] {
        for looks in [
            Looks::even(1),
            Looks::even(5),
            Looks::even(20),
            Looks::new(&[0.31, 0.6, 0.83], true).unwrap(),
            Looks::new(&[0.2, 0.39, 0.4, 0.9999, 1.2], true).unwrap(),
        ] {
            let found = power(0.0, alpha(level), &looks);
            assert!((found / level - 1.0).abs() < 2e-4, "{level} {found}");
        }
    }
}

#[test]
fn a_look_that_was_missed_spends_nothing_and_its_part_is_left_to_the_next() {
    let at = |information: &[f64]| {
        let looks = Looks::new(information, false).unwrap();
        GroupSequential::new(alpha(0.05), looks).boundary()
    };
    assert!(at(&[0.6]) < at(&[0.2, 0.4, 0.6]));
    assert!((at(&[0.4, 0.6]) - at(&[0.2, 0.4, 0.6])).abs() < 1e-3);
}

#[test]
fn power_is_that_of_published_designs() {
    // Jennison and Turnbull, Group Sequential Methods (2000), table 2.4: five looks of O'Brien and
    // Fleming need 1.028 times the sample of one look for a power of 0.8; by spending, about that.
    let drift_needed = drift(0.8, alpha(0.05), &Looks::even(5));
    let fixed: f64 = 1.959_964 + 0.841_621;
    let inflation = (drift_needed / fixed).powi(2);
    assert!((inflation - 1.0275).abs() < 0.004, "{inflation}");
    let found = power(drift_needed, alpha(0.05), &Looks::even(5));
    assert!((found - 0.8).abs() < 1e-5, "{found}");
    let one = power(fixed, alpha(0.05), &Looks::even(1));
    assert!((one - 0.8).abs() < 1e-5, "{one}");
}

#[test]
fn at_one_look_p_is_that_of_a_z_test() {
    let looks = Looks::even(1);
    let test = GroupSequential::new(alpha(0.05), looks);
    for (z, p) in [
        (0.5, 0.617_075),
        (1.959_964, 0.05),
        (3.0, 0.002_699_8),
        (6.0, 1.973_2e-9),
    ] {
        let found = test.p(z);
        assert!((found / p - 1.0).abs() < 2e-4, "{found} {p}");
    }
}

fn arms(successes: [u64; 2], trials: u64) -> Arms {
    let [control, challenger] = successes.map(|successes| Proportion { successes, trials });
    Arms::Proportions {
        control,
        challenger,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn p_and_interval_agree_and_stronger_evidence_has_a_smaller_p(
        parts in proptest::collection::vec(0.02_f64..0.5, 1..4),
        ends in any::<bool>(),
        level in prop_oneof![Just(0.05), Just(0.0175), Just(0.005)],
        successes in 300_u64..900,
        more in 0_u64..400,
    ) {
        let information: Vec<f64> = parts.iter().scan(0.0, |sum, part| {
            *sum += part;
            Some(*sum)
        }).collect();
        let Some(looks) = Looks::new(&information, ends) else {
            return Ok(());
        };
        let test = GroupSequential::new(alpha(level), looks);
        let weak = test.difference(&arms([successes, successes + more], 5_000)).unwrap();
        let strong = test.difference(&arms([successes, successes + more + 60], 5_000)).unwrap();
        for found in [weak, strong] {
            prop_assert!((0.0..=1.0).contains(&found.p));
            prop_assert_eq!(found.p <= level, !found.interval.contains(0.0));
        }
        prop_assert!(strong.p <= weak.p, "{strong:?} {weak:?}");
    }
}
