//! Finds what several manifests of one run are about: a service, or the way of its requests.

use std::collections::HashMap;

use super::Loaded;
use mlship_manifest::schema::Traffic;
use mlship_manifest::{Code, Diagnostic};

/// Finds services that several manifests are for: the last would win, by the order of file names.
/// Services of one name in two regions, or in two accounts, are two.
pub(super) fn named_twice(manifests: &[Loaded]) -> Vec<Diagnostic> {
    let mut first: HashMap<(String, String), Vec<&Loaded>> = HashMap::new();
    let mut found = Vec::new();
    for loaded in manifests {
        let service = loaded.service();
        // A cluster goes by its name or by its ARN.
        let key = (service.cluster.short().to_owned(), service.name.to_string());
        let of_name = first.entry(key).or_default();
        let mut others = of_name.iter();
        let is_same = |other: &&&Loaded| {
            other.place().may_be(loaded.place()) && !are_of_two_accounts(other, loaded)
        };
        if let Some(other) = others.find(is_same) {
            let span = other.manifest.places.span("service.name");
            let (other, line) = (other.manifest.source.name(), span.line());
            let message = format!("{other} is for service {service} too, in line {line}");
            let problem = loaded
                .manifest
                .problem("service.name", Code::SERVICE_TWICE, message);
            found.push(problem.help("deploy one of them, or give one another service or overlay"));
        } else {
            of_name.push(loaded);
        }
    }
    found
}

/// Finds rules and target groups by which ECS would move the traffic of two services: each would
/// take the other's requests, and neither could see it before both are there.
pub(super) fn moved_twice(manifests: &[Loaded]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, loaded) in manifests.iter().enumerate() {
        let mut others = manifests[..index].iter();
        found.extend(others.find_map(|other| same_way(loaded, other)));
    }
    found
}

/// Says what two manifests share, one of which has its traffic moved.
fn same_way(loaded: &Loaded, other: &Loaded) -> Option<Diagnostic> {
    let [own, theirs] = [loaded, other].map(|loaded| {
        let traffic = loaded.manifest.release.traffic.as_ref();
        traffic.and_then(Traffic::balanced)
    });
    let (own, theirs) = (own?, theirs?);
    if !own.is_moved() && !theirs.is_moved() {
        return None;
    }
    let theirs = theirs.ways();
    let (field, arn) =
        (own.ways().into_iter()).find(|(_, own)| theirs.iter().any(|(_, theirs)| theirs == own))?;
    let of_theirs = theirs.iter().find(|(_, theirs)| *theirs == arn)?;
    let line = other.manifest.places.span(&of_theirs.0).line();
    let message = format!(
        "service {} has this in {} too, line {line}",
        other.service(),
        other.manifest.source.name()
    );
    let problem = (loaded.manifest).problem(&field, Code::TRAFFIC_TWICE, message);
    Some(problem.help(
        "give each service a rule and two target groups of its own, or deploy one of them alone",
    ))
}

/// Says whether both say an account, and not the same: one of them is refused for whoever calls, and
/// the other is not mistaken for it.
fn are_of_two_accounts(one: &Loaded, other: &Loaded) -> bool {
    let said = |loaded: &Loaded| loaded.manifest.release.destination().account;
    said(one)
        .zip(said(other))
        .is_some_and(|(one, other)| one != other)
}
