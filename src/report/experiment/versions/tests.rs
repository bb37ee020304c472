use std::collections::BTreeMap;

use serde_json::json;
use snapbox::{assert_data_eq, str};

use super::super::record::tests::record_of;
use super::*;
use crate::report::{Color, Drawing, palette_for};
use mlship_core::app::compare::Compared;
use mlship_core::ledger::{ExperimentRecord, StartId};
use mlship_core::registry::RegisteredVersion;
use mlship_core::versions::{Material, VersionComparison, VersionFacts};
use mlship_manifest::schema::Better;

fn of_registry(version: &str, metrics: &[(&str, f64)]) -> VersionFacts {
    VersionFacts::of_registry(&RegisteredVersion {
        name: "fraud".to_owned(),
        version: version.to_owned(),
        run_id: Some("9f8e7d6c5b4a3210".to_owned()),
        git_sha: Some("3f2c1a9d5b7e4860a1b2".to_owned()),
        trained: Some("2026-04-20T08:30:00Z".parse().unwrap()),
        metrics: metrics
            .iter()
            .map(|(name, value)| ((*name).to_owned(), *value))
            .collect(),
        ..RegisteredVersion::default()
    })
}

fn compared(model: &str, versions: [VersionFacts; 2], records: &[ExperimentRecord]) -> Compared {
    let better: BTreeMap<String, Better> = [("p95".to_owned(), Better::Lower)].into();
    Compared {
        comparison: VersionComparison::of(Material {
            model,
            versions,
            records,
            better: &better,
        }),
        notes: Vec::new(),
        unreadable: Vec::new(),
    }
}

/// One in which others wrote every text, for the tests of all output: of a version with itself, and
/// with another that takes part in nothing.
pub(in crate::report::experiment) fn hostile_comparison(
    text: &str,
    record: &ExperimentRecord,
) -> Compared {
    let mut facts = of_registry(text, &[(text, 0.5)]);
    for member in [&mut facts.run_id, &mut facts.git_sha, &mut facts.page] {
        *member = Some(text.to_owned());
    }
    let mut found = compared(text, [facts.clone(), facts], std::slice::from_ref(record));
    let versions = [of_registry(text, &[]), of_registry("1", &[])];
    let alone = compared(text, versions, std::slice::from_ref(record));
    found.comparison.others = alone.comparison.others;
    found.comparison.unknown = vec![record.id.clone()];
    found.notes = vec![text.to_owned()];
    found.unreadable = vec![text.to_owned()];
    found
}

fn facts() -> [VersionFacts; 2] {
    let old = [
        ("auc", 0.9312),
        ("logloss", 0.21),
        ("odd", f64::NAN),
        ("p95", 120.0),
    ];
    let new = [
        ("auc", 0.9423),
        ("f1", 0.8),
        ("logloss", 0.24),
        ("odd", 0.5),
        ("p95", 110.0),
    ];
    [of_registry("8", &old), of_registry("9", &new)]
}

fn renamed(mut record: ExperimentRecord, name: &str, ended: &str) -> ExperimentRecord {
    name.clone_into(&mut record.experiment);
    record.id = StartId::new(name, &record.rule, record.started);
    record.ended = ended.parse().unwrap();
    record
}

/// The test of both, one that found the opposite in an interval that is wide, and others.
fn records() -> [ExperimentRecord; 4] {
    let found = record_of(None);
    let mut other = renamed(record_of(None), "v9-again", "2026-06-01T12:00:00Z");
    "control_better".clone_into(&mut other.outcome);
    "control".clone_into(&mut other.winner);
    let readout = other.readout.as_mut().unwrap();
    let primary = &mut readout.metrics[0];
    (primary.effect, primary.lower, primary.upper) = (Some(-0.02), Some(-0.05), Some(-0.001));
    "control_better".clone_into(&mut primary.state);
    "breached".clone_into(&mut readout.metrics[1].state);
    other.disturbed = Some("ml/control".to_owned());
    let mut older = renamed(record_of(None), "v8", "2026-04-01T00:00:00Z");
    let releases = older
        .variants
        .iter_mut()
        .map(|part| part.release.as_mut().unwrap());
    for (release, version) in releases.zip(["7", "8"]) {
        release.version = Some(version.to_owned());
    }
    let mut lost = renamed(record_of(None), "lost", "2026-04-02T00:00:00Z");
    lost.variants[0].release = None;
    [found, other, older, lost]
}

fn told(versions: [VersionFacts; 2], records: &[ExperimentRecord], color: &Color) -> String {
    comparison_text(&compared("fraud", versions, records), color).to_string()
}

