//! Metrics that are in rows of clients, given as a file and on standard input.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::lab::{HOUR, Lab};

const IN_ROWS: [(&str, &str); 2] = [
    (
        "conversion: { namespace: Fraud, successes: Converted, trials: Clients, unit: client }",
        "conversion: { rows: true }\n  basket: { rows: true }",
    ),
    (
        "guardrails:\n",
        "outcomeWithin: 1h\nguardrails:\n  \
         - { metric: basket, type: mean, direction: up, margin: 5 }\n",
    ),
];

/// As many clients of each variant, since yesterday: their conversions in a hundred, a basket, what
/// it was before, and where they live.
fn clients(each: u32, control: u32, challenger: u32) -> String {
    let mut text =
        String::from("client,variant,first_seen,conversion,basket,before_basket,segment_country\n");
    let now = Timestamp::now();
    for client in 0..each {
        for (variant, rate) in [("control", control), ("challenger", challenger)] {
            let hours = i64::from(client / 100 % 20) + 2;
            let seen = now - SignedDuration::from_hours(hours);
            let converted = if client % 100 < rate { "1" } else { "" };
            let (basket, before) = (20 + client % 30, 10 + client % 30);
            let country = ["DE", "FR"][client as usize / 2 % 2];
            let _ = writeln!(
                text,
                "{variant}-{client},{variant},{seen},{converted},{basket},{before},{country}"
            );
        }
    }
    text
}

#[test]
fn rows_are_read_to_a_verdict() {
    let Some(lab) = Lab::new(&IN_ROWS) else {
        return;
    };
    lab.start();
    lab.traffic(HOUR, HOUR);
    let file = lab.path("clients.csv");
    let text = clients(10_000, 5, 8);
    std::fs::write(&file, &text).unwrap();
    let (code, status) = lab.status(&["--rows", &file]);
    assert_eq!(
        (code, &status["verdict"]),
        (0, &json!("challenger_better")),
        "{status:#}"
    );
    assert_eq!(status["sample"], 20_000);
    assert_eq!(
        status["rows"],
        json!({
            "rows": 20_000, "clients": 20_000, "duplicates": 0, "in_two_arms": 0,
            "unknown_variants": 0, "outside": 0, "strays": 0, "waiting": 0, "fit": true,
        })
    );
    let basket = &status["metrics"][1];
    assert_eq!(
        (&basket["metric"], &basket["state"]),
        (&json!("basket"), &json!("passed"))
    );
    assert!(basket["narrowed"].as_f64().unwrap() > 0.9, "{basket:#}");
    assert_eq!(status["metrics"][2]["state"], "passed", "{status:#}");
    let parts: Vec<_> = status["segments"].as_array().unwrap().iter().collect();
    assert_eq!(parts.len(), 2, "{parts:#?}");
    assert_eq!(
        (&parts[0]["value"], &parts[0]["clients"]),
        (&json!("DE"), &json!(10_000))
    );
    // For people, by standard input; of a day ago when nothing of it was over.
    let path = lab.path("experiment.yaml");
    let run = |text: &str, more: &[&str]| {
        let arguments = ["experiment", "status", &path, "--rows", "-", "--from", "2d"];
        lab.stage.pipe(&[&arguments, more].concat(), "8", text)
    };
    let human = run(&text, &[]);
    assert_eq!(human.code, 0, "{}{}", human.stdout, human.stderr);
    for part in [
        "challenger better: conversion of challenger: +3.00 pp",
        "rows: 20 000 of 20 000 clients",
        "narrowed by more than 99 % by before_basket",
        "country DE, challenger",
    ] {
        assert!(human.stdout.contains(part), "{part}: {}", human.stdout);
    }
    // A row that is there twice is no verdict once it is one of many.
    let twice = format!("{text}{}", &text[text.find('\n').unwrap() + 1..]);
    let unfit = run(&twice, &["-o", "json"]);
    assert_eq!(unfit.code, 40, "{}", unfit.stdout);
    assert_eq!(unfit.document()["rows"]["duplicates"], 20_000);
    assert_eq!(unfit.document()["reason"], "rows_unfit");
    let bad = run(
        &format!("{text}x,control,today,1,1,1,DE\n"),
        &["-o", "json"],
    );
    assert_eq!(bad.code, 10, "{}", bad.stdout);
    let error = bad.result()["error"].to_string();
    assert!(
        error.contains("<stdin>:20002: first_seen `today`"),
        "{error}"
    );
    // Without rows nothing is known of what decides, and it is said where it is.
    let (code, without) = lab.status(&[]);
    assert_eq!((code, &without["reason"]), (40, &json!("rows_missing")));
    let missing = lab.run("status", &["--rows", &lab.path("nowhere.csv")]);
    assert_eq!(missing.code, 10, "{}", missing.stdout);
}
