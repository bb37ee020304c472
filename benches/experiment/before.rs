//! How means were judged before effective events were asked for, to compare with.

use mlship_stats::Mean;

use crate::draws::real;

const ALPHA: f64 = 0.05;

/// Says whether the confidence sequence leaves out 0, by each arm's own variance, once each has as
/// many clients as it was to have events.
pub(crate) fn is_different([control, challenger]: [Mean; 2], planned: u64, minimum: u64) -> bool {
    if control.count.min(challenger.count) < minimum {
        return false;
    }
    let of = |arm: Mean| {
        let mean = arm.sum / real(arm.count);
        let variance = (arm.sum_squares / real(arm.count) - mean * mean).max(0.0);
        (mean, variance / real(arm.count))
    };
    let ((a, of_a), (b, of_b)) = (of(control), of(challenger));
    let twice = -2.0 * ALPHA.ln();
    let rho_squared = (twice + twice.ln_1p()) / real(planned);
    let widened = real(control.count + challenger.count) * rho_squared;
    let squared = (b - a).powi(2) / (of_a + of_b);
    0.5 * widened.ln_1p() - squared * widened / (2.0 * (widened + 1.0)) <= ALPHA.ln()
}
