//! What a reviewer sees before anything is written.

use serde_json::{Value, json};

use crate::stage::{FRAUD_SCORER, Stage};

const DIFF: [&str; 6] = ["diff", FRAUD_SCORER, "-e", "staging", "-o", "json"];

#[test]
fn diff_of_a_new_service_creates_and_writes_nothing() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let run = stage.mlship(&[&DIFF[..], &["--exit-code"]].concat(), "7");
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert_eq!(run.document()["services"][0]["effect"], "create");
    assert_eq!(stage.count("RegisterTaskDefinition"), 0);
    assert_eq!(stage.count("CreateService"), 0);
}

#[test]
fn diff_names_the_fields_of_the_manifest_and_of_ecs() {
    let stage = Stage::new();
    stage.deploy("7", &[]);
    let run = stage.mlship(&DIFF, "8");
    let service = run.document()["services"][0].take();
    assert_eq!(run.code, 0);
    assert_eq!(service["effect"], "replace_tasks");
    assert_eq!(
        service["changes"],
        json!([
            {"path": "model.version", "ecs_field": "tags[mlship:version]",
             "before": "7", "after": "8"},
            {"path": "image", "ecs_field": "containerDefinitions[fraud-scorer].image",
             "before": "registry.example.com/fraud-scorer:7",
             "after": "registry.example.com/fraud-scorer:8"},
        ])
    );
}

#[test]
fn dry_run_is_exactly_diff() {
    let Some(stage) = Stage::with_release("7") else {
        return;
    };
    let diff = stage.mlship(&DIFF, "8");
    let dry_run = [
        "deploy",
        FRAUD_SCORER,
        "-e",
        "staging",
        "-o",
        "json",
        "--dry-run",
    ];
    let deploy = stage.mlship(&dry_run, "8");
    assert_eq!(deploy.code, diff.code);
    assert_eq!(deploy.stdout, diff.stdout);
    assert_eq!(stage.count("UpdateService"), 0);
}

