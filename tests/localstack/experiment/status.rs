//! What `CloudWatch`'s numbers come to.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::lab::{HOUR, HOURS, Hour, Lab, NOTHING};

fn better() -> Hour {
    Hour {
        converted: 75,
        ..HOUR
    }
}

#[test]
fn a_better_challenger_is_found_and_reported() {
    let Some(lab) = Lab::new(&[]) else { return };
    let before = lab.run("status", &[]);
    assert_eq!(before.code, 11, "nothing is under way");
    lab.start();
    lab.traffic(HOUR, better());
    let report = lab.path("report.html");
    let (code, status) = lab.status(&["--report", &report]);
    assert_eq!(
        (code, &status["verdict"]),
        (0, &json!("challenger_better")),
        "{status:#}"
    );
    assert_eq!(status["winner"], "challenger");
    assert_eq!(
        (&status["sample"], &status["planned"]),
        (&json!(40_000), &json!(40_000))
    );
    assert_eq!(status["srm"]["broken"], false);
    let variant = &status["variants"][1];
    assert_eq!(
        (&variant["count"], &variant["requests"]),
        (&json!(20_000), &json!(60_000))
    );
    let metric = &status["metrics"][0];
    assert!(
        (metric["effect"].as_f64().unwrap() - 0.025).abs() < 1e-9,
        "{metric:#}"
    );
    let slow = &status["metrics"][2];
    assert!(
        (slow["rate"].as_f64().unwrap() - 0.01).abs() < 1e-9,
        "{slow:#}"
    );
    let looks = status["course"][0]["looks"].as_array().unwrap();
    assert_eq!(i64::try_from(looks.len()).unwrap(), HOURS);
    let page = std::fs::read_to_string(report).unwrap();
    assert!(page.contains("<svg") && page.contains("challenger better"));
    let human = lab.stage.mlship(
        &[
            "experiment",
            "status",
            &lab.path("experiment.yaml"),
            "--from",
            "2d",
        ],
        "8",
    );
    assert_eq!(human.code, 0);
    assert!(
        human
            .stdout
            .starts_with("fraud-v9-vs-v8: challenger better"),
        "{}",
        human.stdout
    );
    // As it would have been said earlier.
    let early = Timestamp::now() - SignedDuration::from_hours(15);
    let (code, then) = lab.status(&["--until", &early.to_string()]);
    assert!(then["sample"].as_u64().unwrap() < 20_000, "{then:#}");
    assert!([0, 40].contains(&code));
}

#[test]
fn harm_ends_the_experiment_when_asked() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    lab.traffic(
        HOUR,
        Hour {
            errors: 60,
            ..better()
        },
    );
    let (code, status) = lab.status(&[]);
    assert_eq!(
        (code, &status["verdict"]),
        (41, &json!("guardrail_breached")),
        "{status:#}"
    );
    assert_eq!(status["metrics"][1]["state"], "breached");
    assert_eq!(lab.rule(), (50, 50, true), "a look changes nothing");
    assert_eq!(lab.run("status", &["--from", "2999-01-01"]).code, 2);
    let refused = lab.run("status", &["--stop-on", "guardrail", "--from", "2d"]);
    assert_eq!(
        refused.code, 2,
        "a window of one's own choice stops nothing"
    );
}

#[test]
fn a_variant_without_a_healthy_target_is_stopped() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    let body = json!({"cluster": "ml-prod", "service": "fraud-challenger", "desiredCount": 0});
    lab.stage.ask("UpdateService", &body);
    lab.stage.control("clock", json!({"advance": 900}));
    let winner = lab.run("stop", &["--winner", "challenger"]);
    assert_eq!(winner.code, 11, "{}", winner.stdout);
    let run = lab.run("status", &["--stop-on", "guardrail"]);
    assert_eq!(run.code, 41, "{}{}", run.stdout, run.stderr);
    assert_eq!(run.document()["stop"]["verdict"], "stopped");
    assert_eq!(
        lab.rule(),
        (100, 0, false),
        "clients leave the dead variant at once"
    );
    let list = lab
        .stage
        .mlship(&["experiment", "list", "-o", "json"], "8")
        .document();
    assert_eq!(list["experiments"][0]["outcome"], "guardrail_breached");
}

#[test]
fn gaps_late_points_and_throttling_make_no_verdict() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    let now = Timestamp::now();
    let ago = |minutes| now - SignedDuration::from_mins(minutes);
    lab.put("control", ago(300), HOUR);
    lab.put("challenger", ago(300), HOUR);
    // Nothing for hours; then the control alone, and points that may not be all there yet.
    lab.put("control", ago(30), Hour { clients: 3, ..HOUR });
    lab.put(
        "challenger",
        now,
        Hour {
            clients: 100_000,
            ..HOUR
        },
    );
    let throttle = json!({"service": "cloudwatch", "kind": "throttle", "times": 2});
    lab.stage
        .control("api-faults", json!({"faults": [throttle]}));
    let (code, status) = lab.status(&[]);
    assert_eq!(
        (code, &status["verdict"]),
        (40, &json!("inconclusive")),
        "{status:#}"
    );
    assert_eq!(status["sample"], 2003);
    assert_eq!(status["reason"], "too_few_events");
    let down =
        json!({"service": "cloudwatch", "kind": "error", "code": "InternalFailure", "status": 500});
    lab.stage.control("api-faults", json!({"faults": [down]}));
    let run = lab.run("status", &["--from", "2d"]);
    assert_eq!(run.code, 21, "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_variant_without_traffic_is_a_broken_split() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    lab.traffic(HOUR, NOTHING);
    let (code, status) = lab.status(&["--fixed"]);
    assert_eq!(
        (code, &status["verdict"]),
        (41, &json!("broken_split")),
        "{status:#}"
    );
    assert_eq!(status["inference"], "fixed_horizon");
}

#[test]
fn a_watch_ends_with_the_verdict_or_a_signal() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    let path = lab.path("experiment.yaml");
    let watch = [
        "experiment",
        "status",
        &path,
        "--watch",
        "--from",
        "2d",
        "-o",
        "json",
    ];
    let mut running = lab.stage.start(&watch, "8");
    running.wait_for(r#""verdict":"inconclusive""#);
    running.signal("INT");
    assert_eq!(running.end().code, 130);
    lab.traffic(HOUR, better());
    let run = lab.stage.mlship(&watch, "8");
    assert_eq!(
        (run.code, run.stdout.lines().count()),
        (0, 1),
        "{}",
        run.stdout
    );
}

#[test]
fn requests_without_an_answer_breach_the_guardrail() {
    let Some(lab) = Lab::new(&[]) else { return };
    lab.start();
    let silent = Hour {
        errors: 0,
        unanswered: 900,
        ..better()
    };
    lab.traffic(HOUR, silent);
    let (code, status) = lab.status(&[]);
    assert_eq!(
        (code, &status["verdict"]),
        (41, &json!("guardrail_breached")),
        "{status:#}"
    );
    let errors = &status["metrics"][1];
    assert_eq!(errors["state"], "breached");
    // 30 %, but for the hours that are read by the minute: each has all its requests in one here, so
    // that they may be answered yet. At the beginning of an hour they are two of twenty.
    let rate = errors["rate"].as_f64().unwrap();
    assert!((0.9 * 0.3 - 0.001..0.3).contains(&rate), "{errors:#}");
    assert_eq!(status["alpha"], 0.045);
}
