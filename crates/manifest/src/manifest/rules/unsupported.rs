//! Fields of the format whose capability does not exist in this version: an error that says so.
//!
//! One row a field. When a capability arrives, its row goes.

use super::super::schema::{ModelRelease, Traffic};
use super::check::Check;
use crate::manifest::Code;

/// A field that can be written, and not yet be kept.
struct Missing {
    path: &'static str,
    what: &'static str,
    instead: &'static str,
    is_used: fn(&ModelRelease) -> bool,
}

const MISSING: [Missing; 2] = [
    Missing {
        path: "rollout.strategy",
        what: "strategies other than rolling are",
        instead: "use `strategy: rolling`",
        is_used: |release| release.strategy().moves_traffic(),
    },
    Missing {
        path: "traffic.targetGroups",
        what: "pairs of target groups are",
        instead: "use `targetGroup`",
        is_used: |release| !release.strategy().moves_traffic() && has_pair(release),
    },
];

fn has_pair(release: &ModelRelease) -> bool {
    match &release.traffic {
        Some(Traffic::Balanced(traffic)) => !traffic.target_groups.is_empty(),
        Some(Traffic::Detached(_)) | None => false,
    }
}

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
