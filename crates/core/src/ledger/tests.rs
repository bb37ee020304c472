use serde_json::json;

use super::*;
use crate::experiment::testing::rule_arn;
use crate::experiment::{End, Phase, Record, State};
use mlship_text::secrets::KnownSecrets;

fn ended() -> Record {
    let time = |text: &str| text.parse().unwrap();
    Record {
        name: "v9".to_owned(),
        state: State::Stopped,
        phase: 2,
        step: 2,
        weights: "a=50 b=50".to_owned(),
        since: Some(time("2026-05-02T10:00:00Z")),
        started: Some(time("2026-05-01T10:00:00Z")),
        by: "ana".to_owned(),
        hypothesis: Some("more convert".to_owned()),
        analysis_digest: "0a1b".to_owned(),
        variants: None,
        phases: vec![
            Phase {
                number: 1,
                since: time("2026-05-01T10:00:00Z"),
                weights: vec![95, 5],
            },
            Phase {
                number: 2,
                since: time("2026-05-02T10:00:00Z"),
                weights: vec![50, 50],
            },
        ],
        spending: None,
        dropped: Vec::new(),
        ledger: None,
        recorded: None,
        promotion: None,
        end: Some(End {
            outcome: "challenger_better".to_owned(),
            winner: "challenger".to_owned(),
            at: time("2026-05-09T10:00:00Z"),
            by: "bo".to_owned(),
            cookies_end: time("2026-05-16T10:00:00Z"),
            cleaned: None,
        }),
    }
}

fn record() -> ExperimentRecord {
    ExperimentRecord::of(&rule_arn(), &ended()).unwrap()
}

#[test]
fn a_record_is_read_as_it_was_written() {
    assert_eq!(ExperimentRecord::parse(&record().text()), Ok(record()));
    let until: Vec<String> = record()
        .phases
        .iter()
        .map(|phase| phase.until.to_string())
        .collect();
    assert_eq!(until, ["2026-05-02T10:00:00Z", "2026-05-09T10:00:00Z"]);
}

#[test]
fn what_has_not_ended_has_no_record() {
    for state in [State::Starting, State::Running, State::Stopping] {
        let open = Record { state, ..ended() };
        assert_eq!(ExperimentRecord::of(&rule_arn(), &open), None);
    }
}

#[test]
fn an_id_is_of_one_start() {
    let record = record();
    assert!(record.id.as_str().starts_with("20260501T100000Z-"));
    let of = |name: &str, rule: &str, started| {
        StartId::new(name, &crate::release::ids::RuleArn::new(rule), started)
    };
    let own = of("v9", rule_arn().as_str(), record.started);
    assert_eq!(own, record.id);
    assert_ne!(of("v8", rule_arn().as_str(), record.started), record.id);
    assert_ne!(of("v9", "arn:other", record.started), record.id);
    assert_ne!(of("v9", rule_arn().as_str(), record.ended), record.id);
}

#[test]
fn what_is_no_record_is_said() {
    let newer = record().text().replace("record/v1", "record/v2");
    let less = json!({"schema": "mlship/experiment-record/v1"}).to_string();
    for (text, why) in [
        ("<html>", "no JSON"),
        ("[]", "no record of an experiment"),
        ("{}", "no record of an experiment"),
        (
            &newer,
            "written as mlship/experiment-record/v2, which this mlship is too old for",
        ),
        (
            &less,
            "no whole record of an experiment: missing field `id`",
        ),
    ] {
        assert_eq!(ExperimentRecord::parse(text), Err(why.to_owned()));
    }
    // Members are added over time.
    let more = record().text().replacen('{', "{\"more\": 1,", 1);
    assert_eq!(ExperimentRecord::parse(&more), Ok(record()));
}

#[test]
fn no_secret_is_written_down() {
    let mut known = KnownSecrets::none();
    known.add("correct-horse-battery");
    let mut told = record();
    told.hypothesis = Some("correct-horse-battery helps, token=hunter2hunter2".to_owned());
    told.started_by = "https://me:hunter2hunter2@ci.example.com/run".to_owned();
    let text = told.without_secrets(&known).text();
    for secret in ["correct-horse-battery", "hunter2hunter2"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(ExperimentRecord::parse(&text).is_ok());
}

#[test]
fn a_record_that_two_ledgers_have_counts_once() {
    let mut later = record();
    later.ended = "2026-06-09T10:00:00Z".parse().unwrap();
    later.id = StartId::new("v9", &rule_arn(), later.ended);
    let mut entries = Entries {
        records: vec![record()],
        unreadable: Vec::new(),
    };
    entries.extend(Entries {
        records: vec![record(), later.clone()],
        unreadable: vec!["x.json: no JSON".to_owned()],
    });
    assert_eq!(entries.records, [later, record()]);
    assert_eq!(entries.unreadable.len(), 1);
}
