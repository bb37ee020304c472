//! Fields of the format whose capability does not exist in this version: an error that says so.
//!
//! One row a field. When a capability arrives, its row goes.

use super::super::schema::{ModelRelease, Strategy};
use super::check::Check;

/// A field that can be written, and not yet be kept.
struct Missing {
    path: &'static str,
    what: &'static str,
    instead: &'static str,
    is_used: fn(&ModelRelease) -> bool,
}

const REMOVE: &str = "remove it; this version of mlship can't keep what it promises";

const MISSING: [Missing; 5] = [
    Missing {
        path: "model.ref",
        what: "references into a registry are",
        instead: "write `model.version` instead",
        is_used: |release| release.model.reference.is_some(),
    },
    Missing {
        path: "model.registry",
        what: "model registries are",
        instead: "write `model.version` instead",
        is_used: |release| release.model.registry.is_some(),
    },
    Missing {
        path: "model.require",
        what: "requirements on a model are",
        instead: REMOVE,
        is_used: |release| release.model.require.is_some(),
    },
    Missing {
        path: "model.promoteAlias",
        what: "registry aliases are",
        instead: REMOVE,
        is_used: |release| release.model.promote_alias.is_some(),
    },
    Missing {
        path: "rollout.strategy",
        what: "strategies other than rolling are",
        instead: "use `strategy: rolling`",
        is_used: |release| match release.rollout.as_ref().and_then(|it| it.strategy) {
            None | Some(Strategy::Rolling) => false,
            Some(Strategy::Canary | Strategy::Linear | Strategy::BlueGreen) => true,
        },
    },
];

pub(super) fn check(check: &mut Check<'_>) {
    let release = check.release;
    for missing in MISSING.iter().filter(|missing| (missing.is_used)(release)) {
        let message = format!("{} not supported yet", missing.what);
        check.error(missing.path, "not-supported-yet", message, missing.instead);
    }
}
