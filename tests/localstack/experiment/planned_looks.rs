//! A sample that is planned by what `CloudWatch` has, and looks that are planned.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::lab::{HOUR, Hour, Lab, NOTHING};

#[test]
fn a_sample_is_planned_by_what_was_seen_of_the_control() {
    let Some(lab) = Lab::new(&[]) else { return };
    let said = lab.run("plan", &["--daily", "5000"]).document();
    assert_eq!(
        (&said["seen"], &said["baseline"]),
        (&json!(null), &json!(0.05))
    );
    lab.change("experiment.yaml", &[("\n  baseline: 0.05", "")]);
    let unknown = lab.run("plan", &["--daily", "5000"]);
    assert_eq!(unknown.code, 11, "{}{}", unknown.stdout, unknown.stderr);
    lab.traffic(HOUR, NOTHING);
    let run = lab.run("plan", &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let plan = run.document();
    assert_eq!(plan["seen"]["trials"], 20_000, "{plan:#}");
    assert_eq!(plan["baseline"], 0.05);
    let daily = plan["daily"].as_f64().unwrap();
    assert!((21_000.0..26_000.0).contains(&daily), "{daily}");
    let designs = plan["plans"].as_array().unwrap();
    assert_eq!(designs.len(), 6);
    assert_eq!(lab.rule(), (100, 0, false), "nothing was written");
}

#[test]
fn a_look_is_put_down_with_the_rule_and_decides() {
    let planned = (
        "maximumDays: 14",
        "maximumDays: 14\ndesign: group-sequential\nlooks: 4",
    );
    let Some(lab) = Lab::new(&[planned]) else {
        return;
    };
    lab.start();
    let better = Hour {
        converted: 75,
        ..HOUR
    };
    lab.traffic(HOUR, better);
    let (_, before) = lab.status(&[]);
    assert_eq!(before["verdict"], "inconclusive", "a part decides nothing");
    // As if it ran since yesterday.
    let since = Timestamp::now() - SignedDuration::from_hours(30);
    lab.stage.ask_elb(&[
        ("Action", "AddTags"),
        ("ResourceArns.member.1", lab.stage.export("LISTENER_RULE")),
        ("Tags.member.1.Key", "mlship:experiment-since"),
        (
            "Tags.member.1.Value",
            &since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        ),
    ]);
    let run = lab.run("status", &[]);
    let after = run.document();
    assert_eq!(
        (run.code, &after["verdict"]),
        (0, &json!("challenger_better")),
        "{after:#}"
    );
    assert_eq!(after["inference"], "group_sequential");
    assert_eq!(after["looks"]["taken"].as_array().unwrap().len(), 1);
    let again = lab.run("status", &[]).document();
    assert_eq!(again["looks"], after["looks"]);
}