#[test]
fn training_stands_beside_production_test_by_test() {
    let text = told(facts(), &records(), &palette_for(false));
    assert_data_eq!(
        text,
        str![[r#"
fraud: 9 held against 8
              8                     9
  run         9f8e7d6c5b4a3210      9f8e7d6c5b4a3210
  commit      3f2c1a9d5b            3f2c1a9d5b
  trained     2026-04-20 08:30 UTC  2026-04-20 08:30 UTC
  known from  the model registry    the model registry

in training
  METRIC   8       9       DIFFERENCE
  auc      0.9312  0.9423  +0.0111     9 is better
  f1       -       0.8     -           8 has none
  logloss  0.21    0.24    +0.03       9 is worse, since less is better
  odd      NaN     0.5     -           not a number that can be compared
  p95      120     110     −10         9 is better, since less is better

in production, each test by itself
  TEST      ENDED       DAYS  METRIC      8 → 9            DIFFERENCE                 ALPHA  VERDICT
  v9-again  2026-06-01  31.5  conversion  5.00 % → 6.50 %  −2.00 pp (−5.00 to −0.10)  -      9 is worse
  v9        2026-05-09  8.0   conversion  5.00 % → 6.50 %  +1.50 pp (+0.89 to +2.11)  -      9 is better
  v9-again: guardrail error_rate of 9: breached
  v9-again: ml/control was released to by force meanwhile

  training, in percent
  auc       +1.19 %                                        │─•
  logloss   +14.29 %                                       │───────────────────•
  p95       −8.33 %                            •───────────│

  production, conversion
  v9-again  −2.00 pp (−5.00 to −0.10)  ────────────•───────│
  v9        +1.50 pp (+0.89 to +2.11)                      │   ──•──
                                       less in 9           │  more in 9
  • the difference, ─ where it may be; each group has its own scale

training and production differ: 9 is better by auc, p95, and in v9-again 9 is worse
training and production differ: 8 is better by logloss, and in v9 9 is better

other tests
  8  v8, ended 2026-04-01: challenger better, challenger got all the traffic; it was challenger, against fraud 7
  9  lost, ended 2026-04-02: challenger better, challenger got all the traffic; it was challenger, against control, of which nobody knows what it served
note: what served in these tests is not known: 20260501T000000Z-c3d8ad1b

"#]]
    );
}

#[test]
fn versions_the_other_way_round_have_the_other_signs() {
    let [old, new] = facts();
    let [found, ..] = records();
    let text = told([new, old], &[found], &palette_for(false));
    assert_data_eq!(
        text,
        str![[r#"
fraud: 8 held against 9
              9                     8
  run         9f8e7d6c5b4a3210      9f8e7d6c5b4a3210
  commit      3f2c1a9d5b            3f2c1a9d5b
  trained     2026-04-20 08:30 UTC  2026-04-20 08:30 UTC
  known from  the model registry    the model registry

in training
  METRIC   9       8       DIFFERENCE
  auc      0.9423  0.9312  −0.0111     8 is worse
  f1       0.8     -       -           8 has none
  logloss  0.24    0.21    −0.03       8 is better, since less is better
  odd      0.5     NaN     -           not a number that can be compared
  p95      110     120     +10         8 is worse, since less is better

in production, each test by itself
  TEST  ENDED       DAYS  METRIC      9 → 8            DIFFERENCE                 ALPHA  VERDICT
  v9    2026-05-09  8.0   conversion  6.50 % → 5.00 %  −1.50 pp (−2.11 to −0.89)  -      8 is worse

  training, in percent
  auc      −1.18 %                                      •─│
  logloss  −12.5 %                    •───────────────────│
  p95      +9.09 %                                        │──────────────•

  production, conversion
  v9       −1.50 pp (−2.11 to −0.89)  ──────•──────       │
                                      less in 8           │  more in 8
  • the difference, ─ where it may be; each group has its own scale

training and production differ: 8 is better by logloss, and in v9 8 is worse

other tests
  9  none
  8  none

"#]]
    );
}

#[test]
fn without_a_test_of_both_that_is_said() {
    let [_, _, older, _] = records();
    let empty = || of_registry("8", &[]);
    let text = told(
        [empty(), of_registry("9", &[])],
        &[older],
        &palette_for(false),
    );
    assert_data_eq!(
        text,
        str![[r#"
fraud: 9 held against 8
              8                     9
  run         9f8e7d6c5b4a3210      9f8e7d6c5b4a3210
  commit      3f2c1a9d5b            3f2c1a9d5b
  trained     2026-04-20 08:30 UTC  2026-04-20 08:30 UTC
  known from  the model registry    the model registry

in training: neither run has metrics

in production: no test is recorded in which both took part

other tests
  8  v8, ended 2026-04-01: challenger better, challenger got all the traffic; it was challenger, against fraud 7
  9  none

"#]]
    );
}

#[test]
fn a_terminal_without_lines_gets_a_picture_in_ascii() {
    let color = Color {
        drawing: Drawing::Ascii,
        ..Color::default()
    };
    let [found, ..] = records();
    let text = told(facts(), &[found], &color);
    let (_, picture) = text.split_once("training, in percent").unwrap();
    assert!(picture.is_ascii(), "{picture}");
}

#[test]
fn a_document_has_every_number_and_null_for_what_is_none() {
    let document = comparison_document(&compared("fraud", facts(), &records()));
    let odd = document["offline"].as_array().unwrap().iter();
    let odd = odd
        .clone()
        .find(|metric| metric["metric"] == "odd")
        .unwrap();
    assert_eq!(
        *odd,
        json!({"metric": "odd", "first": null, "second": 0.5, "difference": null,
            "relative": null, "better": null, "state": "not_a_number"})
    );
    let again = &document["tests"][0];
    assert_eq!(again["experiment"], "v9-again");
    assert_eq!(again["result"], "worse");
    assert_eq!(
        (&again["effect"], &again["upper"]),
        (&json!(-0.02), &json!(-0.001))
    );
    assert_eq!(again["guardrails"][0]["state"], "breached");
    assert_eq!(again["no_effect"], json!(null));
    assert_eq!(
        document["other_tests"][0]["against"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(document["unknown_tests"].as_array().unwrap().len(), 1);
    let metrics = document["contradictions"].as_array().unwrap().iter();
    let metrics: Vec<_> = metrics
        .map(|found| (&found["metric"], &found["offline"]))
        .collect();
    assert_eq!(metrics.len(), 3, "{metrics:?}");
}
