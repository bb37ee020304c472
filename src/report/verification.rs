//! What `mlship verify` writes: each finding, what can't work first.

use serde_json::{Value, json};

use mlship_core::app::verify::{Verified, diagnostic};
use mlship_core::preflight::{Finding, State};
use mlship_core::progress::ExitCode;
use mlship_core::release::ids::ServiceId;
use mlship_text::Page;
use mlship_text::words::counted;

/// What a service's release leans on.
#[derive(Debug)]
pub struct Verification {
    /// The service, as the run names it.
    pub service: ServiceId,
    /// What was found.
    pub verified: Verified,
}

impl Verification {
    /// Returns what it means for a pipeline: only what can't work refuses.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        if self.verified.findings.iter().any(Finding::is_fail) {
            ExitCode::Refused
        } else {
            ExitCode::Done
        }
    }
}

/// Returns the findings of all services for people, worst first, and their sum.
#[must_use]
pub fn verify_text(all: &[Verification]) -> Page {
    let mut page = Page::new();
    for one in all {
        if all.len() > 1 {
            page.line(format!("{}", one.service));
        }
        let mut findings: Vec<&Finding> = one.verified.findings.iter().collect();
        findings.sort_by_key(|finding| rank(&finding.state));
        for finding in findings {
            told(&mut page, one, finding);
        }
    }
    let findings = all.iter().flat_map(|one| &one.verified.findings);
    let states: Vec<usize> = findings.map(|finding| rank(&finding.state)).collect();
    let count = |wanted: usize| states.iter().filter(|state| **state == wanted).count();
    page.line(format!(
        "{} passed, {} failed, {}, {} unchecked",
        count(3),
        count(0),
        counted(count(1), "warning"),
        count(2),
    ));
    page
}

fn rank(state: &State) -> usize {
    match state {
        State::Fail => 0,
        State::Warn => 1,
        State::Unchecked { .. } => 2,
        State::Pass => 3,
    }
}

fn told(page: &mut Page, one: &Verification, finding: &Finding) {
    let Finding {
        check,
        state,
        subject,
        message,
        help,
        ..
    } = finding;
    let (state, check) = (state.name(), check.to_string());
    page.line(format!("  {state:<9}  {check:<18}  {subject} {message}"));
    if finding.state != State::Pass {
        let at = diagnostic(&one.verified.manifest, finding).span;
        let at = at.map(|span| format!("{}:{}", span.source().name(), span.line()));
        let parts: Vec<String> = at.into_iter().chain(help.clone()).collect();
        page.line(format!("{:33}{}", "", parts.join(": ")));
    }
}

/// Returns the same for programs.
#[must_use]
pub fn verify_document(all: &[Verification]) -> Value {
    let findings = all.iter().flat_map(|one| {
        let findings = one.verified.findings.iter();
        findings.map(|finding| document(one, finding))
    });
    json!({"findings": findings.collect::<Vec<_>>()})
}

fn document(one: &Verification, finding: &Finding) -> Value {
    let mut document = json!(diagnostic(&one.verified.manifest, finding));
    let (severity, permission) = match finding.state {
        State::Fail => ("error", None),
        State::Warn => ("warning", None),
        State::Pass => ("note", None),
        State::Unchecked { permission } => ("note", permission),
    };
    document["severity"] = json!(severity);
    document["service"] = json!(one.service.name);
    document["check"] = json!(finding.check.name());
    document["state"] = json!(finding.state.name());
    document["subject"] = json!(finding.subject);
    document["permission"] = json!(permission);
    document
}
