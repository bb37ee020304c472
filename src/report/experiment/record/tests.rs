use serde_json::json;
use snapbox::{assert_data_eq, str};

use super::super::html::record_html;
use super::super::tests::reading;
use super::*;
use crate::report::palette_for;
use mlship_core::ledger::{Entries, Readout};

/// An experiment that ended, in which every text is one.
pub(in crate::report::experiment) fn record_of(text: Option<&str>) -> ExperimentRecord {
    let or = |own: &str| text.unwrap_or(own).to_owned();
    let release = |version: &str| {
        json!({"model": or("fraud"), "version": or(version), "reference": null,
            "run_id": or("9f8e7d6c5b4a3210"), "git_sha": null, "offline": {"auc": 0.93},
            "image": or("fraud:9"), "digest": or("sha256:0123456789abcdef"),
            "task_definition": or("arn:aws:ecs:eu-west-1:111122223333:task-definition/fraud:12")})
    };
    let part = |name: &str, control: bool, version: &str| {
        json!({"name": or(name), "control": control,
            "service": {"cluster": or("ml"), "name": or(name)}, "release": release(version)})
    };
    let mut record: ExperimentRecord = serde_json::from_value(json!({
        "schema": "mlship/experiment-record/v1", "id": or("20260501T000000Z-0a1b2c3d"),
        "experiment": or("v9"), "hypothesis": or("<b>more</b> convert"),
        "rule": or("arn:rule"), "started": "2026-05-01T00:00:00Z", "started_by": or("ana"),
        "ended": "2026-05-09T00:00:00Z", "ended_by": or("bo"),
        "outcome": or("challenger_better"), "winner": or("challenger"), "terms": or("0a1b"),
        "design": null,
        "variants": [part("control", true, "8"), part("challenger", false, "9")],
        "phases": [
            {"phase": 1, "since": "2026-05-01T00:00:00Z", "until": "2026-05-02T00:00:00Z",
                "weights": [95, 5]},
            {"phase": 2, "since": "2026-05-02T00:00:00Z", "until": "2026-05-09T00:00:00Z",
                "weights": [50, 50]},
        ],
        "readout": null, "disturbed": text, "notes": text.map(|text| vec![text]).unwrap_or_default(),
    }))
    .unwrap();
    let mut readout = Readout::of(&reading(14, 65, 1, 1000));
    if let Some(text) = text {
        for variant in &mut readout.variants {
            text.clone_into(&mut variant.name);
        }
        for metric in &mut readout.metrics {
            text.clone_into(&mut metric.metric);
            text.clone_into(&mut metric.variant);
            text.clone_into(&mut metric.state);
        }
        for course in &mut readout.course {
            text.clone_into(&mut course.variant);
        }
    }
    record.readout = Some(readout);
    record
}

/// One in which others wrote every text, for the tests of all output.
pub(in crate::report::experiment) fn hostile_ended(text: &str) -> ExperimentRecord {
    record_of(Some(text))
}

