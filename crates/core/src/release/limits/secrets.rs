//! Secrets that `overrides` name: where ECS finds them.

use serde_json::Value;

use super::check::{Check, items, name};
use mlship_manifest::{Code, SECRET_HELP, is_secret_source};

pub(super) fn check(check: &mut Check<'_>) {
    for container in check.containers {
        // The model's own are checked where they are written.
        let own = check.manifest.release.container();
        let of_runtime = &check.manifest.release.runtime.secrets;
        let is_elsewhere = |named: &str| name(container) != own || !of_runtime.contains_key(named);
        let place = check.in_container(container, "secrets");
        wrong(check, &place, container.get("secrets"), is_elsewhere);
        let options = &container["logConfiguration"]["secretOptions"];
        let place = check.in_container(container, "logConfiguration.secretOptions");
        wrong(check, &place, Some(options), |_| true);
    }
}

fn wrong(
    check: &mut Check<'_>,
    place: &str,
    list: Option<&Value>,
    is_checked: impl Fn(&str) -> bool,
) {
    for secret in items(list) {
        let named = name(secret);
        let from = secret["valueFrom"].as_str().unwrap_or_default();
        if is_checked(named) && !is_secret_source(from) {
            check.error(
                place,
                Code::BAD_SECRET,
                format!("the value of `{named}` is not where ECS can find a secret"),
                SECRET_HELP,
            );
        }
    }
}
