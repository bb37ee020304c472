//! Shared by this module's tests: a valid manifest, and the findings of changed ones.

use super::{Diagnostic, Manifest, ReadOptions, Source, read, render};

/// A manifest without a single finding.
pub(super) const GOOD: &str = r#"apiVersion: mlship/v1
kind: ModelRelease
model:
  name: fraud-scorer
  version: "8"
image: registry.example.com/fraud:8
service:
  cluster: ml-prod
  name: fraud-scorer
  desired: 3
runtime:
  cpu: 1024
  memory: 2048
  port: 8080
  command: [serve, --workers, "2"]
  env:
    MODEL_DIR: /opt/model
  secrets:
    DB_URL: arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf
  roles: { execution: "arn:aws:iam::111122223333:role/execution" }
network:
  subnets: [subnet-a, subnet-b]
  securityGroups: [sg-1]
health:
  container:
    command: [CMD-SHELL, "curl -fs localhost:8080/ready"]
    startPeriod: 120
  graceSeconds: 300
traffic:
  targetGroup: arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/fraud/0123456789abcdef
rollout:
  minimumHealthyPercent: 100
  maximumPercent: 200
tags:
  team: risk
environments:
  staging:
    service:
      cluster: ml-staging
      desired: 1
"#;

/// Variables that are set in tests.
pub(super) fn variable(name: &str) -> Option<String> {
    let value = match name {
        "SHA" => "abc123",
        "THREE" => "3",
        "TRUE" => "true",
        "EMPTY" | "EMPTY_TOKEN" => "",
        "WORDS" => "no number",
        "DB_PASSWORD" => "hunter2",
        "YAML" => "x\nkind: Evil # {[",
        _ => return None,
    };
    Some(value.to_owned())
}

/// Reads a text, for an environment if one is named.
pub(super) fn read_in(environment: Option<&str>, text: &str) -> Result<Manifest, Vec<Diagnostic>> {
    let settings = ReadOptions {
        environment,
        variables: &variable,
    };
    read(Source::new("release.yaml", text), &settings)
}

/// Reads a text that is right.
#[track_caller]
pub(super) fn good(text: &str) -> Manifest {
    match read_in(None, text) {
        Ok(manifest) => manifest,
        Err(found) => panic!("{}", drawn(&found)),
    }
}

/// Replaces a part of the good manifest, which must be there.
#[track_caller]
pub(super) fn with(old: &str, new: &str) -> String {
    assert!(GOOD.contains(old), "the good manifest has no {old:?}");
    GOOD.replacen(old, new, 1)
}

/// Adds lines to the end of the good manifest.
pub(super) fn adding(lines: &str) -> String {
    format!("{GOOD}{lines}\n")
}

/// Returns everything that is said of a text, as people see it.
pub(super) fn findings(text: &str) -> String {
    findings_in(None, text)
}

/// Returns everything that is said of a text for an environment.
pub(super) fn findings_in(environment: Option<&str>, text: &str) -> String {
    match read_in(environment, text) {
        Ok(manifest) => drawn(&manifest.warnings),
        Err(found) => drawn(&found),
    }
}

/// Draws findings, one after the other.
pub(super) fn drawn(found: &[Diagnostic]) -> String {
    let drawn: Vec<String> = found
        .iter()
        .map(|finding| render(finding, false).to_string())
        .collect();
    drawn.join("\n")
}
