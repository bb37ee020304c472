//! A record as the parameters, metrics and tags of a run.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::START;
use mlship_core::ledger::{Design, ExperimentRecord, Release};

/// The tags that have the record, piece by piece: MLflow takes a few thousand characters each.
const PIECE: &str = "mlship.record.";
/// The tag that says how many pieces there are.
const PIECES: &str = "mlship.record";
const LONGEST: usize = 4000;

/// The most characters of a parameter.
const LONGEST_PARAMETER: usize = 500;

/// Returns what was asked, and of which releases.
pub(super) fn parameters(record: &ExperimentRecord) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut put = |name: &str, value: Option<String>| {
        let value = value.filter(|value| !value.is_empty());
        let value: Option<String> =
            value.map(|value| value.chars().take(LONGEST_PARAMETER).collect());
        all.extend(value.map(|value| (name.to_owned(), value)));
    };
    if let Some(design) = &record.design {
        let Design {
            primary,
            alpha,
            planned_sample,
            minimum_events_per_arm,
            ..
        } = design;
        put("primary", Some(primary.metric.clone()));
        put("minimum_effect", Some(primary.minimum_effect.to_string()));
        put("alpha", Some(alpha.to_string()));
        put("planned_sample", Some(planned_sample.to_string()));
        put(
            "minimum_events_per_arm",
            Some(minimum_events_per_arm.to_string()),
        );
    }
    for part in &record.variants {
        put(
            &format!("{}/service", part.name),
            Some(part.service.to_string()),
        );
        let Some(release) = &part.release else {
            continue;
        };
        let Release {
            model,
            version,
            run_id,
            digest,
            task_definition,
            ..
        } = release;
        let revision = task_definition.as_ref().map(|arn| arn.short().to_owned());
        for (name, value) in [
            ("model", model),
            ("version", version),
            ("run_id", run_id),
            ("digest", digest),
            ("task_definition", &revision),
        ] {
            put(&format!("{}/{name}", part.name), value.clone());
        }
    }
    all
}

/// Returns the numbers at the end.
pub(super) fn metrics(record: &ExperimentRecord) -> Vec<Value> {
    let at = record.ended.as_millisecond();
    let mut all = Vec::new();
    let mut put = |name: String, value: Option<f64>| {
        let value = value.filter(|value| value.is_finite());
        all.extend(
            value.map(|value| json!({"key": name, "value": value, "timestamp": at, "step": 0})),
        );
    };
    let Some(readout) = &record.readout else {
        return all;
    };
    #[expect(clippy::cast_precision_loss, reason = "MLflow has no other numbers")]
    let count = |count: u64| count as f64;
    put("split_p".to_owned(), readout.split_p);
    put("sample".to_owned(), readout.sample.map(count));
    for variant in &readout.variants {
        put(
            format!("{}/requests", variant.name),
            Some(count(variant.requests)),
        );
        put(format!("{}/count", variant.name), variant.count.map(count));
    }
    for metric in &readout.metrics {
        let name = |part: &str| format!("{}/{}/{part}", metric.variant, metric.metric);
        put(name("control_rate"), metric.control_rate);
        put(name("rate"), metric.rate);
        put(name("effect"), metric.effect);
        put(name("lower"), metric.lower);
        put(name("upper"), metric.upper);
        put(name("p"), metric.p);
    }
    all
}

/// Returns how it ended, and the record in pieces.
pub(super) fn tags(record: &ExperimentRecord) -> Vec<(String, String)> {
    let characters: Vec<char> = record.line().chars().collect();
    let pieces = characters.chunks(LONGEST).zip(1..);
    let mut tags: Vec<(String, String)> = pieces
        .map(|(piece, number)| (format!("{PIECE}{number}"), piece.iter().collect()))
        .collect();
    let count = tags.len().to_string();
    tags.extend(
        [
            (PIECES, &*count),
            (START, record.id.as_str()),
            ("mlship.outcome", &*record.outcome),
            ("mlship.winner", &*record.winner),
            ("mlship.rule", record.rule.as_str()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let note = record.hypothesis.clone();
    tags.extend(note.map(|note| ("mlflow.note.content".to_owned(), note)));
    tags
}

/// Returns the record of a run; none where it has none.
pub(super) fn document(tags: &BTreeMap<String, String>) -> Option<String> {
    let count: usize = tags.get(PIECES)?.parse().ok()?;
    let pieces = (1..=count).map(|number| tags.get(&format!("{PIECE}{number}")));
    // A piece that is missing leaves what can't be read, which is said.
    Some(pieces.flatten().map(String::as_str).collect())
}
