use serde_json::{Value, json};

use super::testing::{finding, readout, record};
use super::*;

fn better(state: &str) -> Value {
    readout(&[
        finding("conversion", "primary", "b", state),
        finding("error_rate", "guardrail", "b", "passed"),
    ])
}

fn facts(version: &str, metrics: &[(&str, f64)]) -> VersionFacts {
    VersionFacts {
        version: version.to_owned(),
        source: FactSource::Registry,
        run_id: None,
        git_sha: None,
        trained: None,
        registered: None,
        page: None,
        metrics: metrics
            .iter()
            .map(|(name, value)| ((*name).to_owned(), *value))
            .collect(),
    }
}

fn compared(versions: [&str; 2], records: &[ExperimentRecord]) -> VersionComparison {
    let metrics = [[("auc", 0.90)], [("auc", 0.95)]];
    let [first, second] = versions;
    VersionComparison::of(Material {
        model: "fraud",
        versions: [facts(first, &metrics[0]), facts(second, &metrics[1])],
        records,
        better: &BTreeMap::new(),
    })
}

fn only(found: &VersionComparison) -> &SharedTest {
    assert_eq!(found.tests.len(), 1, "{found:#?}");
    &found.tests[0]
}

#[test]
fn the_order_of_the_versions_turns_every_sign_and_no_number() {
    let records = [record("v8", &["7", "8"], better("challenger_better"))];
    let there = compared(["7", "8"], &records);
    let back = compared(["8", "7"], &records);
    let (there, back) = (only(&there), only(&back));
    let effect = |value, lower, upper| {
        let (lower, upper) = (Some(lower), Some(upper));
        Ok(Effect {
            value,
            lower,
            upper,
        })
    };
    assert_eq!(there.effect, effect(0.015, 0.009, 0.021));
    assert_eq!(back.effect, effect(-0.015, -0.021, -0.009));
    assert_eq!(there.result, TestResult::Better);
    assert_eq!(back.result, TestResult::Worse);
    let rates = |test: &SharedTest| test.sides.each_ref().map(|side| side.rate);
    assert_eq!(rates(there), [Some(0.05), Some(0.065)]);
    assert_eq!(rates(back), [Some(0.065), Some(0.05)]);
    let trials = there.sides.each_ref().map(|side| side.trials);
    assert_eq!(trials, [Some(10_000), Some(9_000)]);
    assert_eq!(
        (there.days().to_string(), there.alpha),
        ("8.5".to_owned(), Some(0.05))
    );
    let guarded = |test: &SharedTest| test.guardrails[0].which;
    assert_eq!(guarded(there), Which::Second);
    assert_eq!(guarded(back), Which::First);
}

#[test]
fn every_verdict_is_told_of_the_second_version() {
    for (state, of_challenger, of_control) in [
        ("challenger_better", TestResult::Better, TestResult::Worse),
        ("control_better", TestResult::Worse, TestResult::Better),
        (
            "guardrail_breached",
            TestResult::Harmful,
            TestResult::OtherHarmful,
        ),
        ("no_difference", TestResult::Same, TestResult::Same),
        ("inconclusive", TestResult::Open, TestResult::Open),
        ("a word of later", TestResult::Open, TestResult::Open),
    ] {
        let records = [record("v8", &["7", "8"], better(state))];
        assert_eq!(only(&compared(["7", "8"], &records)).result, of_challenger);
        assert_eq!(only(&compared(["8", "7"], &records)).result, of_control);
    }
}

#[test]
fn what_was_not_compared_or_does_not_hold_has_no_difference() {
    let broken = {
        let mut readout = better("broken_split");
        readout["split_broken"] = json!(true);
        readout
    };
    let unmeasured = readout(&[]);
    for (versions, readout, why, result) in [
        (
            &["7", "8"][..],
            Value::Null,
            NoEffect::NotRecorded,
            TestResult::Unknown,
        ),
        (&["7", "8"], broken, NoEffect::BrokenSplit, TestResult::Void),
        (
            &["7", "8"],
            unmeasured,
            NoEffect::NotMeasured,
            TestResult::Unknown,
        ),
        (
            &["6", "7", "8"],
            better("challenger_better"),
            NoEffect::BothChallengers,
            TestResult::Unknown,
        ),
    ] {
        let found = compared(["7", "8"], &[record("v8", versions, readout)]);
        let test = only(&found);
        assert_eq!((test.effect, test.result, test.p), (Err(why), result, None));
        assert_eq!(found.contradicted_by(test), Vec::<&OfflineMetric>::new());
    }
}

