//! Whether a failure of the model could be explained afterwards.

use super::check::{Check, name};
use mlship_manifest::Code;

pub(super) fn check(check: &mut Check<'_>) {
    let Some(model) = check.containers.first() else {
        return;
    };
    let is_kept = model["logConfiguration"]["logDriver"].is_string();
    if is_kept || check.is_written("runtime.logs") {
        return;
    }
    check.warn(
        "runtime",
        Code::LOGS_MISSING,
        format!(
            "container `{}` has no log, so that nobody can tell why it failed once it has",
            name(model)
        ),
        "add `logs: { group: /ml/NAME }`",
    );
}
