//! Fields of the format whose capability does not exist in this version: an error that says so.
//!
//! One row a field. When a capability arrives, its row goes.

use super::super::schema::{ModelRelease, Strategy};
use super::check::Check;
use crate::manifest::Code;

/// A field that can be written, and not yet be kept.
struct Missing {
    path: &'static str,
    what: &'static str,
    instead: &'static str,
    is_used: fn(&ModelRelease) -> bool,
}

const MISSING: [Missing; 1] = [Missing {
    path: "rollout.strategy",
    what: "strategies other than rolling are",
    instead: "use `strategy: rolling`",
    is_used: |release| match release
        .rollout
        .as_ref()
        .and_then(|rollout| rollout.strategy)
    {
        None | Some(Strategy::Rolling) => false,
        Some(Strategy::Canary | Strategy::Linear | Strategy::BlueGreen) => true,
    },
}];

pub(super) fn check(check: &mut Check<'_>) {
    let release = check.release;
    for missing in MISSING.iter().filter(|missing| (missing.is_used)(release)) {
        let message = format!("{} not supported yet", missing.what);
        check.error(
            missing.path,
            Code::NOT_SUPPORTED_YET,
            message,
            missing.instead,
        );
    }
}
