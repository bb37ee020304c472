//! How much of alpha is spent by when.

use crate::quantile::{normal_cdf, normal_quantile};

/// Returns how much of alpha either side has spent once this part of the planned information is
/// in: the spending function of Lan and `DeMets` (Biometrika 70 (1983), 659–663) that is like the
/// boundaries of O'Brien and Fleming, for each side of a two-sided test,
///
/// ```text
/// 2 − 2 Φ(z_{α/4} / √t)
/// ```
///
/// which is α/2 at the end. Little is spent early, so that the last look is nearly that of a test
/// with one look.
pub(super) fn spent(alpha: f64, information: f64) -> f64 {
    if information >= 1.0 {
        return alpha / 2.0;
    }
    2.0 * normal_cdf(-normal_quantile(alpha / 4.0) / information.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_spent_early_and_all_in_the_end() {
        // R, ldbounds: ldBounds(c(0.2, 0.4, 0.6, 0.8, 1), iuse = c(1, 1), alpha = c(.025, .025)).
        for (information, both_sides) in [
            (0.2, 1.08e-6),
            (0.4, 0.000_788),
            (0.6, 0.007_62),
            (0.8, 0.024_42),
            (1.0, 0.05),
            (1.3, 0.05),
        ] {
            let found = 2.0 * spent(0.05, information);
            assert!((found / both_sides - 1.0).abs() < 3e-3, "{found}");
        }
    }
}
