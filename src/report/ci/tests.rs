//! What build platforms read.

use std::fs;

use serde_json::json;

use super::*;
use crate::report::tests::{plan, result, service};
use crate::report::{Chronicle, ManifestRecord, ResultRecord};
use mlship_core::progress::{Conclusion, ExitCode};
use mlship_manifest::{Code, Diagnostic, ManifestContent, ReadOptions, Source, Span, examine};

const MANIFEST: &str = "apiVersion: mlship/v1
kind: ModelRelease
model: { name: fraud-scorer, version: \"8\" }
image: registry.example.com/fraud-scorer:8
service: { cluster: ml-prod, name: fraud-scorer, desired: 1 }
runtime:
  memory: 512
network: { subnets: [subnet-0123456789abcdef0], securityGroups: [sg-0123456789abcdef0] }
";

/// A folder with a manifest in it.
struct Checkout(std::path::PathBuf);

impl Checkout {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("mlship-{:x}", fastrand::u64(..)));
        fs::create_dir_all(folder.join("manifests")).unwrap();
        fs::write(folder.join("manifests/fraud.yaml"), MANIFEST).unwrap();
        Self(folder)
    }

    /// The manifest's name, written in a roundabout way.
    fn manifest(&self) -> String {
        let folder = self.0.display();
        format!("{folder}/manifests/../manifests/./fraud.yaml")
    }

    fn workspace(&self) -> Workspace {
        Workspace::new(self.0.to_str())
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn record(name: &str) -> ManifestRecord {
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    match examine(Source::new(name, MANIFEST), &settings).subject {
        ManifestContent::Release(Some(manifest)) => ManifestRecord::of(&manifest),
        other => panic!("{other:?}"),
    }
}

fn finding(name: &str, line: usize, field: &str) -> Diagnostic {
    let source = Source::new(name, MANIFEST);
    let start = MANIFEST
        .lines()
        .take(line - 1)
        .map(|line| line.len() + 1)
        .sum();
    Diagnostic::error(
        Code::PLANNED_SAMPLE_TOO_SMALL,
        format!("{field} is wrong: 50 %"),
    )
    .at(Span::new(&source, start..start + 1))
    .of(field)
    .help("write it\nanew")
}

fn lines(commands: &[Command]) -> Vec<&str> {
    commands.iter().map(Command::line).collect()
}

#[test]
fn a_failed_release_points_at_the_field_that_caused_it() {
    let checkout = Checkout::new();
    let chronicle = Chronicle {
        results: vec![result()],
        manifests: vec![record(&checkout.manifest())],
        ..Chronicle::default()
    };
    let found = annotations(&chronicle, &checkout.workspace());
    let line = lines(&found)[0];
    let start = "::error file=manifests/fraud.yaml,line=7,title=fraud-scorer%3A rolled back::";
    assert!(line.starts_with(start), "{line}");
    assert!(line.contains("%0Araise runtime.memory"), "{line}");
    let mut other = chronicle;
    other.results[0].failure = None;
    let found = annotations(&other, &checkout.workspace());
    assert!(lines(&found)[0].contains("line=4,"), "{found:?}");
}

#[test]
fn nine_annotations_of_a_kind_are_shown_and_the_tenth_counts_the_rest() {
    let checkout = Checkout::new();
    let errors = (0..12).map(|_| finding(&checkout.manifest(), 5, "service.name"));
    let mut findings: Vec<Diagnostic> = errors.collect();
    findings.push(Diagnostic::warning(Code::PLANNED_SAMPLE_TOO_SMALL, "odd"));
    let chronicle = Chronicle {
        findings,
        ..Chronicle::default()
    };
    let found = annotations(&chronicle, &checkout.workspace());
    let found = lines(&found);
    assert_eq!(found.len(), 11);
    assert!(found[0].starts_with("::error file=manifests/fraud.yaml,line=5,title="));
    assert!(found[0].ends_with("::service.name is wrong: 50 %25%0Awrite it anew"));
    assert!(found[9].ends_with("::and 3 more"));
    assert!(found[10].starts_with("::warning title="));
    // Outside of the checkout there is no file to point at.
    let found = annotations(&chronicle, &Workspace::default());
    assert!(!lines(&found)[0].contains("file="));
}

#[test]
fn outputs_tell_one_release_in_full_and_several_as_a_list() {
    let one = Chronicle {
        results: vec![result()],
        ..Chronicle::default()
    };
    let told = outcome(&one, ExitCode::RolledBack);
    assert_eq!(
        github_outputs(&told),
        "verdict=rolled_back\nexit_code=31\nservice=fraud-scorer\ncluster=ml-prod\nversion=8\n\
         revision=\nprevious_version=7\ndigest=\n"
    );
    assert!(dotenv(&told).starts_with("MLSHIP_VERDICT=rolled_back\nMLSHIP_EXIT_CODE=31\n"));
    let mut good = ResultRecord::new(&service(), Conclusion::Succeeded).with_plan(&plan());
    good.service = "other".to_owned();
    good.task_definition = Some("arn:aws:ecs:x:111122223333:task-definition/other:4".to_owned());
    let several = Chronicle {
        results: vec![good, result()],
        ..Chronicle::default()
    };
    let told = outcome(&several, ExitCode::RolledBack);
    let text = github_outputs(&told);
    let (worst, services) = text.split_once("services=").unwrap();
    assert_eq!(worst, "verdict=rolled_back\nexit_code=31\n");
    let services: serde_json::Value = serde_json::from_str(services).unwrap();
    assert_eq!(services[0]["revision"], "other:4");
    assert!(!text.contains("111122223333"), "{text}");
    let variables = dotenv(&told);
    assert!(
        variables.ends_with("MLSHIP_SERVICES=ml-prod/other,ml-prod/fraud-scorer\n"),
        "{variables}"
    );
    assert!(!variables.contains('"'));
    let nothing = outcome(&Chronicle::default(), ExitCode::Invalid);
    assert_eq!(github_outputs(&nothing), "verdict=refused\nexit_code=10\n");
}

#[test]
fn a_finding_that_only_moved_keeps_its_fingerprint_and_no_two_share_one() {
    let checkout = Checkout::new();
    let name = checkout.manifest();
    let read = |lines: &[usize]| {
        let findings = lines
            .iter()
            .map(|line| finding(&name, *line, "service.name"));
        let chronicle = Chronicle {
            findings: findings.collect(),
            ..Chronicle::default()
        };
        code_quality(&chronicle, &checkout.workspace())
    };
    let (before, after) = (read(&[5]), read(&[6]));
    assert_eq!(before[0]["fingerprint"], after[0]["fingerprint"]);
    assert_eq!(
        (&after[0]["location"], &after[0]["severity"]),
        (
            &json!({"path": "manifests/fraud.yaml", "lines": {"begin": 6}}),
            &json!("major")
        )
    );
    let both = read(&[5, 6]);
    assert_ne!(both[0]["fingerprint"], both[1]["fingerprint"]);
    assert_eq!(read(&[]), json!([]));
}

#[test]
fn links_lead_to_the_services() {
    let mut known = result();
    known.place.region = Some("eu-west-1".to_owned());
    let chronicle = Chronicle {
        results: vec![known],
        ..Chronicle::default()
    };
    let links = links(&chronicle);
    let link = &links["mlship"][0]["external_link"];
    assert_eq!(link["label"], "fraud-scorer: rolled_back");
    assert_eq!(
        link["url"],
        "https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/ml-prod/services/fraud-scorer?region=eu-west-1"
    );
}
