//! Tests against published results, to their printed digits.

use crate::effect::Effect;
use crate::split;
use crate::split::{Share, chi_square};
use crate::{
    Alpha, Arms, Design, FixedHorizon, Interval, Mean, Method, Proportion, Sequence, sample_an_arm,
};

fn alpha() -> Alpha {
    Alpha::new(0.05).unwrap()
}

fn proportions(control: (u64, u64), challenger: (u64, u64)) -> Arms {
    let arm = |(successes, trials)| Proportion { successes, trials };
    Arms::Proportions {
        control: arm(control),
        challenger: arm(challenger),
    }
}

fn means(control: (u64, f64, f64), challenger: (u64, f64, f64)) -> Arms {
    let arm = |(count, sum, sum_squares)| Mean {
        count,
        sum,
        sum_squares,
    };
    Arms::Means {
        control: arm(control),
        challenger: arm(challenger),
    }
}

/// The sums in `GrowthBook`'s own tests, with other counts in each.
fn growthbook(control: u64, challenger: u64) -> Arms {
    means(
        (control, 1396.87, 52_377.976_7),
        (challenger, 2422.7, 134_698.29),
    )
}

#[track_caller]
fn assert_digits(found: f64, printed: f64, digits: i32) {
    let half = 0.5 * 10_f64.powi(-digits);
    assert!((found - printed).abs() <= half, "{found} is not {printed}");
}

#[track_caller]
fn assert_interval(found: Interval, lower: f64, upper: f64, digits: i32) {
    assert_digits(found.lower, lower, digits);
    assert_digits(found.upper, upper, digits);
}

/// Newcombe 1998, Table II, method 10.
#[test]
fn newcombes_intervals() {
    for (first, second, lower, upper) in [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((0, 10), (0, 20), -0.1611, 0.2775),
    ] {
        let arms = proportions(second, first);
        let found = FixedHorizon::new(alpha()).difference(&arms).unwrap();
        assert_interval(found.interval, lower, upper, 4);
    }
}

/// R: `t.test(extra ~ group, data = sleep)`.
#[test]
fn welch_on_the_sleep_data() {
    let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    let sums = |values: [f64; 10]| {
        let squares = values.iter().map(|value| value * value).sum();
        (10, values.iter().sum(), squares)
    };
    let arms = means(sums(second), sums(first));
    let found = FixedHorizon::new(alpha()).difference(&arms).unwrap();
    let effect = Effect::absolute(&arms).unwrap();
    assert_digits(effect.value / effect.variance.sqrt(), -1.8608, 4);
    assert_digits(effect.freedom, 17.776, 3);
    assert_digits(found.p, 0.07939, 5);
    assert_interval(found.interval, -3.3655, 0.2055, 4);
}

#[test]
fn growthbook_at_a_fixed_horizon() {
    let fixed = FixedHorizon::new(alpha());
    let arms = growthbook(3407, 3461);
    let difference = fixed.difference(&arms).unwrap();
    assert_digits(difference.value, 0.29, 5);
    assert_digits(difference.p, 0.02016, 5);
    assert_interval(difference.interval, 0.04538, 0.53462, 5);
    let lift = fixed.lift(&arms).unwrap();
    assert_digits(lift.value, 0.70732, 5);
    assert_interval(lift.interval, -0.03526, 1.44989, 5);
    let bounds = fixed.bounds(&growthbook(3000, 3461)).unwrap();
    assert_interval(bounds, 0.020_791, 0.447_962, 6);
}

#[test]
fn growthbook_sequentially() {
    let arms = proportions((1396, 3000), (2422, 3461));
    let lift = Sequence::new(alpha(), 5000).lift(&arms).unwrap();
    assert_digits(lift.value, 0.50386, 5);
    assert_interval(lift.interval, 0.40098, 0.60675, 5);
    let arms = growthbook(3000, 3461);
    let lift = Sequence::new(alpha(), 1000).lift(&arms).unwrap();
    assert_interval(lift.interval, -0.55844, 1.56516, 5);
    let bounds = Sequence::new(alpha(), 5000).bounds(&arms).unwrap();
    assert_interval(bounds, -0.126_568, 0.595_322, 6);
}

/// The first is of Kohavi, Tang and Xu, "Trustworthy Online Controlled Experiments" (2020),
/// chapter 21.
#[test]
fn sample_ratios() {
    let p =
        |trials: [u64; 2]| chi_square(&trials.map(|trials| Share { trials, weight: 50 })).unwrap();
    assert_digits(p([821_588, 815_482]), 1.8e-6, 7);
    assert_digits(p([600, 400]), 2.54e-10, 12);
    assert_digits(p([44_000, 45_000]), 0.0008, 4);
}

/// optimizely/ssrm's own test, which counts the orders that trials may come in, too.
#[test]
fn marginal_likelihoods_of_the_sequential_split_test() {
    let counts = [20.0, 17.0, 9.0];
    let ln_factorial = |count: f64| statrs::function::gamma::ln_gamma(count + 1.0);
    let orders = ln_factorial(46.0) - counts.map(ln_factorial).iter().sum::<f64>();
    let marginal = split::log_marginal(&counts, &[1.0, 1.0, 1.0]) + orders;
    let likelihood = split::log_likelihood(&counts, &[0.4, 0.4, 0.2]) + orders;
    assert_digits(marginal, -7.028_201_4, 7);
    assert_digits(likelihood, -4.077_640_6, 7);
}

/// R: `power.prop.test`.
#[test]
fn fixed_samples() {
    let trials = |rates, power| sample_an_arm(rates, power, alpha()).unwrap();
    assert_digits(trials([0.5, 0.75], 0.9), 76.7, 1);
    assert_digits(trials([0.2, 0.25], 0.8), 1093.74, 2);
}

#[test]
fn what_a_sequence_costs() {
    let design = Design::new(0.05, 0.005, 0.5).unwrap();
    assert_digits(design.power(40_000, alpha(), Method::Sequential), 0.21, 2);
    let fixed = 2.0 * sample_an_arm([0.05, 0.055], 0.8, alpha()).unwrap();
    let planned = super::whole(fixed);
    assert_digits(design.power(planned, alpha(), Method::Sequential), 0.41, 2);
    let needed = design.sample(0.8, alpha(), Method::Sequential).unwrap();
    assert_digits(design.power(needed, alpha(), Method::Sequential), 0.8, 5);
    let ratio = super::real(needed) / fixed;
    assert!((1.9..2.0).contains(&ratio), "{ratio}");
}
