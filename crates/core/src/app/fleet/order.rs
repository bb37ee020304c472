//! The order of the manifests of one run, or what is wrong with it.

use super::dependencies::Run;
use crate::app::manifests::Loaded;
use crate::fleet::{Candidate, Order, OrderProblem};
use mlship_manifest::{Code, Diagnostic};

/// What is done about a dependency that no manifest of the run is for.
const ELSEWHERE: &str = "name its manifest too, where it is to be released first";

/// Brings manifests into the order in which they begin.
///
/// # Errors
/// What stands in the way: a circle, a dependency of a later wave, or one that may be several.
pub fn order_of(manifests: &[Loaded]) -> Result<Order, Vec<Diagnostic>> {
    let mut ambiguous = Vec::new();
    let run = Run::of(manifests);
    let candidates = manifests
        .iter()
        .map(|loaded| run.candidate(loaded, &mut ambiguous));
    let candidates: Vec<Candidate> = candidates.collect();
    if !ambiguous.is_empty() {
        return Err(ambiguous);
    }
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
    let run = Run::of(manifests);
    let unknown = order.unknown().iter().map(|(member, at)| {
        let loaded = &manifests[*member];
        let mut on = run.candidate(loaded, &mut Vec::new()).depends_on;
        let on = on.swap_remove(*at);
        let message = format!("{on} is not among the manifests of this run: taken as met");
        Diagnostic::warning(Code::DEPENDENCY_NOT_IN_RUN, message)
            .at(loaded.manifest.places.span(&place(*at)))
            .help(ELSEWHERE)
    });
    unknown.collect()
}

pub(super) fn place(at: usize) -> String {
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
