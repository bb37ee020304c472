//! `service.dependsOn`: services by their names, and none waits for itself.

use super::check::Check;
use crate::manifest::Code;

pub(super) fn check(check: &mut Check<'_>) {
    let service = &check.release.service;
    for (at, written) in service.depends_on.iter().enumerate() {
        let path = format!("service.dependsOn[{at}]");
        let (cluster, name) = match written.rsplit_once('/') {
            Some((cluster, name)) => (cluster, name),
            None => (&*service.cluster, &**written),
        };
        if !written.is_empty() && (cluster.is_empty() || !is_name(name)) {
            let message = format!("{} names no service", check.quote(&path, written));
            let help = "write the service's name, or `CLUSTER/NAME` for one of another cluster";
            check.error(&path, Code::BAD_DEPENDENCY, message, help);
        } else if cluster == service.cluster && name == service.name {
            check.error(
                &path,
                Code::DEPENDS_ON_ITSELF,
                "the service depends on itself",
                "remove it: nothing would ever begin",
            );
        }
    }
}

fn is_name(name: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    !name.is_empty() && name.chars().all(allowed)
}