#[test]
fn tests_are_never_pooled_and_each_has_a_row() {
    let mut later = record("again", &["8", "7"], better("control_better"));
    later.ended = "2026-06-09T00:00:00Z".parse().unwrap();
    let records = [
        record("v8", &["7", "8"], better("challenger_better")),
        later,
    ];
    let found = compared(["7", "8"], &records);
    let rows: Vec<(&str, TestResult)> = found
        .tests
        .iter()
        .map(|test| (&*test.experiment, test.result))
        .collect();
    assert_eq!(
        rows,
        [("again", TestResult::Better), ("v8", TestResult::Better)]
    );
}

#[test]
fn a_version_in_two_variants_has_a_row_for_each() {
    let readout = readout(&[
        finding("conversion", "primary", "b", "challenger_better"),
        finding("conversion", "primary", "c", "inconclusive"),
    ]);
    let found = compared(["7", "8"], &[record("v8", &["7", "8", "8"], readout)]);
    let results: Vec<TestResult> = found.tests.iter().map(|test| test.result).collect();
    assert_eq!(results, [TestResult::Better, TestResult::Open]);
}

#[test]
fn a_test_that_decided_against_what_training_said_is_told() {
    for (state, versions, contradicted) in [
        // By training the second is the better one, whichever is named second.
        ("control_better", ["7", "8"], true),
        ("control_better", ["8", "7"], false),
        ("challenger_better", ["7", "8"], false),
        ("challenger_better", ["8", "7"], true),
        ("guardrail_breached", ["7", "8"], true),
        ("guardrail_breached", ["8", "7"], false),
        ("no_difference", ["7", "8"], false),
        ("inconclusive", ["7", "8"], false),
    ] {
        let found = compared(versions, &[record("v8", &["7", "8"], better(state))]);
        let metrics = found.contradicted_by(only(&found));
        let metrics: Vec<&str> = metrics.iter().map(|metric| &*metric.name).collect();
        let expected: &[&str] = if contradicted { &["auc"] } else { &[] };
        assert_eq!(metrics, expected, "{state} {versions:?}");
    }
}

#[test]
fn other_tests_are_named_with_what_the_version_was_in_them() {
    let records = [
        record("v7", &["6", "7"], better("challenger_better")),
        record("v9", &["8", "9"], better("control_better")),
        record("strange", &["1", "2"], better("inconclusive")),
    ];
    let found = compared(["7", "8"], &records);
    assert_eq!(found.tests, []);
    let mut others: Vec<_> = found
        .others
        .iter()
        .map(|test| (&*test.experiment, test.which, &*test.variant, test.control))
        .collect();
    others.sort_by_key(|other| other.0);
    assert_eq!(
        others,
        [
            ("v7", Which::First, "b", false),
            ("v9", Which::Second, "a", true),
        ]
    );
    let against = found.others[0].against[0].release.as_ref().unwrap();
    assert_eq!(against.version.as_deref(), Some("9"));
}

#[test]
fn what_nobody_knows_the_versions_of_is_not_taken_for_a_test_of_others() {
    let records = [
        record("lost", &["7", ""], better("challenger_better")),
        record("v8", &["7", "8", ""], better("challenger_better")),
    ];
    let found = compared(["7", "8"], &records);
    let unknown: Vec<&str> = found.unknown.iter().map(StartId::as_str).collect();
    assert_eq!(unknown, ["20260501T000000Z-lost"]);
}

