//! From a real MLflow server to the running task, and back.

pub(crate) mod mlflow;
mod sagemaker;
mod server;

use mlflow::{Model, Release};
use serde_json::{Value, json};
use server::{read_only, serve, silent_on};

use crate::stage::{Run, Running, Stage};

const ONLY_REFERENCE: &str = "";

fn setting() -> Option<(Stage, Model)> {
    let stage = Stage::with_controls()?;
    Some((stage, Model::new()?))
}

fn release<'a>(stage: &'a Stage, model: &Model, more: &str) -> Release<'a> {
    let reference = format!("  ref: models:/{}@challenger\n{more}", model.name);
    Release::new(stage, model.endpoint(), &reference)
}

#[track_caller]
fn check(run: &Run, code: i32, verdict: &str) -> Value {
    let result = run.result();
    assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
    assert_eq!(result["verdict"], verdict, "{result}");
    result
}

#[track_caller]
fn check_refused(run: &Run, stage: &Stage, words: &[&str]) {
    check(run, 11, "refused");
    for words in words {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    assert_eq!(stage.count("RegisterTaskDefinition"), 0);
}

fn tags_of(stage: &Stage, task_definition: &str) -> Value {
    let body = json!({"taskDefinition": task_definition, "include": ["TAGS"]});
    let found = stage.ask("DescribeTaskDefinition", &body);
    let tags = found["tags"].as_array().unwrap().iter();
    tags.map(|tag| {
        (
            tag["key"].as_str().unwrap().to_owned(),
            tag["value"].clone(),
        )
    })
    .collect::<serde_json::Map<_, _>>()
    .into()
}

#[test]
fn a_trained_model_goes_to_production_is_improved_and_comes_back() {
    let Some((stage, model)) = setting() else {
        return;
    };
    let bucket = format!("{}-weights", model.name);
    stage.make_bucket(&bucket);
    let more = "  promoteAlias: champion
  artifact: { delivery: s3-init, mountPath: /opt/model }
  require: { metrics: { auc: { min: 0.8, notWorseThan: current } } }";
    let release = release(&stage, &model, more);

    let first = model.train(100, "challenger", &stage, &bucket);
    let result = check(&release.deploy("1"), 0, "succeeded");
    assert_eq!(result["release"]["version"], "1");
    assert_eq!(result["origin"]["run_id"], first["run_id"]);
    assert_eq!(result["registry"]["alias"]["after"], "1");
    assert_eq!(model.aliased("champion").as_deref(), Some("1"));

    let second = model.train(1000, "challenger", &stage, &bucket);
    let diff = release.run("diff", &[], "2").document();
    let origin = &diff["services"][0]["origin"];
    assert_eq!(origin["before"]["metrics"]["auc"], first["metrics"]["auc"]);
    assert_eq!(origin["metrics"]["auc"], second["metrics"]["auc"]);
    let result = check(&release.deploy("2"), 0, "succeeded");
    assert_eq!(model.aliased("champion").as_deref(), Some("2"));
    assert_eq!(model.outcome("2"), "succeeded");

    let brought = result["task_definition"].as_str().unwrap();
    let tags = tags_of(&stage, brought);
    assert_eq!(tags["mlship:version"], "2");
    assert_eq!(
        tags["mlship:model-ref"],
        format!("models:/{}@challenger", model.name)
    );
    assert_eq!(tags["mlship:model-run"], second["run_id"]);
    let auc = format!("auc={}", second["metrics"]["auc"]);
    assert!(
        tags["mlship:model-metrics"]
            .as_str()
            .unwrap()
            .starts_with(&auc)
    );
    // The init container downloads what the registry named.
    let body = json!({"taskDefinition": brought});
    let found = stage.ask("DescribeTaskDefinition", &body);
    let init = &found["taskDefinition"]["containerDefinitions"][1]["environment"];
    let uri = format!("{}/", second["artifact_uri"].as_str().unwrap());
    assert!(uri.starts_with(&format!("s3://{bucket}/")), "{uri}");
    assert!(
        init.as_array()
            .unwrap()
            .contains(&json!({"name": "MLSHIP_URI", "value": uri}))
    );

    let back = release.run("rollback", &[], "0");
    let result = check(&back, 0, "rolled_back");
    assert_eq!(result["registry"]["alias"]["before"], "2");
    assert_eq!(model.aliased("champion").as_deref(), Some("1"));
    assert_eq!(model.outcome("2"), "rolled_back");
    assert_eq!(model.outcome("1"), "succeeded");

    for name in [&*model.name, "fraud-scorer"] {
        let arguments = ["history", "--model", name, "-o", "json"];
        let history = stage.mlship(&arguments, "0").document();
        let entries = history["entries"].as_array().unwrap();
        let versions: Vec<_> = entries
            .iter()
            .map(|entry| entry["version"].as_str())
            .collect();
        assert_eq!(versions, [Some("1"), Some("2"), Some("1")], "{history}");
        assert_eq!(entries[0]["cluster"], "ml-staging");
        assert_eq!(entries[1]["model_run"], second["run_id"]);
    }
    let nobody = stage.mlship(&["history", "--model", "nobody"], "0");
    assert!(
        nobody.stdout.contains("no deployments"),
        "{}",
        nobody.stdout
    );
}

#[test]
fn the_example_deploys_and_then_shows_no_difference() {
    let Some((stage, model)) = setting() else {
        return;
    };
    let version = model.register(&[("auc", 0.9), ("loss", 0.2)]);
    model.set_alias("challenger", &version);
    let run = |arguments: &[&str]| {
        let mut command = stage.command(arguments, "1");
        command.env("MLFLOW_TRACKING_URI", model.endpoint());
        command.env("CHURN_MODEL", &model.name);
        Run::of(command.output().unwrap())
    };
    let example = "manifests/churn-mlflow.yaml";
    check(
        &run(&["deploy", example, "-e", "staging", "-o", "json"]),
        0,
        "succeeded",
    );
    let diff = run(&["diff", example, "-e", "staging", "--exit-code"]);
    assert_eq!(diff.code, 0, "{}{}", diff.stdout, diff.stderr);
    assert_eq!(model.aliased("champion"), Some(version));
}

#[test]
fn a_reference_that_leads_nowhere_is_refused_at_its_place() {
    let Some((stage, model)) = setting() else {
        return;
    };
    let nothing = release(&stage, &model, ONLY_REFERENCE).deploy("1");
    check_refused(
        &nothing,
        &stage,
        &["no-such-version", ":6:8", "is not there"],
    );
    model.register(&[]);
    let no_alias = release(&stage, &model, ONLY_REFERENCE).deploy("1");
    check_refused(&no_alias, &stage, &["has no alias challenger"]);
    let reference = format!("  ref: models:/{}/7", model.name);
    let no_version = Release::new(&stage, model.endpoint(), &reference).deploy("1");
    check_refused(&no_version, &stage, &["no-such-version"]);
    let reference = format!("  ref: models:/{}/1", model.name);
    check(
        &Release::new(&stage, model.endpoint(), &reference).deploy("1"),
        0,
        "succeeded",
    );
}

#[test]
fn a_model_that_is_not_good_enough_is_refused_unless_somebody_says_why() {
    let Some((stage, model)) = setting() else {
        return;
    };
    let version = model.register(&[("auc", 0.91), ("loss", 0.4)]);
    model.set_alias("challenger", &version);
    let more = "  require:
    approved: true
    tags: { bias: checked }
    metrics: { auc: { min: 0.92 }, loss: { max: 0.3 }, recall: { min: 0.5 } }";
    let release = release(&stage, &model, more);
    let gates = [
        "auc of version 1 is 0.91, less than 0.92; see http",
        "loss of version 1 is 0.4, more than 0.3",
        "has no metric recall; it has auc, loss",
        "has no tag bias",
        "version 1 is not approved",
    ];
    check_refused(&release.deploy("1"), &stage, &gates);
    let misspelt = ["--override-gate", "aoc", "--reason", "x"];
    assert_eq!(release.run("deploy", &misspelt, "1").code, 2);
    let silent = ["--override-gate", "auc"];
    assert_eq!(release.run("deploy", &silent, "1").code, 2);

    model.set_tag(&version, "validation_status", "approved");
    model.set_tag(&version, "bias", "checked");
    let reason = ["--reason", "incident 42"];
    let some = ["--override-gate", "auc", "--override-gate", "metrics.loss"];
    let run = release.run("deploy", &[&some[..], &reason].concat(), "1");
    check_refused(&run, &stage, &["has no metric recall"]);
    assert!(!run.stderr.contains("auc of version"), "{}", run.stderr);
    let all = [&some[..], &["--override-gate", "recall"], &reason].concat();
    let result = check(&release.run("deploy", &all, "1"), 0, "succeeded");
    assert_eq!(result["origin"]["overridden"]["metrics.auc"], "incident 42");
    let tags = tags_of(&stage, result["task_definition"].as_str().unwrap());
    let kept = tags["mlship:overridden"].as_str().unwrap();
    assert!(kept.contains("metrics.auc: incident 42"), "{kept}");
    let (_, trace) = model.traces(&version).remove(0);
    assert!(
        trace["overridden"]
            .as_str()
            .unwrap()
            .contains("incident 42")
    );
}

#[test]
fn an_interrupt_ends_the_wait_for_a_registry_before_and_after() {
    let Some((stage, model)) = setting() else {
        return;
    };
    let version = model.register(&[]);
    model.set_alias("challenger", &version);
    let reference = format!("  ref: models:/{}@challenger", model.name);
    let silent = silent_on("GET", model.endpoint());
    let before = Release::new(&stage, &silent.url, &reference);
    let running = Running::of(before.command("deploy", &[], "1"));
    silent.wait_until_asked();
    running.signal("INT");
    check(&running.end(), 130, "interrupted");
    assert_eq!(stage.count("RegisterTaskDefinition"), 0);

    let silent = silent_on("POST", model.endpoint());
    let after = Release::new(&stage, &silent.url, &reference);
    let running = Running::of(after.command("deploy", &[], "1"));
    silent.wait_until_asked();
    running.signal("INT");
    let result = check(&running.end(), 0, "succeeded");
    assert_eq!(result["registry"]["error"], "interrupted");
}

#[test]
fn a_registry_that_goes_down_meanwhile_is_told_later() {
    let Some((stage, model)) = setting() else {
        return;
    };
    let version = model.register(&[]);
    model.set_alias("challenger", &version);
    let reference = format!(
        "  ref: models:/{}@challenger\n  promoteAlias: champion",
        model.name
    );
    let half = read_only(model.endpoint().to_owned());
    let run = Release::new(&stage, &half, &reference).deploy("1");
    let result = check(&run, 0, "succeeded");
    let registry = &result["registry"];
    assert!(
        registry["error"].as_str().unwrap().contains("HTTP 503"),
        "{registry}"
    );
    assert!(
        registry["retry"].as_str().unwrap().ends_with("--record"),
        "{registry}"
    );
    assert_eq!(model.aliased("champion"), None);

    let whole = Release::new(&stage, model.endpoint(), &reference);
    check(&whole.run("watch", &[], "1"), 0, "succeeded");
    assert_eq!(model.aliased("champion"), None);
    let half = Release::new(&stage, &half, &reference);
    check(&half.run("watch", &["--record"], "1"), 21, "succeeded");
    let again = check(&whole.run("watch", &["--record"], "1"), 0, "succeeded");
    assert_eq!(again["registry"]["alias"]["after"], version);
    assert_eq!(model.aliased("champion"), Some(version.clone()));
    assert_eq!(model.outcome(&version), "succeeded");
}

#[test]
fn who_may_not_ask_is_told_and_no_credential_is_shown() {
    let Some((stage, model)) = setting() else {
        return;
    };
    let closed = serve(|_| "HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n".to_owned());
    let reference = format!("  ref: models:/{}/1", model.name);
    let release = Release::new(&stage, &closed, &reference);
    let mut command = release.command("deploy", &["-v"], "1");
    command.env("MLFLOW_TRACKING_USERNAME", "ada");
    command.env("MLFLOW_TRACKING_PASSWORD", "hunter2");
    let run = Run::of(command.output().unwrap());
    let result = check(&run, 20, "error");
    assert!(
        result["hint"]
            .as_str()
            .unwrap()
            .contains("MLFLOW_TRACKING_USERNAME")
    );
    let secrets = ["hunter2", "YWRhOmh1bnRlcjI="];
    for secret in secrets {
        assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret));
    }
}

