//! The order of the manifests of one run, or what is wrong with it.

use crate::app::manifests::Loaded;
use crate::fleet::{Candidate, Order, OrderProblem};
use crate::release::ids::{ClusterName, ServiceId, ServiceName};
use mlship_manifest::{Code, Diagnostic, ModelRelease};

/// What is done about a dependency that no manifest of the run is for.
const ELSEWHERE: &str = "name its manifest too, where it is to be released first";

/// Brings manifests into the order in which they begin.
///
/// # Errors
/// What stands in the way: a circle, or a dependency of a later wave.
pub fn order_of(manifests: &[Loaded]) -> Result<Order, Vec<Diagnostic>> {
    let candidates: Vec<Candidate> = manifests.iter().map(candidate).collect();
    Order::of(&candidates).map_err(|problems| {
        let problems = problems.iter();
        problems
            .map(|problem| finding(problem, manifests, &candidates))
            .collect()
    })
}

/// Returns everything to say of the order of manifests.
pub(in crate::app) fn findings(manifests: &[Loaded]) -> Vec<Diagnostic> {
    let order = match order_of(manifests) {
        Ok(order) => order,
        Err(found) => return found,
    };
    let unknown = order.unknown().iter().map(|(member, at)| {
        let Loaded { manifest } = &manifests[*member];
        let on = candidate(&manifests[*member]).depends_on.swap_remove(*at);
        let message = format!("{on} is not among the manifests of this run: taken as met");
        Diagnostic::warning(Code::DEPENDENCY_NOT_IN_RUN, message)
            .at(manifest.places.span(&place(*at)))
            .help(ELSEWHERE)
    });
    unknown.collect()
}

fn candidate(loaded: &Loaded) -> Candidate {
    let release = &loaded.manifest.release;
    let on = release.service.depends_on.iter();
    Candidate {
        service: loaded.service(),
        wave: release.service.wave.unwrap_or(1),
        depends_on: on.map(|written| named(written, release)).collect(),
    }
}

fn named(written: &str, release: &ModelRelease) -> ServiceId {
    let (cluster, name) = match written.rsplit_once('/') {
        Some((cluster, name)) => (cluster, name),
        None => (&*release.service.cluster, written),
    };
    ServiceId {
        cluster: ClusterName::new(cluster),
        name: ServiceName::new(name),
    }
}

fn place(at: usize) -> String {
    format!("service.dependsOn[{at}]")
}

fn finding(problem: &OrderProblem, manifests: &[Loaded], of: &[Candidate]) -> Diagnostic {
    let (member, at, code, message, help) = match problem {
        OrderProblem::Itself { member, at } => (
            *member,
            *at,
            Code::DEPENDS_ON_ITSELF,
            "the service depends on itself".to_owned(),
            "remove it: nothing would ever begin".to_owned(),
        ),
        OrderProblem::Later { member, at, on } => (
            *member,
            *at,
            Code::DEPENDS_ON_LATER_WAVE,
            format!(
                "{} of wave {} depends on {} of wave {}, which begins later",
                of[*member].service, of[*member].wave, of[*on].service, of[*on].wave
            ),
            format!(
                "raise `service.wave` here to {} at least, or lower the other",
                of[*on].wave
            ),
        ),
        OrderProblem::Cycle { members, at } => {
            let circle = members.iter().chain(members.first());
            let circle: Vec<String> = circle.map(|one| of[*one].service.to_string()).collect();
            let files = members
                .iter()
                .map(|one| manifests[*one].manifest.source.name());
            let files: Vec<&str> = files.collect();
            (
                members.first().copied().unwrap_or_default(),
                *at,
                Code::SERVICE_CYCLE,
                format!("services depend on each other: {}", circle.join(" → ")),
                format!("remove one of the dependencies, in {}", files.join(", ")),
            )
        }
    };
    let manifest = &manifests[member].manifest;
    manifest.problem(&place(at), code, message).help(help)
}
