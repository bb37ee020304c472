use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::json;

use super::super::deploy::Deploy;
use super::super::model_version::GateOverrides;
use super::super::planning::preview;
use super::super::recording_report::RecordingReport;
use super::super::testing::{Stand, manifest, options};
use super::*;
use crate::plan::Redeploy;
use crate::progress::ExitCode;
use crate::release::Origin;
use crate::release::ids;
use crate::release::ids::{ClusterName, ServiceName};
use mlship_manifest::Source;
use std::io::Read as _;

/// A plan that gives a container a password.
fn plan(password: &str) -> Plan {
    let environment = json!([{"name": "DB_PASSWORD", "value": password}]);
    serde_json::from_value(json!({
        "service": {"cluster": "c", "name": "s"},
        "caller": {"account": "1", "region": "r", "arn": "a"},
        "model": {"name": "m", "version": "1"}, "image": "i", "previous": null,
        "effect": "create", "changes": [], "notes": [],
        "writes": {"register": {"environment": environment}, "service": null, "tags": {}},
        "running": null, "observed": "o",
    }))
    .unwrap()
}

fn place(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("mlship-{}-{name}", fastrand::u64(..)))
}

#[test]
fn a_plan_is_told_again_and_another_is_not() {
    let saved = SavedPlans::of(&[plan("hunter2")], &VariableFiles::none()).unwrap();
    assert_eq!(saved.check(&plan("hunter2")), Ok(()));
    assert_eq!(saved.check(&plan("hunter3")), Err(Mismatch::Stale));
}

fn files(text: &str) -> VariableFiles {
    VariableFiles::of(&[Source::new("vars.json", text)], Vec::new())
}

#[test]
fn a_plan_is_held_to_the_variables_that_it_was_made_with() {
    let sensitive = "{\"A\": {\"value\": \"hunter2\", \"sensitive\": true}}";
    for (saved_with, given, is_same) in [
        ("A: 1", "{\"A\": 1}", true),
        ("A: 1\nB: 2", "B: 2\nA: 1", true),
        ("A: 1", "A: 2", false),
        ("A: 1", "{}", false),
        ("{}", "A: 1", false),
        ("{}", "{}", true),
        (sensitive, "A: hunter2", false),
        (sensitive, sensitive, true),
    ] {
        let saved = SavedPlans::of(&[plan("x")], &files(saved_with)).unwrap();
        let text = serde_json::to_string(&saved).unwrap();
        assert!(!text.contains("hunter2"), "{text}");
        let read: SavedPlans = serde_json::from_str(&text).unwrap();
        let held = read.held_to(&files(given), &|_| None).unwrap();
        let expected = if is_same {
            Ok(())
        } else {
            Err(Mismatch::OtherVariables)
        };
        assert_eq!(held.check(&plan("x")), expected, "{saved_with} {given}");
        assert_eq!(held.other_variables().is_some(), !is_same);
        if let Some(refused) = held.refusal(&plan("x")) {
            assert_eq!(refused.exit_code(), ExitCode::Stale);
            assert!(refused.error.unwrap().contains("--vars"));
        }
    }
}

#[test]
fn no_two_files_have_a_digest_in_common_and_none_has_the_quick_one() {
    let plan = plan("hunter2");
    let [first, other] = [(); 2]
        .map(|()| SavedPlans::of(std::slice::from_ref(&plan), &VariableFiles::none()).unwrap());
    assert_ne!(first.salt, other.salt);
    assert_ne!(first.plans[0].digest, other.plans[0].digest);
    let text = serde_json::to_string(&first).unwrap();
    assert!(
        !text.contains("hunter2") && !text.contains(&plan.digest()),
        "{text}"
    );
}

/// Plants a text in place of every text of a value and beside every name, as far as a plan takes it.
fn planted(value: &mut serde_json::Value, text: &str) {
    match value {
        serde_json::Value::String(held) => *held = text.to_owned(),
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| planted(item, text)),
        serde_json::Value::Object(members) => {
            members
                .values_mut()
                .for_each(|member| planted(member, text));
        }
        _ => {}
    }
}

