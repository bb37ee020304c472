//! `ignore`: paths that name something.

use super::check::Check;
use crate::release::fields::FIELDS;
use mlship_manifest::{Code, nearest};

pub(super) fn check(check: &mut Check<'_>) {
    let fields = check.manifest.release.ignore.clone();
    for (index, field) in fields.iter().enumerate() {
        if is_known(field) {
            continue;
        }
        let known = FIELDS.iter().map(|row| row.manifest);
        let help = match nearest(field, known) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "write a path as a diff shows it, such as `service.desired`".to_owned(),
        };
        check.error(
            &format!("ignore[{index}]"),
            Code::UNKNOWN_IGNORED_FIELD,
            format!("`{field}` is no field of a manifest"),
            help,
        );
    }
}

/// Says whether a path is a field, holds one, or is within one.
fn is_known(path: &str) -> bool {
    let steps: Vec<&str> = path.split(['.', '[']).collect();
    FIELDS.iter().any(|row| {
        let expected: Vec<&str> = row.manifest.split(['.', '[']).collect();
        let is_open = row.manifest.starts_with("overrides.");
        let same = steps
            .iter()
            .zip(&expected)
            .all(|(step, expected)| step == expected || *expected == "*");
        same && (steps.len() <= expected.len() || is_open)
    })
}
