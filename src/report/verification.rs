//! What `mlship verify` writes: each finding, what can't work first.

use serde_json::{Value, json};

use super::Checks;
use mlship_core::app::planning::PlanError;
use mlship_core::app::verify::{Verified, diagnostic};
use mlship_core::preflight::{Finding, State};
use mlship_core::progress::ExitCode;
use mlship_core::release::ids::ServiceId;
use mlship_manifest::Diagnostic;
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

    /// Returns how many checks passed, and how many could not be made.
    #[must_use]
    pub fn checks(&self) -> Checks {
        let count = |is_it: fn(&State) -> bool| {
            let states = self.verified.findings.iter().map(|finding| &finding.state);
            states.filter(|state| is_it(state)).count()
        };
        Checks {
            passed: count(|state| *state == State::Pass),
            unchecked: count(|state| matches!(state, State::Unchecked { .. })),
        }
    }

    /// Returns what fails and what may, at its place in the manifest.
    #[must_use]
    pub fn problems(&self) -> Vec<Diagnostic> {
        let findings = self.verified.findings.iter();
        let problems = findings.filter(|finding| match finding.state {
            State::Fail | State::Warn => true,
            State::Pass | State::Unchecked { .. } => false,
        });
        problems
            .map(|finding| diagnostic(&self.verified.manifest, finding))
            .collect()
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

/// Returns the same for programs, with the services that nobody answered about.
#[must_use]
pub fn verify_document(all: &[Verification], unanswered: &[(ServiceId, PlanError)]) -> Value {
    let findings = all.iter().flat_map(|one| {
        let findings = one.verified.findings.iter();
        findings.map(|finding| document(one, finding))
    });
    let unanswered = unanswered.iter().map(|(service, error)| {
        json!({
            "service": service.name,
            "cluster": service.cluster,
            "error": error.words(),
            "hint": error.hint(),
        })
    });
    json!({
        "findings": findings.collect::<Vec<_>>(),
        "unanswered": unanswered.collect::<Vec<_>>(),
    })
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

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, str};

    use super::*;
    use mlship_core::preflight::Check;
    use mlship_core::release::ids::{ClusterName, ServiceName};
    use mlship_manifest::{ReadOptions, Source, read};

    fn verification() -> Verification {
        let text = "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: { name: m, version: \"1\" }\n\
                    image: m:1\nservice: { cluster: ml, name: m }\n\
                    runtime: { cpu: 256, memory: 512 }\n";
        let options = ReadOptions {
            environment: None,
            variables: &|_: &str| None,
        };
        let finding = |check, state, subject: &str, message: &str, help: Option<&str>| Finding {
            check,
            state,
            subject: subject.to_owned(),
            message: message.to_owned(),
            help: help.map(str::to_owned),
            fields: &["image"],
            below: None,
        };
        let unseen = State::Unchecked {
            permission: Some("iam:GetRole"),
        };
        Verification {
            service: ServiceId {
                cluster: ClusterName::new("ml"),
                name: ServiceName::new("m"),
                place: None,
            },
            verified: Verified {
                manifest: read(Source::new("m.yaml", text), &options).unwrap(),
                findings: vec![
                    finding(Check::LogGroup, State::Pass, "/ml/m", "is there", None),
                    finding(
                        Check::TaskRole,
                        unseen,
                        "r",
                        "denied",
                        Some("allow iam:GetRole"),
                    ),
                    finding(Check::Image, State::Fail, "m:1", "is gone", Some("push it")),
                ],
            },
        }
    }

    #[test]
    fn what_can_not_work_comes_first_with_its_place_and_the_next_step() {
        let all = [verification()];
        let page: Vec<String> = verify_text(&all).lines().map(str::to_owned).collect();
        assert_data_eq!(
            page.join("\n"),
            str![[r#"
  fail       image               m:1 is gone
                                 m.yaml:4: push it
  unchecked  task role           r denied
                                 m.yaml:4: allow iam:GetRole
  pass       log group           /ml/m is there
1 passed, 1 failed, 0 warnings, 1 unchecked
"#]]
        );
        assert_eq!(all[0].exit_code(), ExitCode::Refused);
    }

    #[test]
    fn a_program_gets_every_finding_with_the_permission_that_is_missing() {
        let document = verify_document(&[verification()], &[]);
        let found = document["findings"].as_array().unwrap();
        let told = found
            .iter()
            .map(|one| (&one["state"], &one["severity"], &one["permission"]));
        let told: Vec<_> = told.map(|one| json!(one)).collect();
        assert_eq!(told[0], json!(["pass", "note", null]));
        assert_eq!(told[1], json!(["unchecked", "note", "iam:GetRole"]));
        assert_eq!(told[2], json!(["fail", "error", null]));
        assert_eq!(
            (&found[2]["line"], &found[2]["service"]),
            (&json!(4), &json!("m"))
        );
    }
}
