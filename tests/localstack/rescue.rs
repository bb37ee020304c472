//! Commands that read or rescue, with a manifest of which most is broken, and with none.

use serde_json::Value;

use crate::offline::{KEYS, mlship};
use crate::stage::folder::Folder;
use crate::stage::{FRAUD_SCORER, Stage};

const COMMANDS: [&str; 7] = [
    "status", "history", "watch", "logs", "promote", "abort", "rollback",
];

/// The fraud scorer's manifest with other lines in the place of some.
fn changed(changes: &[(&str, &str)]) -> String {
    let text = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    changes.iter().fold(text, |text, (old, new)| {
        let line = text.lines().find(|line| line.trim_start().starts_with(old));
        text.replacen(line.unwrap(), new, 1)
    })
}

/// What nobody has at three in the morning.
fn broken() -> String {
    changed(&[
        ("image:", "image: \"x:${GIT_SHA:?set by the pipeline}\""),
        ("memory: 2048", "  memory: 3"),
        ("version:", "  version: \"${NOT_SET}\""),
    ])
}

/// Without credentials a command ends with 20 once its manifest was good enough.
#[test]
fn a_manifest_that_is_broken_elsewhere_stops_no_command() {
    let folder = Folder::new();
    let images = [
        "image: \"x:${GIT_SHA:?set by the pipeline}\"",
        "image: [no, image]",
    ];
    for image in images {
        let path = folder.put("release.yaml", &changed(&[("image:", image)]));
        for command in COMMANDS {
            let (code, stdout, stderr) = mlship(&[command, &path], &KEYS[2..]);
            assert_eq!(code, 20, "{command} {image}: {stdout}{stderr}");
            let told = stdout + &stderr;
            assert!(told.contains("credentials"), "{command}: {told}");
        }
    }
}

#[test]
fn an_unset_variable_in_the_cluster_is_10_and_names_the_way_round() {
    let folder = Folder::new();
    let text = changed(&[("cluster: ml-prod", "  cluster: \"${CLUSTER}\"")]);
    let path = folder.put("release.yaml", &text);
    for command in COMMANDS {
        let (code, stdout, stderr) = mlship(&[command, &path], &KEYS[2..]);
        assert_eq!(code, 10, "{command}: {stdout}{stderr}");
        assert!(stderr.contains("--service CLUSTER/NAME"), "{stderr}");
        let (code, stdout, _) = mlship(&[command, &path, "-o", "json"], &KEYS[2..]);
        let line: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!((code, &line["exit_code"]), (10, &10.into()), "{line}");
    }
}

#[test]
fn a_service_is_named_in_the_place_of_a_manifest_and_not_beside_one() {
    for command in COMMANDS {
        let named = [command, "--service", "ml-prod/fraud-scorer"];
        let (code, _, stderr) = mlship(&named, &KEYS[2..]);
        assert_eq!(code, 20, "{command}: {stderr}");
        for wrong in [
            &[command, FRAUD_SCORER, "--service", "ml-prod/fraud-scorer"][..],
            &[command, "--service", "fraud-scorer"],
            &[command],
        ] {
            let (code, _, stderr) = mlship(wrong, &KEYS[2..]);
            assert_eq!(code, 2, "{wrong:?}: {stderr}");
        }
    }
}

#[test]
fn telling_the_registry_takes_the_whole_manifest() {
    let folder = Folder::new();
    let path = folder.put("release.yaml", &broken());
    let (code, _, stderr) = mlship(&["watch", &path, "--record"], &KEYS[2..]);
    assert_eq!(code, 10, "{stderr}");
    assert!(stderr.contains("GIT_SHA"), "{stderr}");
    let named = ["watch", "--service", "ml/a", "--record"];
    let (code, _, stderr) = mlship(&named, &KEYS[2..]);
    assert_eq!(code, 2, "{stderr}");
}

