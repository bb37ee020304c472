//! Releases whose number of tasks follows the load.

use crate::stage::{FRAUD_SCORER, Stage};

const SCALED: &str = "autoscaling: { min: 2, max: 6, targetCpuPercent: 60 }\n";

/// Deploys version 7 of the fraud scorer, with more in its manifest.
fn deploy(stage: &Stage, more: &str) -> serde_json::Value {
    let manifest = std::fs::read_to_string(FRAUD_SCORER).unwrap();
    let manifest = manifest
        .replace(", desired: 1 }", " }")
        .replace("  desired: 3\n", "")
        + more;
    let arguments = ["deploy", "-", "-e", "staging", "-o", "json"];
    let run = stage.pipe(&arguments, "7", &manifest);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    run.result()
}

#[test]
fn autoscaling_is_made_changed_and_removed_with_its_section() {
    let Some(stage) = Stage::with_controls() else {
        return;
    };
    deploy(&stage, SCALED);
    assert_eq!(stage.serving()["desired"], 2, "begins with the least");
    assert_eq!(stage.count("RegisterScalableTarget"), 1);
    assert_eq!(stage.count("PutScalingPolicy"), 1);

    let again = deploy(&stage, SCALED);
    assert_eq!(again["verdict"], "unchanged");
    assert_eq!(stage.count("RegisterScalableTarget"), 1);

    let more = SCALED.replace("max: 6", "max: 8");
    assert_eq!(deploy(&stage, &more)["verdict"], "succeeded");
    assert_eq!(stage.count("RegisterScalableTarget"), 2);
    assert_eq!(stage.count("PutScalingPolicy"), 1, "the policy is the same");
    assert_eq!(stage.deployments(), 1, "nothing was restarted");

    deploy(&stage, "");
    assert_eq!(stage.count("DeregisterScalableTarget"), 1);
    assert_eq!(deploy(&stage, "")["verdict"], "unchanged");
}
