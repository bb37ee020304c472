//! Rules of experiments. One idea a file; those of `releases` need the variants' releases too.

mod definitions;
mod measured;
mod names;
mod outcomes;
mod record;
mod releases;
mod sample;
mod traffic;
mod units;
mod variants;

use super::super::diagnostic::Diagnostic;
use super::super::field_spans::Places;
use super::super::schema::Experiment;
use super::findings::Findings;
pub(super) use measured::{Measured, check_duplicates};
pub use releases::check_releases;

const RULES: [fn(&Experiment, &mut Findings<'_>); 9] = [
    names::check,
    traffic::check,
    outcomes::check,
    variants::check,
    definitions::check,
    measured::check,
    units::check,
    sample::check,
    record::check,
];

/// Checks an experiment against every rule that needs its own file alone.
pub(in super::super) fn check(
    experiment: &Experiment,
    places: &Places,
    found: &mut Vec<Diagnostic>,
) {
    let mut findings = Findings::new(places, found);
    for rule in RULES {
        rule(experiment, &mut findings);
    }
}
