//! GitLab: findings for its merge requests, variables for later jobs, links on a job's page.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::github::assignments;
use super::outcome::Outcome;
use super::workspace::Workspace;
use crate::report::chronicle::Chronicle;
use crate::report::streams::guard;
use mlship_manifest::{Diagnostic, Span};
use mlship_text::digest::digest;
use mlship_text::sanitize::Colors;

/// Returns the findings as GitLab's Code Quality report has them.
#[must_use]
pub fn code_quality(chronicle: &Chronicle, workspace: &Workspace) -> Value {
    let mut known = BTreeSet::new();
    let issues = chronicle.findings.iter().map(|finding| {
        let path = path(finding, workspace);
        // Of two with one fingerprint only the first is shown.
        let mut fingerprint = fingerprint(finding, &path, 0);
        for again in 1.. {
            if known.insert(fingerprint.clone()) {
                break;
            }
            fingerprint = self::fingerprint(finding, &path, again);
        }
        json!({
            "description": description(finding),
            "check_name": finding.code.as_str(),
            "fingerprint": fingerprint,
            "severity": if finding.is_error() { "major" } else { "minor" },
            "location": {
                "path": path,
                "lines": {"begin": finding.span.as_ref().map_or(1, Span::line).max(1)},
            },
        })
    });
    Value::Array(issues.collect())
}

fn path(finding: &Diagnostic, workspace: &Workspace) -> String {
    let Some(span) = &finding.span else {
        return String::new();
    };
    let name = span.source().name();
    let inside = workspace.file(span);
    inside.unwrap_or_else(|| name.trim_start_matches("./").to_owned())
}

fn description(finding: &Diagnostic) -> String {
    let help = finding.help.as_ref();
    let help = help.map_or_else(String::new, |help| format!("; {help}"));
    guard(&format!("{}{help}", finding.message), Colors::Drop).into_owned()
}

/// By file, rule and field, so that a finding that only moved is none that is new.
fn fingerprint(finding: &Diagnostic, path: &str, again: usize) -> String {
    let field = finding.field.as_deref().unwrap_or(&finding.message);
    let code = finding.code.as_str();
    digest(&json!([path, code, field, again]))
}

/// Returns variables for later jobs, a line each: no line is empty, and none is quoted.
#[must_use]
pub fn dotenv(outcome: &Outcome) -> String {
    let names: Vec<&str> = outcome
        .services
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let services = (names.len() > 1).then(|| ("services", names.join(",")));
    let values = outcome.values.iter().cloned().chain(services);
    let capitals = |name: &str| format!("MLSHIP_{}", name.to_uppercase());
    assignments(values.map(|(name, value)| (capitals(name), value)))
}

/// Returns links to the services for a job's page.
#[must_use]
pub fn links(chronicle: &Chronicle) -> Value {
    let links = chronicle.results.iter().filter_map(|result| {
        let region = result.place.region.as_deref()?;
        let cluster = result.cluster.rsplit('/').next()?;
        let url = format!(
            "https://{region}.console.aws.amazon.com/ecs/v2/clusters/{cluster}/services/{}?region={region}",
            result.service
        );
        let label = format!("{}: {}", result.service, result.conclusion().word());
        Some(json!({"external_link": {"label": label, "url": url}}))
    });
    json!({ "mlship": links.collect::<Vec<_>>() })
}