#[test]
fn mlflow_in_sagemaker_is_asked_with_the_credentials_of_aws() {
    let Some((stage, model)) = setting() else {
        return;
    };
    let version = model.register(&[("auc", 0.9)]);
    model.set_alias("challenger", &version);
    let arn = "arn:aws:sagemaker:eu-west-1:111122223333:mlflow-tracking-server/ml";
    let registry = format!("{{ type: sagemaker-mlflow, uri: \"{arn}\" }}");
    let reference = format!(
        "  ref: models:/{}@challenger\n  promoteAlias: champion",
        model.name
    );
    let release = Release::with_registry(&stage, &registry, &reference);
    let command = |name: &str, more: &[&str]| {
        let mut command = release.command(name, more, "1");
        command.env("SAGEMAKER_MLFLOW_CUSTOM_ENDPOINT", model.endpoint());
        command
    };
    let run = Run::of(command("deploy", &[]).output().unwrap());
    let result = check(&run, 0, "succeeded");
    assert_eq!(result["origin"]["page"], Value::Null);
    assert_eq!(model.aliased("champion"), Some(version));

    let mut command = command("render", &["--task-definition"]);
    command.env_remove("AWS_ACCESS_KEY_ID");
    command.env_remove("AWS_SECRET_ACCESS_KEY");
    let run = Run::of(command.output().unwrap());
    assert_eq!(run.code, 20, "{}{}", run.stdout, run.stderr);
    let hint = "looked at AWS_ACCESS_KEY_ID, the profile";
    assert!(run.stderr.contains(hint), "{}", run.stderr);
}