/// A plan with texts of others wherever one can stand, and names of others wherever they are free.
fn plan_of_others(text: &str) -> Plan {
    let change = |shown: serde_json::Value| {
        let mut change = json!({"path": "p", "ecs_field": "f"});
        change
            .as_object_mut()
            .unwrap()
            .extend(shown.as_object().unwrap().clone());
        change
    };
    let metrics = json!({text: 0.5, format!("a {text}"): 0.7});
    let mut value = json!({
        "service": {"cluster": "c", "name": "s"},
        "caller": {"account": "1", "region": "r", "arn": "a"},
        "model": {"name": "m", "version": "1"}, "image": "i",
        "previous": {"model": "m", "version": "1", "image": "i", "task_definition": "t"},
        "changes": [
            change(json!({"before": "a", "after": ["b"]})),
            change(json!({"before": {text: "a"}, "after": null})),
        ],
        "notes": ["n"], "running": null, "observed": "o", "experiment": "e",
        "origin": {
            "reference": "r", "model": "m", "version": "1", "run_id": "r", "git_sha": "g",
            "page": "p", "overridden": {text: "because"}, "required": ["auc"],
            "metrics": metrics, "before": {"version": "0", "metrics": metrics},
        },
    });
    planted(&mut value, text);
    value["effect"] = json!("create");
    value["writes"] = json!({"register": null, "service": null, "tags": {}});
    serde_json::from_value(value).unwrap()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4))]

    #[test]
    fn no_leaf_and_no_name_of_a_plan_brings_a_secret_into_the_file(
        form in proptest::sample::select(vec![
            "ok since password=§", "c password=§", "glpat-§§", "ghp_§", "token=§",
            "https://me:§@registry.example.com/x", "of § alone",
        ]),
        secret in "[a-zA-Z]{0,4}Zq9Zq9Zq9[a-zA-Z0-9]{0,4}",
    ) {
        let mut plan = plan_of_others(&form.replace('§', &secret));
        plan.secrets.add(&secret);
        let saved = SavedPlans::of(std::slice::from_ref(&plan), &VariableFiles::none()).unwrap();
        let text = json!(saved).to_string();
        proptest::prop_assert!(!text.contains("Zq9Zq9Zq9"), "{}", text);
        proptest::prop_assert_eq!(saved.check(&plan), Ok(()));
        // Who reads it may know of no secret any more.
        plan.secrets = mlship_text::secrets::KnownSecrets::none();
        proptest::prop_assert_eq!(saved.check(&plan), Ok(()));
    }
}