/// Goes back twice, first by what is left of a manifest and then by none at all.
#[test]
fn a_service_is_taken_back_by_a_broken_manifest_and_by_none() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    assert_eq!(stage.deploy("8", &[]).code, 0);
    let folder = Folder::new();
    let path = folder.put("release.yaml", &broken());
    let run = stage.mlship(&["rollback", &path, "-e", "staging"], "0");
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let first = run.stderr.lines().next().unwrap();
    assert!(first.starts_with("account "), "{first}");
    assert!(first.contains("cluster ml-staging"), "{first}");
    assert_eq!(stage.serving()["release"]["version"], "7");

    let service = ["--service", "ml-staging/fraud-scorer"];
    let to = ["rollback", "--to", "8", "-o", "json"];
    let run = stage.mlship(&[&to[..], &service].concat(), "0");
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.result()["release"]["model"], "fraud-scorer");
    assert_eq!(stage.serving()["release"]["version"], "8");

    let run = stage.mlship(&[&["abort"][..], &service].concat(), "0");
    assert_eq!(run.code, 11, "{}{}", run.stdout, run.stderr);
    let next = "mlship rollback --service ml-staging/fraud-scorer";
    assert!((run.stdout + &run.stderr).contains(next));

    let elsewhere = "arn:aws:ecs:eu-west-1:111122223333:service/ml-staging/fraud-scorer";
    for command in COMMANDS {
        let run = stage.mlship(&[command, "--service", elsewhere], "0");
        assert_eq!(run.code, 11, "{command}: {}{}", run.stdout, run.stderr);
    }

    for command in ["status", "history", "watch", "logs"] {
        let run = stage.mlship(&[&[command][..], &service].concat(), "0");
        assert_eq!(run.code, 0, "{command}: {}{}", run.stdout, run.stderr);
        let first = run.stderr.lines().next().unwrap_or_default();
        assert!(first.starts_with("account "), "{command}: {first}");
        assert!(first.contains("region us-east-1"), "{command}: {first}");
        let run = stage.mlship(&[command, &path, "-e", "staging"], "0");
        assert_eq!(run.code, 0, "{command}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn another_account_is_never_written_to() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let folder = Folder::new();
    let guarded = format!("{}account: \"999999999999\"\n", changed(&[]));
    let path = folder.put("release.yaml", &guarded);
    for command in ["abort", "rollback"] {
        let run = stage.mlship(&[command, &path, "-e", "staging"], "0");
        assert_eq!(run.code, 11, "{}{}", run.stdout, run.stderr);
        let told = run.stdout + &run.stderr;
        assert!(told.contains("for account 999999999999"), "{told}");
    }
    assert_eq!(stage.count("StopServiceDeployment"), 0);
}

#[test]
fn a_broken_file_takes_no_other_service_with_it() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    assert_eq!(stage.deploy("8", &[]).code, 0);
    let folder = Folder::new();
    folder.put(
        "1.yaml",
        "apiVersion: mlship/v1\nkind: ModelRelease\nservice: [\n",
    );
    folder.put("2.yaml", &broken());
    for command in [
        "status",
        "history",
        "watch",
        "logs",
        "rollback --dry-run",
        "rollback",
    ] {
        let words: Vec<&str> = command.split(' ').collect();
        let flags = [folder.path(), "-e", "staging", "-o", "json"];
        let run = stage.mlship(&[&words[..], &flags].concat(), "0");
        let told = format!("{command}: {}{}", run.stdout, run.stderr);
        assert_eq!(run.code, 10, "{told}");
        assert!(run.stderr.contains("1.yaml"), "{told}");
        match command {
            "status" | "history" | "rollback --dry-run" => {
                let document = run.document();
                assert_eq!(document["services"][0]["service"], "fraud-scorer", "{told}");
                assert!(document["findings"][0]["file"].is_string(), "{told}");
            }
            _ => {
                let first = run.stdout.lines().next().unwrap();
                let first: Value = serde_json::from_str(first).unwrap();
                assert_eq!(first["exit_code"], 10, "{told}");
                assert!(first["findings"][0]["file"].is_string(), "{told}");
            }
        }
    }
    assert_eq!(stage.serving()["release"]["version"], "7");
    // With nobody else to serve it is the end.
    let alone = format!("{}/1.yaml", folder.path());
    assert_eq!(stage.mlship(&["status", &alone], "0").code, 10);
}

#[test]
fn a_directory_of_two_is_told_of_each_by_its_name() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let folder = Folder::new();
    folder.put("1.yaml", &broken());
    let other = broken().replace(
        "  name: fraud-scorer\n  desired",
        "  name: missing\n  desired",
    );
    folder.put("2.yaml", &other);
    let json = |command: &str| {
        let arguments = [command, folder.path(), "-e", "staging", "-o", "json"];
        stage.mlship(&arguments, "0")
    };
    let run = json("history");
    assert_eq!(run.code, 20, "{}", run.stderr);
    let document = run.document();
    assert_eq!(document["services"][0]["service"], "fraud-scorer");
    assert_eq!(document["services"][0]["entries"][0]["version"], "7");
    assert!(document["services"][1]["error"].is_string(), "{document}");
    assert_eq!(
        json("status").document()["services"][1]["service"],
        "missing"
    );
    for command in ["watch", "abort", "rollback"] {
        let run = json(command);
        assert_eq!(run.code, 20, "{command}: {}", run.stderr);
        let lines = run.stdout.lines();
        let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
        let results = lines.filter(|line| line["event"] == "result");
        let mut told: Vec<Value> = results.map(|line| line["service"].clone()).collect();
        told.sort_by_key(Value::to_string);
        assert_eq!(told, ["fraud-scorer", "missing"], "{command}");
    }
    // One that has something to go back to, and one that has not: one document of both.
    assert_eq!(stage.deploy("8", &[]).code, 0);
    let dry = [
        "rollback",
        folder.path(),
        "-e",
        "staging",
        "-o",
        "json",
        "--dry-run",
    ];
    let dry = stage.mlship(&dry, "0");
    assert_eq!(dry.code, 20, "{}", dry.stderr);
    let document = dry.document();
    let services = document["services"].as_array().unwrap();
    assert_eq!(services.len(), 2, "{document}");
    assert_eq!(services[0]["effect"], "replace_tasks", "{document}");
    assert_eq!(
        (&services[1]["service"], &services[1]["exit_code"]),
        (&Value::from("missing"), &Value::from(20))
    );
    assert!(!dry.stdout.contains("\"event\""), "{}", dry.stdout);
    let run = stage.mlship(&["watch", folder.path(), "-e", "staging"], "0");
    assert!(
        run.stderr.contains("ml-staging/fraud-scorer:"),
        "{}",
        run.stderr
    );
}
