//! `service.dependsOn`: services by their names, and none waits for itself.

use super::super::dependency::Dependency;
use super::check::Check;
use crate::manifest::Code;
use mlship_text::region::is_region;

pub(super) fn check(check: &mut Check<'_>) {
    let service = &check.release.service;
    for (at, written) in service.depends_on.iter().enumerate() {
        let path = format!("service.dependsOn[{at}]");
        let on = Dependency::of(written);
        let cluster = on.cluster.unwrap_or(&service.cluster);
        let is_elsewhere = on.region.is_some() && on.region != service.region.as_deref();
        let is_placed = on.region.is_none_or(is_region);
        if !written.is_empty() && (cluster.is_empty() || !is_name(on.name) || !is_placed) {
            let message = format!("{} names no service", check.quote(&path, written));
            let help = "write the service's name, `CLUSTER/NAME` for one of another cluster, or \
                        `REGION:CLUSTER/NAME` for one of another region";
            check.error(&path, Code::BAD_DEPENDENCY, message, help);
        } else if cluster == service.cluster && on.name == service.name && !is_elsewhere {
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
