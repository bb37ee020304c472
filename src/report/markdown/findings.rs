//! What was found in manifests, as Markdown.

use super::document::Document;
use super::run::{hindered, nothing};
use super::safe::Safe;
use crate::report::chronicle::{Checks, Chronicle};
use mlship_manifest::{Diagnostic, Span};
use mlship_text::words::counted;

/// Returns what was found, errors first.
#[must_use]
pub fn findings_document(chronicle: &Chronicle) -> Document {
    let findings = &chronicle.findings;
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let mut document = Document::default();
    let problems = errors + chronicle.obstacles.len();
    let checks = chronicle.checks.map(told_of_checks);
    let heading = match (problems, findings.len()) {
        (0, 0) => checks.unwrap_or_else(|| Safe::literal("✅ ").and(valid(chronicle))),
        (0, warnings) => Safe::literal("⚠️ ").and(Safe::words(&counted(warnings, "warning"))),
        (problems, _) => Safe::literal("❌ ").and(Safe::words(&counted(problems, "problem"))),
    };
    document.heading(3, &heading);
    for obstacle in &chronicle.obstacles {
        document.extend(hindered(4, obstacle));
    }
    document.extend(findings_table(findings));
    document
}

/// What was not seen is nothing that passed.
fn told_of_checks(checks: Checks) -> Safe {
    let Checks { passed, unchecked } = checks;
    let sign = if unchecked == 0 && passed > 0 {
        "✅ "
    } else {
        "⚠️ "
    };
    Safe::literal(sign)
        .and(Safe::words(&counted(passed, "check")))
        .and(" passed, ")
        .and(unchecked)
        .and(" unchecked")
}

/// Returns findings as a table, errors first.
pub(super) fn findings_table(findings: &[Diagnostic]) -> Document {
    let mut document = Document::default();
    let mut sorted: Vec<&Diagnostic> = findings.iter().collect();
    sorted.sort_by_key(|finding| !finding.is_error());
    let rows = sorted.into_iter().map(|finding| {
        let help = finding.help.as_deref();
        vec![
            Safe::literal(if finding.is_error() {
                "error"
            } else {
                "warning"
            }),
            finding.span.as_ref().map_or_else(nothing, place),
            Safe::code(finding.code.as_str()),
            Safe::words(&finding.message),
            help.map_or_else(nothing, Safe::words),
        ]
    });
    document.table(&["", "where", "code", "what", "next"], rows);
    document
}

fn valid(chronicle: &Chronicle) -> Safe {
    let files = chronicle
        .manifests
        .iter()
        .map(|manifest| Safe::code(&manifest.file));
    let files = Safe::join(files, ", ");
    if files.is_empty() {
        "valid".into()
    } else {
        Safe::literal("valid: ").and(files)
    }
}

fn place(span: &Span) -> Safe {
    let source = span.source();
    if source.text().is_empty() {
        return Safe::code(source.name());
    }
    Safe::code(&format!("{}:{}", source.name(), span.line()))
}
