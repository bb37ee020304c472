//! What load balancers do with a service's requests, before a release and to mend it.

mod phase;
pub mod repair;
mod sight;
#[cfg(test)]
pub(in crate::app) mod tests;

pub(super) use phase::{warnings, warnings_of_live};
pub(super) use sight::{as_wired, look};

/// Says how a rule is mended that sends requests to the wrong place.
pub(super) fn mend_with(repair: &str) -> String {
    format!("see where it should go with {repair}, and write that with --apply")
}
