//! One run over several regions and accounts.

use std::fs;

use serde_json::{Value, json};

use crate::fleet::Manifests;
use crate::stage::{Run, Stage};

/// Returns each result with where its service is.
fn results(run: &Run) -> Vec<String> {
    let lines = run.stdout.lines();
    let lines = lines.map(|line| serde_json::from_str(line).unwrap());
    let results = lines.filter(|line: &Value| line["event"] == "result");
    let words = results.map(|line| {
        let part = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
        ["service", "region", "account", "verdict"]
            .map(part)
            .join(" ")
    });
    let mut words: Vec<String> = words.collect();
    words.sort();
    words
}

#[test]
fn each_service_is_asked_in_the_region_that_it_says() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let manifests = Manifests::of(&[("here", "1", ""), ("there", "1", ", region: eu-west-1")]);
    let made = stage.control("seed", json!({"region": "eu-west-1"}));
    manifests.place("there", |name| made[name].as_str().unwrap().to_owned(), "");
    let run = manifests.run(&stage, "deploy", &["-o", "json"]);
    let account = stage.account();
    let expected = [
        format!("here us-east-1 {account} succeeded"),
        format!("there eu-west-1 {account} succeeded"),
    ];
    assert_eq!(results(&run), expected, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.code, 0);
    let run = manifests.run(&stage, "status", &["-o", "json"]);
    let document = run.document();
    for (at, region) in ["us-east-1", "eu-west-1"].into_iter().enumerate() {
        let status = &document["services"][at];
        assert_eq!(status["region"], region, "{status}");
        assert_eq!(status["release"]["version"], "1", "{status}");
    }
    let run = manifests.run(&stage, "diff", &["--region", "us-east-1"]);
    assert_eq!(run.code, 11, "{}", run.stderr);
    let both = "it is for region eu-west-1, and --region says us-east-1";
    assert!(run.stderr.contains(both), "{}", run.stderr);
}

#[test]
fn of_several_profiles_each_manifest_gets_that_of_its_account() {
    let (Some(one), Some(two)) = (Stage::with_controls(), Stage::with_controls()) else {
        return;
    };
    let credentials = std::env::temp_dir().join(format!("mlship-{}", fastrand::u64(..)));
    let profile = |name: &str, stage: &Stage| {
        let account = stage.account();
        format!("[{name}]\naws_access_key_id = {account}\naws_secret_access_key = x\n")
    };
    let text = profile("one", &one) + &profile("two", &two);
    fs::write(&credentials, text).unwrap();
    let first = Manifests::of(&[("a", "1", "")]);
    let second = Manifests::of(&[("b", "1", ""), ("c", "1", "")]);
    let account = |stage: &Stage| format!("account: \"{}\"\n", stage.account());
    let of_two = |name: &str| two.export(name).to_owned();
    first.place("a", |name| one.export(name).to_owned(), &account(&one));
    second.place("b", of_two, &account(&two));
    let folders = [first.path(), second.path()];
    let flags = ["--profile", "one", "--profile", "two", "-o", "json"];
    let arguments = [&["deploy"], &folders[..], &flags[..]].concat();
    let mut command = one.command(&arguments, "1");
    command.env("AWS_SHARED_CREDENTIALS_FILE", &credentials);
    let run = Run::of(command.output().unwrap());
    fs::remove_file(&credentials).unwrap();
    let expected = [
        format!("a us-east-1 {} succeeded", one.account()),
        format!("b us-east-1 {} succeeded", two.account()),
        "c - - refused".to_owned(),
    ];
    assert_eq!(results(&run), expected, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.code, 11);
}
