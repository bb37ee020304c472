//! Rules between fields, and rules that a type can't say. One idea a file.
//!
//! Each rule reads the typed release, or the experiment, and reports at the field's place; none stops at the first
//! problem. What a rule can't see offline is the planner's business.

mod alarms;
mod artifact;
mod autoscaling;
mod capacity;
mod check;
mod dependencies;
mod deployment;
mod environment;
mod experiment;
mod fargate;
mod findings;
mod health;
mod identity;
mod image;
mod instances;
mod logs;
mod network;
mod ports;
mod registry;
mod roles;
mod strategy;
mod tags;
mod traffic;

use super::diagnostic::Diagnostic;
use super::field_spans::Places;
use super::schema::ModelRelease;
pub use artifact::is_s3;
use check::Check;
pub use environment::SECRET_HELP;
pub(super) use experiment::check as check_experiment;
pub use experiment::check_releases;
pub(super) use identity::{Named, check_names};

const RULES: [fn(&mut Check<'_>); 20] = [
    identity::check,
    dependencies::check,
    registry::check,
    image::check,
    artifact::check,
    capacity::check,
    fargate::check,
    instances::check,
    ports::check,
    environment::check,
    roles::check,
    logs::check,
    network::check,
    health::check,
    traffic::check,
    deployment::check,
    strategy::check,
    alarms::check,
    autoscaling::check,
    tags::check,
];

/// Checks a release against every rule.
pub(super) fn check(release: &ModelRelease, places: &Places, found: &mut Vec<Diagnostic>) {
    let mut check = Check::new(release, places, found);
    for rule in RULES {
        rule(&mut check);
    }
}

#[cfg(test)]
mod tests;
