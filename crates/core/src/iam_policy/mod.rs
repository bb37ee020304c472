//! The policies that somebody needs who works with certain releases, and no more: from the table of
//! permissions and from what the releases name. Pure.

mod model_registry;
mod named;
mod narrow;
mod pack;
mod special;
mod statement;
mod subject;
mod tested;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::permissions::{TABLE, Use, Where};
use named::Named;
use narrow::fragments;
pub use pack::TooMany;
use statement::merged;
pub use subject::{Home, Subject};
pub use tested::Tested;

/// What a policy is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What its holder does.
    pub uses: BTreeSet<Use>,
    /// Only that of it which changes nothing.
    pub reads_only: bool,
    /// Clusters instead of services, and folders instead of single names.
    pub per_cluster: bool,
}

/// Returns the policies for releases and experiments, each small enough for IAM. The same releases
/// give the same policies, in whatever order they are named.
///
/// # Errors
/// Where they are more than a role takes.
pub fn policies(
    subjects: &[Subject],
    experiments: &[Tested],
    wanted: &Wanted,
) -> Result<Vec<Value>, TooMany> {
    let named = Named::of(subjects, experiments, wanted);
    let rows = TABLE.iter().filter(|row| {
        let is_used = row.uses.iter().any(|used| wanted.uses.contains(used));
        let is_needed = is_needed(row.only, subjects, experiments);
        is_used && is_needed && (row.reads() || !wanted.reads_only)
    });
    let all = rows.flat_map(|row| fragments(row, &named)).collect();
    pack::packed(merged(all))
}

/// Says whether one of the releases is of the kind that needs a permission.
fn is_needed(only: Where, subjects: &[Subject], experiments: &[Tested]) -> bool {
    match only {
        Where::Always => true,
        // A policy is for what somebody names.
        Where::Unnamed => false,
        // Which experiments there are is not known where none is named.
        Where::Header => experiments.is_empty() || experiments.iter().any(|test| test.has_header),
        Where::Instances
        | Where::Providers
        | Where::Autoscaling
        | Where::Repositories
        | Where::Parameters
        | Where::Values
        | Where::Network
        | Where::Alarms
        | Where::DescribedAlarms
        | Where::Analysis
        | Where::Sagemaker => subjects.iter().any(|subject| subject.kinds.contains(&only)),
    }
}
