//! The boundaries of looks, and what a test finds by them.

use super::looks::Looks;
use super::root::root;
use super::spending::spent;
use super::walk::Walk;
use crate::quantile::normal_quantile;

/// As far as a normal value can be: its tail is about the least that a number can be.
const FARTHEST: f64 = 37.5;
/// A power nearer to 1 is not told apart from it.
const LEAST_MISSED: f64 = 1e-9;
/// Boundaries are found to so many standard errors.
const TOLERANCE: f64 = 1e-7;

/// Returns how many standard errors an effect must have at each look to end the test there.
pub(super) fn boundaries(alpha: f64, looks: &Looks) -> Vec<f64> {
    let mut walk = Walk::new(0.0);
    let mut before = 0.0;
    let mut found = Vec::new();
    for look in looks.all() {
        let until = if look.is_final {
            alpha / 2.0
        } else {
            spent(alpha, look.information)
        };
        let boundary = boundary(&walk, look.information, until - before);
        before = until;
        if look.next.is_some() {
            walk.go_on(look.information, boundary, look.next);
        }
        found.push(boundary);
    }
    found
}

fn boundary(walk: &Walk, information: f64, chance: f64) -> f64 {
    // By quantiles, of which one is nearly a straight line in the other.
    let as_quantile = |chance: f64| normal_quantile(chance.max(f64::MIN_POSITIVE));
    let wanted = as_quantile(chance);
    let missed = |boundary: f64| as_quantile(walk.above(information, boundary)) - wanted;
    root([0.0, FARTHEST], TOLERANCE, missed)
}

/// Returns the chance that a look ends the test, on either side, with this mean of z at full
/// information.
pub(super) fn power(drift: f64, alpha: f64, looks: &Looks) -> f64 {
    let mut walk = Walk::new(drift);
    let mut found = 0.0;
    for (look, boundary) in looks.all().zip(boundaries(alpha, looks)) {
        found += walk.above(look.information, boundary) + walk.below(look.information, boundary);
        if look.next.is_some() {
            walk.go_on(look.information, boundary, look.next);
        }
    }
    found
}

/// Returns the mean of z at full information with which a test has this power.
pub(super) fn drift(wanted: f64, alpha: f64, looks: &Looks) -> f64 {
    // Straight, as for boundaries.
    let as_quantile = |missed: f64| normal_quantile(missed.clamp(LEAST_MISSED, 1.0 - LEAST_MISSED));
    let missed =
        |drift: f64| as_quantile(1.0 - wanted) - as_quantile(1.0 - power(drift, alpha, looks));
    root([0.0, FARTHEST], 1e-6, missed)
}