#[test]
fn a_model_is_one_of_its_name_and_a_tag_has_not_every_character_of_it() {
    let mut one = record("v8", &["7", "8"], better("challenger_better"));
    for (recorded, asked, is_it) in [
        ("fraud", "fraud", true),
        ("fraud", "fraud-2", false),
        ("fraud__EU_", "fraud, EU!", false),
        ("fraud_ EU_", "fraud, EU!", true),
        ("fraud, EU!", "fraud_ EU_", true),
    ] {
        for part in &mut one.variants {
            part.release.as_mut().unwrap().model = Some(recorded.to_owned());
        }
        assert_eq!(
            parts_of(&one, asked, "7").len(),
            usize::from(is_it),
            "{asked}"
        );
    }
}

#[test]
fn facts_of_records_are_the_newest_that_have_metrics() {
    let old = record("old", &["7", "8"], Value::Null);
    let mut new = record("new", &["7", "9"], Value::Null);
    new.ended = "2026-06-09T00:00:00Z".parse().unwrap();
    let source = |records: &[ExperimentRecord]| {
        VersionFacts::of_records("fraud", "7", records).map(|facts| facts.source)
    };
    let of = |name: &str| Some(FactSource::Record(name.to_owned()));
    assert_eq!(source(&[old.clone(), new.clone()]), of("new"));
    new.variants[0].release.as_mut().unwrap().offline.clear();
    assert_eq!(source(&[old, new]), of("old"));
    assert_eq!(source(&[]), None);
}

fn dropped_third(breached: &[&str], primary: &Value) -> ExperimentRecord {
    let readout = readout(&[finding("conversion", "primary", "b", "challenger_better")]);
    let mut one = record("v9", &["6", "7", "8"], readout);
    one.dropped = serde_json::from_value(serde_json::json!([{
        "variant": "c", "at": "2026-05-03T00:00:00Z", "phase": 1,
        "state": "guardrail_breached", "breached": breached, "requests": 9000,
        "primary": primary,
    }]))
    .unwrap();
    one
}

#[test]
fn what_was_dropped_is_told_by_what_was_counted_until_then() {
    let mut primary = finding("conversion", "primary", "c", "guardrail_breached");
    primary["control_trials"] = 4000.into();
    primary["trials"] = 2000.into();
    primary["control_rate"] = 0.04.into();
    let one = dropped_third(&["healthy_targets"], &primary);
    let found = compared(["6", "8"], &[one]);
    let test = only(&found);
    assert_eq!(test.result, TestResult::Harmful);
    assert!((test.effect.unwrap().value - 0.015).abs() < 1e-12);
    let sides = test.sides.each_ref().map(|side| (side.rate, side.trials));
    assert_eq!(sides, [(Some(0.04), Some(4000)), (Some(0.065), Some(2000))]);
    let guardrails: Vec<_> = test
        .guardrails
        .iter()
        .map(|one| (&*one.metric, &*one.state))
        .collect();
    assert_eq!(guardrails, [("healthy_targets", "breached")]);
    assert!(test.notes[0].starts_with("c was dropped at the end of phase 1"));
    // The one that stayed is told by the end.
    let one = dropped_third(&[], &Value::Null);
    let found = compared(["6", "7"], &[one]);
    assert_eq!(only(&found).result, TestResult::Better);
}

#[test]
fn a_drop_without_numbers_is_no_test_in_which_nothing_was_counted() {
    let one = dropped_third(&["healthy_targets"], &Value::Null);
    let found = compared(["6", "8"], &[one]);
    assert_eq!(only(&found).result, TestResult::Harmful);
    let one = dropped_third(&[], &Value::Null);
    let found = compared(["6", "8"], &[one]);
    assert_eq!(only(&found).effect, Err(NoEffect::Dropped));
    // As an earlier mlship recorded it.
    let mut one = dropped_third(&[], &Value::Null);
    one.dropped.clear();
    let phase = |number: u32, weights: [u32; 3]| {
        serde_json::from_value(serde_json::json!({"phase": number, "weights": weights,
            "since": "2026-05-01T00:00:00Z", "until": "2026-05-02T00:00:00Z"}))
        .unwrap()
    };
    one.phases = vec![phase(1, [50, 25, 25]), phase(2, [50, 25, 0])];
    let found = compared(["6", "8"], &[one]);
    assert_eq!(only(&found).effect, Err(NoEffect::Dropped));
}
