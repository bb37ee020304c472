//! ECS's limits on whole documents, sidecars and overrides included.
//!
//! The manifest's own fields have rules of their own; here is what only shows in ECS's documents.
//! One idea a file. A release may be a draft: what is written wrongly is missing in it.

mod check;
mod containers;
mod fargate;
mod health;
mod ignored;
mod logs;
mod references;
mod reserved_fields;
mod secrets;
mod service;
mod size;
mod weights;

use super::Release;
use check::Check;
use mlship_manifest::{Diagnostic, Manifest};

const RULES: [fn(&mut Check<'_>); 11] = [
    reserved_fields::check,
    containers::check,
    references::check,
    weights::check,
    size::check,
    health::check,
    fargate::check,
    service::check,
    ignored::check,
    secrets::check,
    logs::check,
];

/// Returns what ECS would refuse, and what it would accept and hardly be meant.
#[must_use]
pub fn limits(manifest: &Manifest, release: &Release) -> Vec<Diagnostic> {
    let mut check = Check::new(manifest, release);
    for rule in RULES {
        rule(&mut check);
    }
    check.found
}

#[cfg(test)]
mod tests;
