//! Strategies that move traffic step by step: what goes with which, and how long it may take.

mod analysis;
mod fields;
mod length;
mod traffic;
mod watched;

use super::check::Check;

pub(super) fn check(check: &mut Check<'_>) {
    fields::check(check);
    traffic::check(check);
    if check.release.strategy().moves_traffic() {
        length::check(check);
        watched::check(check);
        analysis::check(check);
    }
}
