//! Health checks in ECS's own fields, a sidecar's or an override's.

use serde_json::Value;

use super::check::{Check, items, name};
use mlship_manifest::Code;

const BOUNDS: [(&str, i64, i64); 4] = [
    ("interval", 5, 300),
    ("timeout", 2, 60),
    ("retries", 1, 10),
    ("startPeriod", 0, 300),
];

pub(super) fn check(check: &mut Check<'_>) {
    for container in check.containers {
        let health = &container["healthCheck"];
        let place = check.in_container(container, "healthCheck");
        if place == "runtime" || health.is_null() {
            continue;
        }
        for (field, least, most) in BOUNDS {
            if let Some(found) = health[field].as_i64() {
                let what = format!("`healthCheck.{field}` of container `{}`", name(container));
                let path = format!("{place}.{field}");
                check.bounds(&path, Code::HEALTH_RANGE, &what, found, &(least..=most));
            }
        }
        command(check, container, &place);
    }
}

fn command(check: &mut Check<'_>, container: &Value, place: &str) {
    let first = items(container["healthCheck"].get("command")).first();
    let form = first.and_then(Value::as_str).unwrap_or_default();
    if !matches!(form, "CMD" | "CMD-SHELL" | "NONE") {
        check.error(
            &format!("{place}.command"),
            Code::BAD_HEALTH_COMMAND,
            format!(
                "the health check of container `{}` must begin with `CMD` or `CMD-SHELL`",
                name(container)
            ),
            "write `[CMD-SHELL, \"curl -fs localhost:8080/ready\"]`",
        );
    }
}
