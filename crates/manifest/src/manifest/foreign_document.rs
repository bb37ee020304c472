//! Documents that are pasted in the place of a manifest: what ECS describes, and Compose files.
//! One finding says which command makes a manifest of them, instead of one a field.

use super::code::Code;
use super::diagnostic::Diagnostic;
use super::node::{Kind, Node};

/// What stands in a document in the place of a manifest.
#[derive(Clone, Copy)]
enum ForeignDocument {
    TaskDefinition,
    Service,
    Compose,
}

/// Returns what to say of a document that is no manifest, nor meant to be one.
pub(super) fn finding(root: &Node) -> Option<Diagnostic> {
    let is_meant = ["apiVersion", "kind"]
        .iter()
        .any(|key| root.get(key).is_some());
    if is_meant {
        return None;
    }
    let (document, key) = recognised(root)?;
    let span = root.entry(key).map(|entry| entry.key.span.clone())?;
    let finding = Diagnostic::error(Code::NOT_A_MANIFEST, document.message());
    Some(finding.at(span).help(document.help()))
}

fn recognised(root: &Node) -> Option<(ForeignDocument, &'static str)> {
    use ForeignDocument::{Compose, Service, TaskDefinition};
    let has = |key: &str| root.get(key).is_some();
    if root
        .get("taskDefinition")
        .is_some_and(|inner| inner.get("containerDefinitions").is_some())
    {
        return Some((TaskDefinition, "taskDefinition"));
    }
    if has("containerDefinitions") {
        return Some((TaskDefinition, "containerDefinitions"));
    }
    if has("serviceArn") {
        return Some((Service, "serviceArn"));
    }
    match &root.get("services")?.kind {
        Kind::Sequence(items) => {
            let is_service = |item: &Node| item.get("serviceArn").is_some();
            items
                .iter()
                .any(is_service)
                .then_some((Service, "services"))
        }
        Kind::Mapping(entries) => {
            let is_service =
                |item: &Node| item.get("image").is_some() || item.get("build").is_some();
            let mut services = entries.iter().map(|entry| &entry.value);
            services.any(is_service).then_some((Compose, "services"))
        }
        Kind::Null
        | Kind::Bool(_)
        | Kind::Int(_)
        | Kind::Float(_)
        | Kind::String(_)
        | Kind::Unresolved(_) => None,
    }
}

impl ForeignDocument {
    const fn message(self) -> &'static str {
        match self {
            Self::TaskDefinition => "this is a task definition of ECS, not a manifest",
            Self::Service => "this is what ECS describes of services, not a manifest",
            Self::Compose => "this is a Compose file, not a manifest",
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Self::TaskDefinition | Self::Service => {
                "`mlship init --from-service CLUSTER/SERVICE` writes the manifest of a service that \
                 runs"
            }
            Self::Compose => {
                "`mlship init --from-service CLUSTER/SERVICE` writes the manifest of a service that \
                 runs on ECS, `mlship init` one to start from"
            }
        }
    }
}
