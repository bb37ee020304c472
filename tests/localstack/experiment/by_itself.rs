//! An experiment that runs by itself.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::lab::{HOUR, Hour, Lab};

fn better() -> Hour {
    Hour {
        converted: 75,
        ..HOUR
    }
}

/// Lets the experiment have begun so many hours ago.
pub(super) fn begun(lab: &Lab, hours: i64) {
    let at = Timestamp::now() - SignedDuration::from_hours(hours);
    let at = Timestamp::from_second(at.as_second()).unwrap().to_string();
    lab.stage.ask_elb(&[
        ("Action", "AddTags"),
        ("ResourceArns.member.1", lab.stage.export("LISTENER_RULE")),
        ("Tags.member.1.Key", "mlship:experiment-since"),
        ("Tags.member.1.Value", &at),
        ("Tags.member.2.Key", "mlship:experiment-started"),
        ("Tags.member.2.Value", &at),
    ]);
}

#[test]
fn a_schedule_starts_goes_on_and_stops_for_harm() {
    let Some(lab) = Lab::new(&[]) else { return };
    let started = lab.run("status", &["--advance"]);
    assert_eq!(started.code, 0, "{}{}", started.stdout, started.stderr);
    assert_eq!(started.result()["verdict"], "started");
    assert_eq!(lab.rule(), (50, 50, true));
    let open = lab.run("status", &["--advance"]);
    assert_eq!(open.code, 0, "{}{}", open.stdout, open.stderr);
    let document = open.document();
    assert_eq!(document["verdict"], "inconclusive", "{document:#}");
    assert_eq!(document["advance"]["verdict"], "goes_on");
    begun(&lab, 30);
    lab.traffic(
        HOUR,
        Hour {
            errors: 600,
            ..better()
        },
    );
    let harm = lab.run("status", &["--advance"]);
    assert_eq!(harm.code, 41, "{}{}", harm.stdout, harm.stderr);
    assert_eq!(harm.document()["advance"]["verdict"], "stopped");
    assert_eq!(lab.rule(), (100, 0, false));
    let over = lab.run("status", &["--advance"]);
    assert_eq!(over.code, 0, "{}{}", over.stdout, over.stderr);
    assert_eq!(over.result()["verdict"], "unchanged");
}

#[test]
fn a_winner_is_promoted() {
    let changes = [(
        "plannedSample: 40000",
        "plannedSample: 40000\nonWinner: promote",
    )];
    let Some(lab) = Lab::new(&changes) else {
        return;
    };
    lab.start();
    begun(&lab, 30);
    lab.traffic(HOUR, better());
    let promoted = lab.run("run", &[]);
    assert_eq!(promoted.code, 0, "{}{}", promoted.stdout, promoted.stderr);
    let result = promoted.result();
    assert_eq!(
        (&result["verdict"], &result["winner"]),
        (&json!("promoted"), &json!("challenger")),
        "{result:#}"
    );
    let changes = result["manifest_changes"].as_array().unwrap();
    assert!(
        changes
            .iter()
            .any(|change| change["path"] == "model.version" && change["after"] == "9"),
        "{result:#}"
    );
    assert_eq!(lab.rule(), (100, 0, true));
    let serving = lab.on("status", "control", &[]).document();
    assert_eq!(
        serving["services"][0]["release"]["version"], "9",
        "{serving:#}"
    );
    // What the control's manifest has is the old model, until somebody writes the change.
    let diff = lab.on("diff", "control", &["--exit-code"]);
    assert_eq!(diff.code, 3, "{}", diff.stdout);
}

#[test]
fn a_winner_that_is_kept_moves_nothing() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    begun(&lab, 30);
    lab.traffic(HOUR, better());
    let kept = lab.run("run", &[]);
    assert_eq!(kept.code, 0, "{}{}", kept.stdout, kept.stderr);
    assert_eq!(kept.result()["verdict"], "decided");
    assert_eq!(lab.rule(), (50, 50, true));
}

#[test]
fn a_run_that_is_interrupted_leaves_the_experiment_as_it_is() {
    let Some(lab) = Lab::new(&[]) else { return };
    let path = lab.path("experiment.yaml");
    let run = ["experiment", "run", &path, "-o", "json"];
    let mut running = lab.stage.start(&run, "8");
    running.wait_for(r#""verdict":"goes_on""#);
    running.signal("TERM");
    assert_eq!(running.end().code, 143);
    assert_eq!(lab.rule(), (50, 50, true));
    let again = lab.run("status", &["--advance"]);
    assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
}

#[test]
fn neither_the_control_nor_the_last_challenger_is_dropped() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    for variant in ["control", "challenger"] {
        let run = lab.run("drop", &[variant]);
        assert_eq!(run.code, 11, "{}{}", run.stdout, run.stderr);
    }
    assert_eq!(lab.rule(), (50, 50, true));
}
