//! Which environments have a field, for where one was probably forgotten: adds that to "missing
//! field".

use super::diagnostic::Diagnostic;
use super::node::{Kind, Node};
use super::suggest;

/// Adds to what is said of missing fields which environments have them.
pub(super) fn hint(environments: Option<&Node>, found: &mut [Diagnostic]) {
    let Some(Kind::Mapping(overlays)) = environments.map(|node| &node.kind) else {
        return;
    };
    for finding in found {
        let Some(path) = missing(&finding.message) else {
            continue;
        };
        let options: Vec<String> = overlays
            .iter()
            .filter(|overlay| has(&overlay.value, path))
            .map(|overlay| format!("--env {}", overlay.key.text))
            .collect();
        if !options.is_empty() {
            let options: Vec<&str> = options.iter().map(String::as_str).collect();
            finding.help = Some(format!(
                "choose the environment that has it, with {}, or add it for all of them",
                suggest::any_of(&options)
            ));
        }
    }
}

/// Returns the environments whose overlays have any of some fields.
pub(super) fn that_have(environments: Option<&Node>, fields: &[&str]) -> Vec<String> {
    let Some(Kind::Mapping(overlays)) = environments.map(|node| &node.kind) else {
        return Vec::new();
    };
    let concerned = overlays
        .iter()
        .filter(|overlay| fields.iter().any(|field| has(&overlay.value, field)));
    concerned.map(|overlay| overlay.key.text.clone()).collect()
}

/// Returns the field that a message says is missing.
fn missing(message: &str) -> Option<&str> {
    let (path, _) = message.strip_prefix('`')?.split_once("` is missing")?;
    Some(path)
}

fn has(overlay: &Node, path: &str) -> bool {
    let found = path
        .split('.')
        .try_fold(overlay, |node, name| node.get(name));
    found.is_some()
}