#[test]
fn a_saved_plan_is_applied_or_refused_when_stale_and_holds_no_values() {
    let stage = Stage::new();
    stage.deploy("7", &[]);
    let file = std::env::temp_dir().join(format!("mlship-plan-{}.json", fastrand::u64(..)));
    let path = file.to_str().unwrap();
    let run = stage.mlship(&[&DIFF[..], &["--out", path]].concat(), "8");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let saved = std::fs::read_to_string(&file).unwrap();
    assert!(!saved.contains("OMP_NUM_THREADS"), "{saved}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);

    let other = stage.deploy("9", &["--plan", path]);
    assert_eq!(other.code, 12, "{}", other.stdout);
    assert_eq!(stage.deploy("8", &["--plan", path]).code, 0);
    let again = stage.deploy("8", &["--plan", path]);
    assert_eq!(again.code, 12, "{}", again.stdout);
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn a_dry_run_is_held_to_the_saved_plan() {
    let stage = Stage::new();
    let file = std::env::temp_dir().join(format!("mlship-plan-{}.json", fastrand::u64(..)));
    let path = file.to_str().unwrap();
    let missing = stage.deploy("7", &["--dry-run", "--plan", path]);
    assert_eq!(missing.code, 2, "{}", missing.stdout);
    assert!(
        missing.stderr.contains("hint: save a plan"),
        "{}",
        missing.stderr
    );

    let diff = stage.mlship(&[&DIFF[..], &["--out", path]].concat(), "7");
    let same = stage.deploy("7", &["--dry-run", "--plan", path]);
    assert_eq!(same.code, 0, "{}", same.stderr);
    assert_eq!(same.stdout, diff.stdout);

    let refused = stage.deploy("8", &["--dry-run", "--plan", path]);
    assert_eq!(refused.code, 12, "{}", refused.stdout);
    let service = refused.document()["services"][0].take();
    assert_eq!(service["effect"], "create");
    assert_eq!(service["exit_code"], 12);
    assert!(
        refused.stderr.contains("changed since"),
        "{}",
        refused.stderr
    );

    let other = ["deploy", FRAUD_SCORER, "-o", "json", "--plan", path];
    let applied = stage.mlship(&other, "7");
    let shown = stage.mlship(&[&other[..], &["--dry-run"]].concat(), "7");
    assert_eq!(shown.code, applied.code, "{}", applied.stdout);
    assert_eq!(shown.code, 11, "{}", shown.stderr);
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn secrets_never_appear() {
    let stage = Stage::new();
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let with = |password: &str| {
        let env = format!("MODEL_PATH: /opt/model/model.joblib\n    DB_PASSWORD: {password}");
        manifest.replace("MODEL_PATH: /opt/model/model.joblib", &env)
    };
    let run = stage.pipe(
        &["deploy", "-", "-e", "staging", "-o", "json"],
        "7",
        &with("hunter2"),
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let first = run.stdout + &run.stderr;
    for output in ["human", "json"] {
        let run = stage.pipe(
            &["diff", "-", "-e", "staging", "-o", output],
            "7",
            &with("hunter3"),
        );
        assert!(
            run.stdout.contains("runtime.env.DB_PASSWORD"),
            "{}",
            run.stdout
        );
        let everything = format!("{first}{}{}", run.stdout, run.stderr);
        assert!(!everything.contains("hunter"), "{everything}");
    }
    let run = stage.pipe(
        &["diff", "-", "-e", "staging", "-o", "json"],
        "7",
        &with("hunter3"),
    );
    let changes = run.document()["services"][0]["changes"].take();
    let expected = json!([{"path": "runtime.env.DB_PASSWORD", "secret": "changed",
        "ecs_field": "containerDefinitions[fraud-scorer].environment[DB_PASSWORD]"}]);
    assert_eq!(changes, expected);
}

/// Every kind of place a secret stands in, with the rest of what it stands in.
const PLANTED: &str = r#"MODEL_PATH: /opt/model/model.joblib
    MYSQL_PWD: Zq9
    URL: "postgres://me:Z/q9@db/x"
    OPTS: "a --token=Zq9 b"
    HEADER: "Authorization: Bearer Zq9"
    SLACK: xoxp-Zq9
    FILLED: "${DB_PASSWORD:-Zq9}"
    AUTHOR: bob"#;

#[test]
fn no_command_writes_a_planted_secret() {
    let stage = Stage::new();
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let manifest = manifest.replace("MODEL_PATH: /opt/model/model.joblib", PLANTED);
    let file = std::env::temp_dir().join(format!("mlship-plan-{}.json", fastrand::u64(..)));
    let path = file.to_str().unwrap();
    let staged = ["-", "-e", "staging"];
    let mut written = String::new();
    for command in [
        &["diff", "-o", "json"][..],
        &["diff", "--out", path],
        &["render"],
        &["render", "-o", "json"],
        &["render", "--task-definition"],
        &["deploy", "-o", "json", "--plan", path],
        &["status"],
    ] {
        let run = stage.pipe(&[command, &staged[..]].concat(), "7", &manifest);
        assert_eq!(run.code, 0, "{command:?}: {}", run.stderr);
        written += &(run.stdout + &run.stderr);
    }
    written += &std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(
        !written.contains("Zq9") && !written.contains("Z/q9"),
        "{written}"
    );
    for rest in [
        "postgres://me:***@db/x",
        "a --token=*** b",
        "Bearer ***",
        "bob",
    ] {
        assert!(written.contains(rest), "{rest}: {written}");
    }
}

#[test]
fn a_rendered_task_definition_with_something_hidden_is_marked_and_shows_it_when_asked_to() {
    let stage = Stage::new();
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let planted = manifest.replace("MODEL_PATH: /opt/model/model.joblib", PLANTED);
    let render = ["render", "--task-definition", "-", "-e", "staging"];
    let document = stage.pipe(&render, "7", &planted).document();
    let hidden = document["mlshipHidden"].as_array().unwrap();
    let path = "containerDefinitions[fraud-scorer].environment[MYSQL_PWD]";
    assert!(hidden.contains(&json!(path)), "{hidden:?}");
    let shown = [&render[..], &["--show-values"]].concat();
    let run = stage.pipe(&shown, "7", &planted);
    assert!(
        run.stdout.contains("postgres://me:Z/q9@db/x"),
        "{}",
        run.stdout
    );
    assert_eq!(run.document()["mlshipHidden"], Value::Null);
    assert_eq!(
        stage.pipe(&render, "7", &manifest).document()["mlshipHidden"],
        Value::Null
    );
}

#[test]
fn the_wrong_account_is_refused_at_its_line() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let guarded = manifest
        .replace("\nservice:\n", "\naccount: \"999999999999\"\nservice:\n")
        // A role's ARN of another account would be complained of before anybody is asked.
        .replace("${EXECUTION_ROLE}", "execution")
        .replace("${TASK_ROLE}", "task");
    let run = stage.pipe(
        &["deploy", "-", "-e", "staging", "-o", "json"],
        "7",
        &guarded,
    );
    let result: Value = run.result();
    assert_eq!(run.code, 11, "{}", run.stderr);
    assert_eq!(result["verdict"], "refused");
    assert!(
        run.stderr.contains("account: \"999999999999\""),
        "{}",
        run.stderr
    );
    assert_eq!(stage.count("RegisterTaskDefinition"), 0);
}

#[test]
fn a_service_whose_cluster_is_missing_is_in_the_document() {
    let stage = Stage::new();
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let lost = manifest.replace("cluster: ml-staging", "cluster: nowhere");
    let path = std::env::temp_dir().join(format!("mlship-{:x}.yaml", fastrand::u64(..)));
    std::fs::write(&path, lost).unwrap();
    let paths = [path.to_str().unwrap(), "manifests/ranker-efs.yaml"];
    for command in ["diff", "status"] {
        let arguments = [&[command], &paths[..], &["-e", "staging", "-o", "json"]].concat();
        let run = stage.mlship(&arguments, "7");
        assert_eq!(run.code, 20, "{}", run.stderr);
        let services = run.document()["services"].take();
        assert_eq!(services[0]["service"], "fraud-scorer");
        assert_eq!(services[0]["cluster"], "nowhere");
        let error = services[0]["error"].as_str().unwrap();
        assert!(error.contains("ClusterNotFoundException"), "{error}");
        assert_eq!(services[1]["service"], "ranker");
        assert!(
            run.stderr.contains("nowhere/fraud-scorer"),
            "{}",
            run.stderr
        );
    }
    std::fs::remove_file(&path).unwrap();
}
