//! An experiment without its manifest, by the service of a variant.

use serde_json::{Value, json};

use super::lab::{HOUR, Lab};
use crate::stage::Run;

fn run(lab: &Lab, command: &str, service: &str, more: &[&str]) -> Run {
    let arguments = ["experiment", command, "--service", service];
    lab.stage.mlship(&[&arguments, more].concat(), "8")
}

#[test]
fn an_experiment_is_read_and_ended_without_its_manifest() {
    let Some(lab) = Lab::new(&[("stickiness: 7d", "assignment: { header: x-mlship-variant }")])
    else {
        return;
    };
    let rules = lab.rules();
    let (control, challenger) = ("ml-prod/fraud-control", "ml-prod/fraud-challenger");
    lab.start();
    lab.traffic(HOUR, HOUR);
    let seen = run(&lab, "status", challenger, &["--from", "2d", "-o", "json"]);
    assert_eq!(seen.code, 40, "{}{}", seen.stdout, seen.stderr);
    let first = seen.stderr.lines().next().unwrap_or_default();
    assert!(first.starts_with("account "), "{}", seen.stderr);
    let status = seen.document();
    assert_eq!(status["reason"], "measures_unknown");
    assert_eq!(status["variants"][1]["requests"], 60_000);
    assert_eq!(
        [&status["sample"], &status["srm"]["p"], &status["alpha"]],
        [&Value::Null; 3]
    );
    let people = run(&lab, "status", control, &["--from", "2d"]);
    assert!(
        people.stdout.contains("the split is not tested"),
        "{}",
        people.stdout
    );
    let guard = run(&lab, "status", control, &["--stop-on", "guardrail"]);
    assert_eq!(guard.code, 2, "{}", guard.stderr);
    let both = ["--service", control, "--from", "2d", "-o", "json"];
    let both = run(&lab, "status", challenger, &both);
    assert_eq!((both.code, both.stdout.lines().count()), (40, 1));

    let stopped = run(
        &lab,
        "stop",
        challenger,
        &["--winner", "challenger", "-o", "json"],
    );
    assert_eq!(stopped.code, 0, "{}{}", stopped.stdout, stopped.stderr);
    assert_eq!(stopped.result()["verdict"], "stopped");
    assert!(stopped.stderr.starts_with("account "), "{}", stopped.stderr);
    assert_eq!((lab.rules(), lab.rule()), (rules, (0, 100, false)));
    let cleaned = run(&lab, "stop", control, &["--cleanup", "-o", "json"]);
    assert_eq!(cleaned.code, 0, "{}{}", cleaned.stdout, cleaned.stderr);
    assert_eq!(cleaned.result()["scaled_down"], json!([control]));

    let none = run(
        &lab,
        "stop",
        "ml-prod/nothing",
        &["--no-winner", "-o", "json"],
    );
    assert_eq!(none.code, 20, "{}", none.stdout);
    let end = none.result();
    assert_eq!(
        (&end["experiment"], &end["service"]),
        (&Value::Null, &json!("ml-prod/nothing"))
    );
}

#[test]
fn an_experiment_whose_variants_were_not_put_down_takes_its_manifest() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    let rule = lab.stage.export("LISTENER_RULE");
    lab.stage.ask_elb(&[
        ("Action", "RemoveTags"),
        ("ResourceArns.member.1", rule),
        ("TagKeys.member.1", "mlship:experiment-variants"),
    ]);
    for (command, more) in [
        ("status", &["-o", "json"][..]),
        ("stop", &["--no-winner", "-o", "json"]),
    ] {
        let refused = run(&lab, command, "ml-prod/fraud-control", more);
        assert_eq!(refused.code, 11, "{}{}", refused.stdout, refused.stderr);
        let finding = &refused.result()["findings"][0];
        assert_eq!(finding["code"], "variants-not-recorded");
        assert!(
            finding["help"].as_str().unwrap().contains("manifest"),
            "{finding}"
        );
    }
    assert_eq!(lab.rule(), (50, 50, true));
    // A broken manifest beside it takes it not along.
    let broken = "apiVersion: mlship/v1\nkind: Experiment\nmetadata: { name: x }\n";
    std::fs::write(lab.path("broken.yaml"), broken).unwrap();
    let folder = lab.path("");
    let both = ["experiment", "stop", &folder, "--no-winner", "-o", "json"];
    let both = lab.stage.mlship(&both, "8");
    assert_eq!(both.code, 10, "{}{}", both.stdout, both.stderr);
    assert_eq!(both.result()["verdict"], "stopped");
    assert_eq!(lab.rule(), (100, 0, true));
}