#[test]
fn a_record_tells_how_it_ended_what_served_and_what_the_numbers_said() {
    let mut record = record_of(None);
    if let Some(readout) = &mut record.readout {
        // The picture has tests of its own.
        readout.course.clear();
    }
    let text = record_text(&record, &palette_for(false)).to_string();
    assert_data_eq!(
        text,
        str![[r#"
v9: ended, challenger better, challenger got all the traffic
  2026-05-01 00:00 to 2026-05-09 00:00 UTC, id 20260501T000000Z-0a1b2c3d
  started by ana, ended by bo
  because <b>more</b> convert

  control     fraud 8, run 9f8e7d6c, fraud:12, 0123456789ab, service ml/control  (control)
  challenger  fraud 9, run 9f8e7d6c, fraud:12, 0123456789ab, service ml/challenger
  phase 1: 95:5 from 2026-05-01 00:00 to 2026-05-02 00:00 UTC
  phase 2: 50:50 from 2026-05-02 00:00 to 2026-05-09 00:00 UTC

  control: 280 000 requests, 28 000 trials
  challenger: 280 000 requests, 28 000 trials

  conversion, primary, challenger: 5.00 % → 6.50 %, +1.50 pp (+0.89 to +2.11), p < 0.0001: challenger better
  error_rate, guardrail, challenger: 0.10 % → 0.10 %, 0 pp (−0.028 to +0.028), p 1: passed

"#]]
    );
}

#[test]
fn a_list_has_the_newest_first_with_what_served() {
    let entries = Entries {
        records: vec![record_of(None)],
        unreadable: Vec::new(),
    };
    let text = records_text(&entries, &palette_for(false)).to_string();
    assert_data_eq!(
        text,
        str![[r#"
v9  ended, challenger better, challenger got all the traffic
  2026-05-01 00:00 to 2026-05-09 00:00 UTC, id 20260501T000000Z-0a1b2c3d
  control: fraud 8, run 9f8e7d6c, fraud:12, 0123456789ab
  challenger: fraud 9, run 9f8e7d6c, fraud:12, 0123456789ab

"#]]
    );
    let mut promoted = record_of(None);
    promoted.winner = "control".to_owned();
    promoted.promoted = Some("challenger".to_owned());
    assert_eq!(
        headline(&promoted),
        "ended, challenger better, control got all the traffic with the release of challenger"
    );
    let document = records_document(&entries);
    assert_eq!(document["recorded"][0]["readout"].get("course"), None);
    let nothing = records_text(&Entries::default(), &palette_for(false)).to_string();
    assert_eq!(nothing, "no experiments are recorded\n");
}

#[test]
fn a_page_has_the_picture_and_no_markup_of_others() {
    let record = record_of(None);
    let page = record_html(&record);
    assert!(page.contains("<svg") && page.contains("<polygon"));
    // Each look is a row, and a guardrail has its trials as the primary metric has.
    let looks = record.readout.as_ref().unwrap().course[0].looks.len();
    let (_, table) = page.split_once("<summary>Each look</summary>").unwrap();
    let (table, _) = table.split_once("</details>").unwrap();
    assert_eq!(table.matches("<tr><td").count(), looks);
    assert_eq!(
        page.matches("<data value=\"280000\">280 000</data></span> →")
            .count(),
        1
    );
    assert!(page.contains("&lt;b&gt;more&lt;/b&gt;") && !page.contains("<b>"));
    let without = ExperimentRecord {
        readout: None,
        ..record
    };
    assert!(!record_html(&without).contains("<svg"));
    assert_eq!(record_svg(&without), None);
}

#[test]
fn a_record_names_the_guardrail_that_was_breached_and_tells_why_a_variant_was_dropped() {
    let mut record = record_of(None);
    record.outcome = "guardrail_breached".to_owned();
    record.dropped = serde_json::from_value(json!([{
        "variant": "third", "at": "2026-05-03T10:00:00Z", "phase": 1,
        "state": "guardrail_breached", "breached": ["healthy_targets"], "requests": 9000,
        "primary": {"metric": "conversion", "role": "primary", "variant": "third",
            "proportion": true, "control_trials": 4000, "trials": 2000, "control_rate": 0.05,
            "rate": 0.049, "effect": -0.001, "lower": -0.02, "upper": 0.018, "lift": null,
            "lift_lower": null, "lift_upper": null, "p": 0.9, "state": "guardrail_breached",
            "approximate": false},
    }]))
    .unwrap();
    record.phases[0].alpha = Some(0.01);
    if let Some(readout) = &mut record.readout {
        readout.course.clear();
        readout.metrics[0].state = "guardrail_breached".to_owned();
        readout.metrics[1].metric = "healthy_targets".to_owned();
        readout.metrics[1].state = "breached".to_owned();
    }
    let text = record_text(&record, &palette_for(false)).to_string();
    assert_data_eq!(
        text,
        str![[r#"
v9: ended, guardrail breached: healthy_targets of challenger, challenger got all the traffic
  2026-05-01 00:00 to 2026-05-09 00:00 UTC, id 20260501T000000Z-0a1b2c3d
  started by ana, ended by bo
  because <b>more</b> convert

  control     fraud 8, run 9f8e7d6c, fraud:12, 0123456789ab, service ml/control  (control)
  challenger  fraud 9, run 9f8e7d6c, fraud:12, 0123456789ab, service ml/challenger
  phase 1: 95:5 from 2026-05-01 00:00 to 2026-05-02 00:00 UTC, alpha 0.010
  phase 2: 50:50 from 2026-05-02 00:00 to 2026-05-09 00:00 UTC

  control: 280 000 requests, 28 000 trials
  challenger: 280 000 requests, 28 000 trials

  conversion, primary, challenger: 5.00 % → 6.50 %, +1.50 pp (+0.89 to +2.11), p < 0.0001: guardrail breached (healthy_targets)
  healthy_targets, guardrail, challenger: 0.10 % → 0.10 %, 0 pp (−0.028 to +0.028), p 1: breached
  until third was dropped, of 4 000 and 2 000 trials: conversion, primary, third: 5.00 % → 4.90 %, −0.10 pp (−2.00 to +1.80), p 0.90: guardrail breached (healthy_targets)
note: third was dropped at the end of phase 1, 2026-05-03 10:00 UTC: it breached healthy_targets

"#]]
    );
    let page = record_html(&record);
    assert!(
        page.contains("does harm") && page.contains("healthy_targets"),
        "{page}"
    );
}
