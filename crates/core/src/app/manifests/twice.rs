//! Finds services that several manifests are for.

use std::collections::HashMap;

use super::Loaded;
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
        if let Some(other) = others.find(|other| other.place().may_be(loaded.place())) {
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