#[test]
fn what_is_no_file_or_has_no_end_is_refused_at_once() {
    for path in ["/dev/zero", "/dev/full", "/tmp"] {
        let error = SavedPlans::read(path).unwrap_err();
        assert!(error.contains("not a regular file"), "{error}");
    }
    let path = place("big");
    std::fs::File::create(&path)
        .unwrap()
        .set_len(17 << 20)
        .unwrap();
    let error = SavedPlans::read(path.to_str().unwrap()).unwrap_err();
    std::fs::remove_file(&path).unwrap();
    assert!(error.contains("16 MiB"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_pipe_takes_a_plan_whole_or_at_once_none() {
    let path = place("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    let text = "x".repeat(1 << 20);
    let name = path.to_str().unwrap();
    assert!(super::file::write(name, &text).is_err());
    // Open to write as well, so that it opens before there is a writer.
    let mut options = std::fs::OpenOptions::new();
    let mut reader = options.read(true).write(true).open(&path).unwrap();
    let mut read = vec![0; text.len()];
    std::thread::scope(|scope| {
        scope.spawn(|| reader.read_exact(&mut read).unwrap());
        super::file::write(name, &text).unwrap();
    });
    std::fs::remove_file(&path).unwrap();
    assert_eq!(read, text.as_bytes());
}

#[cfg(unix)]
#[test]
fn a_plan_is_for_its_owner_also_where_the_file_was_there_before() {
    use std::os::unix::fs::PermissionsExt;

    let path = place("wide");
    std::fs::write(&path, "old").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let saved = SavedPlans::of(&[plan("x")], &VariableFiles::none()).unwrap();
    saved.write(path.to_str().unwrap()).unwrap();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    let read = SavedPlans::read(path.to_str().unwrap()).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(read.check(&plan("x")), Ok(()));
}

#[test]
fn a_plan_of_an_older_format_is_told_from_what_is_none() {
    let path = place("old");
    std::fs::write(&path, "{\"format\": 1, \"plans\": []}").unwrap();
    let error = SavedPlans::read(path.to_str().unwrap()).unwrap_err();
    std::fs::remove_file(&path).unwrap();
    assert!(error.contains("another version of mlship"), "{error}");
}

/// A plan of the version that a registry's alias names.
fn of_alias(version: &str) -> Plan {
    let mut plan = plan(version);
    plan.origin = Some(Origin {
        reference: "models:/m@champion".to_owned(),
        version: version.to_owned(),
        model: "m".to_owned(),
        run_id: None,
        git_sha: None,
        metrics: BTreeMap::new(),
        before: None,
        page: None,
        overridden: BTreeMap::new(),
        required: Vec::new(),
    });
    plan
}

/// Deploys a plan that is held to another, after a round trip through a file.
#[track_caller]
fn refused(seen: &Plan, plan: &Plan) -> ResultRecord {
    let path = place(&format!("held-{}", plan.digest()));
    let name = path.to_str().unwrap();
    SavedPlans::of(std::slice::from_ref(seen), &VariableFiles::none())
        .unwrap()
        .write(name)
        .unwrap();
    let saved = SavedPlans::read(name).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(saved.refusal(seen).is_none(), "what was seen is refused");
    saved.refusal(plan).unwrap()
}

#[test]
fn a_plan_that_became_another_is_refused_as_stale() {
    let result = refused(&plan("hunter2"), &plan("hunter3"));
    assert_eq!(result.conclusion(), Conclusion::Refused(Refusal::Stale));
    let words = "service or manifest changed since the plan was saved";
    assert_eq!(result.error.unwrap(), words);
}

#[test]
fn an_alias_that_moved_names_both_versions() {
    let result = refused(&of_alias("7"), &of_alias("8"));
    assert_eq!(result.conclusion(), Conclusion::Refused(Refusal::Stale));
    let words = "models:/m@champion names version 8, and did 7 when the plan was saved";
    assert_eq!(result.error.unwrap(), words);
}

#[test]
fn a_plan_holds_for_its_own_service_account_and_region_alone() {
    let mut others = [(); 4].map(|()| plan("x"));
    others[0].service.name = ServiceName::new("other");
    others[1].service.cluster = ClusterName::new("other");
    others[2].caller.account = "2".into();
    "eu".clone_into(&mut others[3].caller.region);
    for other in others {
        let result = refused(&plan("x"), &other);
        assert_eq!(result.conclusion(), Conclusion::Refused(Refusal::Check));
        assert_eq!(
            result.error.unwrap(),
            "the saved plan is not for this service"
        );
    }
}

#[test]
fn what_is_no_plan_is_said_to_be_none() {
    let path = place("none");
    for text in ["", "[]", "{\"format\": 2}", "{\"format\": 2, \"salt\": 1}"] {
        std::fs::write(&path, text).unwrap();
        let error = SavedPlans::read(path.to_str().unwrap()).unwrap_err();
        assert!(error.contains("is no plan of mlship"), "{text}: {error}");
    }
    std::fs::remove_file(&path).unwrap();
}

fn caller() -> ids::Caller {
    ids::Caller {
        account: "1".into(),
        region: "r".to_owned(),
        arn: "a".to_owned(),
    }
}

/// Plans a release of the stand-in's service, and keeps that.
async fn reviewed(stand: &Stand, version: &str) -> SavedPlans {
    let (manifest, overrides) = (manifest(version), GateOverrides::default());
    let (context, redeploy) = (stand.context(), Redeploy::WhenChanged);
    let plan = preview(&context, &caller(), &manifest, redeploy, &overrides).await;
    SavedPlans::of(&[plan.unwrap()], &VariableFiles::none()).unwrap()
}

async fn deploy_held_to(saved: &SavedPlans, stand: &Stand, version: &str) -> ResultRecord {
    let deploy = Deploy {
        context: &stand.context(),
        caller: &caller(),
        options: &options(),
        review: Some(&|plan| saved.refusal(plan)),
    };
    Box::pin(deploy.run(&manifest(version), &mut RecordingReport::default())).await
}

#[tokio::test(start_paused = true)]
async fn a_deploy_writes_what_was_reviewed() {
    let stand = Stand::serving();
    let saved = reviewed(&stand, "2").await;
    stand.succeed_after(20);
    let result = deploy_held_to(&saved, &stand, "2").await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
}

#[tokio::test(start_paused = true)]
async fn a_deploy_of_another_manifest_or_over_another_release_writes_nothing() {
    for (version, is_released_meanwhile) in [("3", false), ("2", true)] {
        let stand = Stand::serving();
        let saved = reviewed(&stand, "2").await;
        if is_released_meanwhile {
            stand.released("9").await;
        }
        let before = stand.cloud.count("UpdateService");
        let result = deploy_held_to(&saved, &stand, version).await;
        let stale = Conclusion::Refused(Refusal::Stale);
        assert_eq!(result.conclusion(), stale, "{result:?}");
        assert_eq!(stand.cloud.count("UpdateService"), before);
    }
}

#[test]
fn a_plan_is_in_a_file() {
    for path in ["plan.json", "./-", "/dev/stdout", "-x"] {
        assert_eq!(path.parse::<PlanPath>().unwrap().as_str(), path);
    }
    for path in ["-", ""] {
        let error = path.parse::<PlanPath>().unwrap_err();
        assert!(error.contains("write a path such as plan.json"), "{error}");
    }
}
