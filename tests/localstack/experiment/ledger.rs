//! An experiment that ended outlives its rule, in S3 and in MLflow.

use serde_json::Value;

use super::lab::{HOUR, Hour, Lab, NOTHING};
use crate::registry::mlflow::Model;
use crate::stage::Run;

/// Runs a command of the ledger's, for programs.
fn read(lab: &Lab, arguments: &[&str]) -> Run {
    let more = [&["experiment"], arguments, &["-o", "json"]].concat();
    lab.stage.mlship(&more, "8")
}

#[test]
fn a_bucket_keeps_what_ended_and_shows_it_once_the_rule_is_another_experiments() {
    let Some(lab) = Lab::new(&[]) else { return };
    let bucket = format!("ledger-{:x}", fastrand::u64(..));
    let address = format!("s3://{bucket}/tests/");
    let path = lab.path("experiment.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}\nrecord: {address}\n")).unwrap();
    lab.start();
    let better = Hour {
        converted: 80,
        ..HOUR
    };
    lab.traffic(HOUR, better);
    // The bucket is not there yet: the stop is made all the same.
    let stopped = lab.run("stop", &["--winner", "challenger"]);
    assert_eq!(stopped.code, 0, "{}", stopped.stderr);
    let ledger = &stopped.result()["ledger"];
    let error = ledger["error"].as_str().unwrap();
    assert!(error.contains("NoSuchBucket"), "{error}");
    let retry = ledger["retry"].as_str().unwrap();
    assert_eq!(retry, format!("mlship experiment status {path}"));

    lab.stage.make_bucket(&bucket);
    let again = lab.run("status", &[]);
    assert!(
        again.stderr.contains("recorded in s3://"),
        "{}",
        again.stderr
    );
    // It is there, and not written again.
    let again = lab.run("status", &[]);
    assert!(!again.stderr.contains("recorded"), "{}", again.stderr);

    let listed = read(&lab, &["list", "--all"]).document();
    let recorded = listed["recorded"].as_array().unwrap();
    assert_eq!(recorded.len(), 1, "{listed:#}");
    let report = lab.path("report.html");
    let name = "fraud-v9-vs-v8";
    let shown = read(
        &lab,
        &["show", name, "--record", &address, "--report", &report],
    );
    let shown = shown.document();
    assert_eq!(shown["winner"], "challenger");
    assert_eq!(shown["design"]["planned_sample"], 40_000);
    let page = std::fs::read_to_string(&report).unwrap();
    assert!(page.contains("challenger got all the traffic"), "{page}");
    let by_id = read(&lab, &["show", shown["id"].as_str().unwrap()]);
    assert_eq!(by_id.document()["id"], shown["id"]);
    let other = read(&lab, &["show", "other", "--record", &address]);
    assert_eq!(other.code, 11, "{}", other.stderr);

    // The next one on the rule takes its tags, and has a record of its own.
    lab.start();
    let stopped = lab.run("stop", &["--no-winner"]);
    assert_eq!(stopped.result()["ledger"]["error"], Value::Null);
    let listed = read(&lab, &["list", "--all"]).document();
    assert_eq!(listed["recorded"].as_array().unwrap().len(), 2);
    let shown = read(&lab, &["show", name]).document();
    assert_eq!(shown["winner"], "control");
    let challenger = &shown["variants"][1]["release"];
    assert_eq!(challenger["version"], "9", "{shown:#}");
    let digest = challenger["digest"].as_str().unwrap();
    assert!(digest.starts_with("sha256:"), "{digest}");
}

#[test]
fn the_registry_of_a_variant_keeps_a_run_with_numbers_and_a_page() {
    let Some(lab) = Lab::new(&[]) else { return };
    let Some(model) = Model::new() else { return };
    let version = model.register(&[("auc", 0.9)]);
    lab.challenger_from(&model, &version);
    // The name is one for all tests of a server.
    let name = format!("fraud-{:x}", fastrand::u32(..));
    lab.change("experiment.yaml", &[("fraud-v9-vs-v8", &name)]);
    lab.start();
    lab.traffic(HOUR, NOTHING);
    let stopped = lab.run("stop", &["--no-winner"]);
    let ledger = stopped.result()["ledger"].clone();
    assert_eq!(ledger["lacks"], Value::Null, "{ledger:#}");
    let place = ledger["place"].as_str().unwrap();
    let run = place.rsplit('/').next().unwrap();
    let run = model.run_of_id(run);
    let tags = run["data"]["tags"].as_array().unwrap();
    let outcome = tags.iter().find(|tag| tag["key"] == "mlship.winner");
    assert_eq!(outcome.unwrap()["value"], "control");
    assert_eq!(run["info"]["status"], "FINISHED");
    let page = model.artifact(&run, "report.html");
    assert!(page.contains(&name), "{page}");

    let shown = read(&lab, &["show", &name, "--record", model.endpoint()]);
    let shown = shown.document();
    assert_eq!(shown["variants"][1]["release"]["version"], version);
    assert_eq!(shown["variants"][1]["release"]["model"], model.name);
    assert_eq!(shown["variants"][1]["release"]["offline"]["auc"], 0.9);
    let listed = read(&lab, &["list", "--all", "--record", model.endpoint()]);
    let listed = listed.document();
    let recorded = listed["recorded"].as_array().unwrap();
    assert!(recorded.iter().any(|record| record["experiment"] == *name));
}
