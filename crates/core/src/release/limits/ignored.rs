//! `ignore`: paths that name something.

use super::check::Check;
use crate::release::fields::FIELDS;
use crate::shape::{DocumentKind, members};
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

/// Fields that name the release and its service: nobody else can own them.
const IDENTITY: [&str; 6] = [
    "model.name",
    "model.version",
    "model.ref",
    "service.cluster",
    "service.name",
    "service.family",
];

/// Says whether a path is a field that somebody else can own, holds one, or is within one.
fn is_known(path: &str) -> bool {
    if path.is_empty() || path.contains('*') || path.ends_with('.') || IDENTITY.contains(&path) {
        return false;
    }
    if let Some((section, within)) = path
        .strip_prefix("overrides.")
        .and_then(|path| path.split_once('.'))
    {
        let kind = match section {
            "taskDefinition" => DocumentKind::TaskDefinition,
            "service" => DocumentKind::Service,
            _ => return false,
        };
        return is_of_ecs(kind, within);
    }
    // Autoscaling has one owner.
    if path == "autoscaling" {
        return true;
    }
    let steps: Vec<&str> = path.split('.').collect();
    let is_field = FIELDS.iter().any(|row| {
        let expected: Vec<&str> = row.manifest.split('.').collect();
        let same = |(step, expected): (&&str, &&str)| step == expected || *expected == "*";
        let fits = steps.iter().zip(&expected).all(same);
        let is_open = expected.last() == Some(&"*");
        let is_sent = !row.places.is_empty()
            && !IDENTITY.contains(&row.manifest)
            && !row.manifest.starts_with("autoscaling.");
        is_sent && fits && (steps.len() <= expected.len() || is_open)
    });
    // A diff shows what somebody else registered under ECS's name.
    is_field || is_of_ecs(DocumentKind::TaskDefinition, path)
}

/// Says whether a path leads into a document of ECS's.
fn is_of_ecs(kind: DocumentKind, path: &str) -> bool {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let first = &path[..end];
    let mut known = members(kind);
    known.any(|name| name == first)
}
