//! Variants stay what they are while they are compared.

use serde_json::json;

use super::lab::Lab;

#[test]
fn a_variant_is_not_changed_while_it_is_compared() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    let same = lab.on("deploy", "challenger", &[]);
    assert_eq!(
        same.code, 0,
        "what changes nothing disturbs nothing: {}",
        same.stdout
    );
    lab.change(
        "challenger.yaml",
        &[("\"9\"", "\"10\""), ("}:9\"", "}:10\"")],
    );
    let deployed = lab.on("deploy", "challenger", &[]);
    assert_eq!(deployed.code, 11, "{}", deployed.stdout);
    let error = deployed.result()["error"].as_str().unwrap().to_owned();
    assert!(error.contains("experiment fraud-v9-vs-v8"), "{error}");
    let forced = lab.on("deploy", "challenger", &["--force"]);
    assert_eq!(forced.code, 0, "{}", forced.stdout);
    let (_, status) = lab.status(&[]);
    let note = status["notes"].to_string();
    assert!(note.contains("fraud-challenger at 20"), "{note}");
    let back = lab.on("rollback", "challenger", &[]);
    assert_eq!(back.code, 11, "{}", back.stdout);
    let shown = lab.on("rollback", "challenger", &["--dry-run"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let forced = lab.on("rollback", "challenger", &["--force"]);
    assert_eq!(
        (forced.code, &forced.result()["verdict"]),
        (0, &json!("rolled_back"))
    );
    lab.change(
        "challenger.yaml",
        &[("\"10\"", "\"11\""), ("}:10\"", "}:11\"")],
    );
    let forced = lab.on("deploy", "challenger", &["--force"]);
    assert_eq!(forced.code, 0, "{}", forced.stdout);
    let down = json!({"service": "elbv2", "operation": "DescribeRules", "kind": "error",
        "code": "AccessDenied", "status": 403});
    lab.stage.control("api-faults", json!({"faults": [down]}));
    let back = lab.on("rollback", "challenger", &[]);
    assert_eq!(
        back.code, 0,
        "a way back waits for no permission: {}",
        back.stdout
    );
    lab.stage.control("api-faults", json!({"faults": []}));
    let stopped = lab.run("stop", &["--no-winner"]);
    assert_eq!(stopped.code, 0, "{}", stopped.stderr);
    let deployed = lab.on("deploy", "challenger", &[]);
    assert_eq!(deployed.code, 0, "{}", deployed.stdout);
}
