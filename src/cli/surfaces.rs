//! Tests that planted secrets do not appear in any output.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::report::{palette_for, plan_document, plan_text};
use mlship_core::app::plan_file::SavedPlans;
use mlship_core::cloud::{CloudError, ErrorKind};
use mlship_core::plan::{Observed, Redeploy, plan};
use mlship_core::release::StoppedTask;
use mlship_core::release::ids::Caller;
use mlship_core::release::resolve;
use mlship_core::rollout::diagnose;
use mlship_manifest::{
    Examined, Manifest, ManifestContent, ReadOptions, Source, VariableFiles, examine, render,
};
use mlship_text::secrets::{redact, redact_document};

/// What every planted secret has in the middle.
const MARK: &str = "Zq9Zq9Zq9";

const HEAD: &str = r#"
apiVersion: mlship/v1
kind: ModelRelease
model: { name: scorer, version: "8" }
image: registry.example.com/scorer:8
service: { cluster: ml, name: scorer, desired: 1 }
network: { subnets: [subnet-0123456789abcdef0], securityGroups: [sg-0123456789abcdef0] }
"#;

/// How a secret stands in a manifest: `env`, a command or a tag, with `§` for the secret.
#[derive(Debug, Clone, Copy)]
enum Place {
    Env(&'static str, &'static str),
    Command(&'static [&'static str]),
    Check(&'static str),
    Tag(&'static str),
}

/// Where anything may stand.
const ANYTHING: &[Place] = &[
    Place::Env("DB_PASS", "§"),
    Place::Env("MYSQL_PWD", "§"),
    Place::Env("ENCRYPTION_KEY", "§"),
    Place::Env("AUTH", "§"),
    Place::Env("A", "${DB_PASSWORD}"),
    Place::Env("A", "before ${DB_PASSWORD} after"),
    Place::Env("A", "${NOT_SET:-${DB_PASSWORD}}"),
    Place::Command(&["serve", "--api-token", "§"]),
    Place::Command(&["serve", "${DB_PASSWORD}"]),
    Place::Tag("api-key"),
];

/// Where a blank ends the secret.
const WORDS: &[Place] = &[
    Place::Env("A", "postgres://me:§@db/x"),
    Place::Env("A", "http://proxy http://me:§@db/x"),
    Place::Env("OPTS", "a --token=§ b"),
    Place::Env("HEADER", "Authorization: Bearer §"),
    Place::Command(&["serve", "run --api-token=§ now"]),
    Place::Command(&["curl", "-u", "admin:§"]),
    Place::Command(&["curl", "-H", "X-Api-Key: §"]),
    Place::Check("curl -u admin:§ http://localhost"),
    Place::Check("curl -H 'X-Api-Key: §' http://localhost"),
];

/// Where letters and digits alone stand.
const LETTERS: &[Place] = &[
    Place::Env("A", "ghs_§"),
    Place::Env("A", "xoxp-§"),
    Place::Env("A", "sk_live_§"),
    Place::Env("A", "hf_§§"),
    Place::Env("A", "AIza§"),
    Place::Env("A", "eyJ§.§.§"),
    Place::Env(
        "A",
        "DefaultEndpointsProtocol=https;AccountKey=§;EndpointSuffix=x",
    ),
    Place::Env("A", "https://a.blob.core.windows.net/c?sv=1&sig=§&se=2"),
    Place::Env("A", "https://hooks.slack.com/services/T/B/§"),
    Place::Env("A", "user=me&password=§"),
];

fn text(value: &str) -> String {
    Value::from(value).to_string()
}

impl Place {
    fn manifest(self, secret: &str) -> String {
        // In a manifest a brace after a dollar opens a variable.
        let secret = secret.replace("${", "$ {");
        let fill = |form: &str| text(&form.replace('§', &secret));
        let (more, tags) = match self {
            Self::Env(name, form) => (format!("env: {{ {name}: {} }}", fill(form)), String::new()),
            Self::Command(forms) => {
                let items: Vec<String> = forms.iter().map(|form| fill(form)).collect();
                (format!("command: [{}]", items.join(", ")), String::new())
            }
            Self::Check(_) => (String::new(), String::new()),
            Self::Tag(name) => (
                String::new(),
                format!("tags: {{ {name}: {} }}\n", fill("§")),
            ),
        };
        let health = match self {
            Self::Check(form) => {
                format!(
                    "health: {{ container: {{ command: [CMD-SHELL, {}] }} }}\n",
                    fill(form)
                )
            }
            Self::Env(..) | Self::Command(_) | Self::Tag(_) => String::new(),
        };
        let comma = if more.is_empty() { "" } else { ", " };
        format!(
            "{HEAD}runtime: {{ cpu: 512, memory: 1024, port: 8080{comma}{more} }}\n{health}{tags}"
        )
    }

    /// The same as a line of a log, or as AWS's words.
    fn line(self, secret: &str) -> Option<String> {
        let form = match self {
            // In running text a blank ends what is not quoted.
            Self::Env(_, "§") | Self::Tag(_) | Self::Command([_, "--api-token", _]) => {
                return None;
            }
            Self::Env(_, form) if form.contains("${") => return None,
            Self::Env(_, form) | Self::Check(form) => form.to_owned(),
            Self::Command(forms) if forms.iter().any(|form| form.contains("${")) => return None,
            Self::Command(forms) => forms.join(" "),
        };
        Some(form.replace('§', secret))
    }
}

fn read(manifest: &str, secret: &str) -> Examined {
    let settings = ReadOptions {
        environment: None,
        variables: &|name: &str| (name == "DB_PASSWORD").then(|| secret.to_owned()),
    };
    examine(Source::new("a.yaml", manifest), &settings)
}

fn check(shown: &str, what: &str) -> Result<(), TestCaseError> {
    prop_assert!(!shown.contains(MARK), "{what}: {shown}");
    Ok(())
}

fn findings(examined: &Examined) -> String {
    let drawn = examined
        .findings
        .iter()
        .map(|finding| render(finding, false).to_string());
    let told = examined
        .findings
        .iter()
        .map(|finding| json!(finding).to_string());
    drawn.chain(told).collect()
}

fn of_plan(manifest: &Manifest) -> Result<(), TestCaseError> {
    let release = resolve(&manifest.release, "eu-west-1", &manifest.secrets);
    let caller = Caller {
        account: "111122223333".into(),
        region: "eu-west-1".to_owned(),
        arn: "arn:aws:iam::111122223333:user/me".to_owned(),
    };
    let plan = plan(
        &release,
        &Observed::default(),
        &caller,
        Redeploy::WhenChanged,
    )
    .unwrap();
    check(&plan_document(&plan).to_string(), "diff as JSON")?;
    check(&plan_text(&plan, &palette_for(false)).to_string(), "diff")?;
    let saved = SavedPlans::of(std::slice::from_ref(&plan), &VariableFiles::none()).unwrap();
    check(&json!(saved).to_string(), "plan file")?;
    let document = Value::Object(release.registration());
    let shown = redact_document(&document, &manifest.secrets);
    check(&shown.document.to_string(), "render --task-definition")?;
    prop_assert!(
        !shown.hidden.is_empty(),
        "nothing hidden: {}",
        shown.document
    );
    let shown = redact_document(&json!(manifest.release), &manifest.secrets);
    check(&shown.document.to_string(), "render")
}

fn of_words(line: &str) -> Result<(), TestCaseError> {
    check(&redact(line), "log line")?;
    let error = CloudError {
        operation: "RegisterTaskDefinition",
        kind: ErrorKind::Denied,
        code: None,
        message: format!("invalid: {line}"),
        hint: None,
    };
    check(&error.to_string(), "error")?;
    let stopped: StoppedTask = serde_json::from_value(json!({
        "taskArn": "arn:aws:ecs:x:1:task/ml/abc", "stopCode": "TaskFailedToStart",
        "stoppedReason": format!("CannotStartContainerError: {line}"),
        "containers": [{"name": "m", "reason": format!("CannotStartContainerError: {line}")}],
    }))
    .unwrap();
    let failure = diagnose(&[stopped], &[]);
    check(&json!(failure).to_string(), "failure")
}

fn case() -> impl Strategy<Value = (Place, String)> {
    let generated = |places: &'static [Place], alphabet: &'static str| {
        let secret = proptest::string::string_regex(&format!(
            "[{alphabet}]{{0,8}}{MARK}[{alphabet}]{{0,8}}"
        ));
        (prop::sample::select(places), secret.unwrap())
    };
    prop_oneof![
        generated(ANYTHING, "a-zA-Z0-9 äß\"'$%!#@/?&=;:,.(){}*+~^|<>\\\\_-"),
        generated(WORDS, "a-zA-Z0-9äß$%!#@/?=.(*+~^_-"),
        generated(LETTERS, "a-zA-Z0-9"),
    ]
    // The path of a file is no secret after a flag.
    .prop_filter("a path", |(_, secret)| !secret.starts_with(['/', '.', '~']))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_planted_secret_comes_out_anywhere((place, secret) in case()) {
        let manifest = place.manifest(&secret);
        let examined = read(&manifest, &secret);
        check(&findings(&examined), "findings")?;
        let ManifestContent::Release(Some(valid)) = &examined.subject else {
            return Err(TestCaseError::fail(findings(&examined)));
        };
        of_plan(valid)?;
        let broken = manifest.replace("desired: 1", "desired: one");
        check(&findings(&read(&broken, &secret)), "findings of a broken manifest")?;
        if let Some(line) = place.line(&secret) {
            of_words(&line)?;
        }
    }
}
