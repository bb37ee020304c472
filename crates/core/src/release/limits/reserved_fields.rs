//! Fields that a release sets itself, and that overrides therefore cannot set.

use super::check::Check;
use mlship_manifest::Code;

const RESERVED: [(&str, &str, &str); 8] = [
    ("taskDefinition", "tags", "write `tags`"),
    ("service", "tags", "write `tags`"),
    ("service", "cluster", "write `service.cluster`"),
    ("service", "service", "write `service.name`"),
    ("service", "serviceName", "write `service.name`"),
    (
        "service",
        "taskDefinition",
        "remove it: a release registers its own",
    ),
    ("service", "clientToken", "remove it"),
    (
        "service",
        "forceNewDeployment",
        "use `mlship deploy --force-new-deployment`",
    ),
];

pub(super) fn check(check: &mut Check<'_>) {
    let Some(overrides) = &check.manifest.release.overrides else {
        return;
    };
    for (section, field, help) in RESERVED {
        let fields = match section {
            "service" => &overrides.service,
            _ => &overrides.task_definition,
        };
        if fields.contains_key(field) {
            let path = format!("overrides.{section}.{field}");
            let message = format!("`{path}` can't be overridden");
            check.error(&path, Code::NO_OVERRIDE, message, help);
        }
    }
}
