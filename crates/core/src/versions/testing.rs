//! Records of experiments for tests.

use serde_json::{Value, json};

use crate::ledger::ExperimentRecord;

/// A record of an experiment in which versions were variants, the first the control.
pub(crate) fn record(name: &str, versions: &[&str], readout: Value) -> ExperimentRecord {
    let variant = |at: usize| ["a", "b", "c"][at];
    let parts = versions.iter().enumerate().map(|(at, version)| {
        let release = (!version.is_empty()).then(|| {
            json!({"model": "fraud", "version": version, "reference": null, "run_id": "run",
                "git_sha": null, "offline": {"auc": 0.9}, "image": null, "digest": null,
                "task_definition": null})
        });
        json!({"name": variant(at), "control": at == 0,
            "service": {"cluster": "ml", "name": variant(at)}, "release": release})
    });
    let mut document = json!({
        "schema": "mlship/experiment-record/v1", "id": format!("20260501T000000Z-{name}"),
        "experiment": name, "hypothesis": null, "rule": "arn:rule",
        "started": "2026-05-01T00:00:00Z", "started_by": "ana",
        "ended": "2026-05-09T12:00:00Z", "ended_by": "bo",
        "outcome": "challenger_better", "winner": "b", "terms": "0a1b",
        "design": {
            "primary": {"metric": "conversion", "type": "proportion", "direction": "up",
                "minimumEffect": 0.005},
            "guardrails": [], "alpha": 0.05, "planned_sample": 40_000,
            "minimum_events_per_arm": 100, "maximum_days": 14, "looks": null, "ramp": [],
            "stickiness": "7d", "header": null},
        "variants": parts.collect::<Vec<_>>(), "phases": [],
        "disturbed": null, "notes": [],
    });
    document["readout"] = readout;
    serde_json::from_value(document).unwrap()
}

pub(crate) fn finding(metric: &str, role: &str, variant: &str, state: &str) -> Value {
    json!({"metric": metric, "role": role, "variant": variant, "proportion": true,
        "control_rate": 0.05, "rate": 0.065, "effect": 0.015, "lower": 0.009, "upper": 0.021,
        "lift": 0.3, "lift_lower": 0.2, "lift_upper": 0.4, "p": 0.0001, "state": state,
        "approximate": false})
}

pub(crate) fn readout(metrics: &[Value]) -> Value {
    json!({"verdict": "challenger_better", "winner": "b", "from": "2026-05-01T00:00:00Z",
        "to": "2026-05-09T00:00:00Z", "inference": "sequential", "split_p": 0.5,
        "split_broken": false, "sample": 20_000, "planned": 40_000,
        "variants": [{"name": "a", "weight": 50, "requests": 30_000, "count": 10_000},
            {"name": "b", "weight": 50, "requests": 30_000, "count": 9_000}],
        "metrics": metrics})
}
