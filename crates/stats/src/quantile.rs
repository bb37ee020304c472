//! Tails and quantiles of the normal and of Student's distribution, by `statrs`.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// Up to here `statrs` finds quantiles of t; it is wrong from 1e7 and doesn't return from 1e8.
const FEW: f64 = 1e4;
/// From here t is normal to eight digits, and `statrs` loses digits of its tails.
const MANY: f64 = 1e7;

/// The chance of a standard normal value below `x`.
pub(super) fn normal_cdf(x: f64) -> f64 {
    Normal::standard().cdf(x)
}

/// The value that a standard normal one exceeds with this chance.
pub(super) fn normal_quantile(tail: f64) -> f64 {
    -Normal::standard().inverse_cdf(tail)
}

/// The value that one of Student's distribution exceeds with this chance.
///
/// Above 10,000 degrees of freedom by the first term of the expansion in 1/ν (Abramowitz and
/// Stegun, 26.7.5), which is off by less than a millionth there.
pub(super) fn t_quantile(tail: f64, freedom: f64) -> f64 {
    match StudentsT::new(0.0, 1.0, freedom) {
        Ok(student) if freedom <= FEW => -student.inverse_cdf(tail),
        _ => {
            let z = normal_quantile(tail);
            z + (z.powi(3) + z) / (4.0 * freedom)
        }
    }
}

/// The chance of a value of Student's distribution above `x`.
pub(super) fn t_tail(x: f64, freedom: f64) -> f64 {
    match StudentsT::new(0.0, 1.0, freedom) {
        Ok(student) if freedom <= MANY => student.sf(x),
        _ => normal_cdf(-x),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_t_are_those_of_tables() {
        // R's qt(0.975, ν), to its printed digits.
        for (freedom, quantile) in [
            (1.0, 12.7062),
            (5.0, 2.570_582),
            (30.0, 2.042_272),
            (1000.0, 1.962_339),
        ] {
            let found = t_quantile(0.025, freedom);
            assert!((found - quantile).abs() < 5e-6 * quantile, "{found}");
        }
    }

    #[test]
    fn a_quantile_has_its_tail_for_any_freedom() {
        for freedom in [1.0, 1.5, 7.0, 200.0, 9_999.0, 10_001.0, 1e6, 1e8, 1e12] {
            for tail in [0.4, 0.05, 0.025, 1e-3, 1e-6] {
                let found = t_tail(t_quantile(tail, freedom), freedom);
                assert!(
                    (found / tail - 1.0).abs() < 2e-4,
                    "{freedom} {tail} {found}"
                );
            }
        }
    }
}
