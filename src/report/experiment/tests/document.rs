//! Tests of a readout as a document.

use super::cases::cases;
use super::*;

#[test]
fn readouts_of_all_kinds_are_as_the_schema_says() {
    let schema = include_str!("../../../../docs/documents.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    let properties = schema
        .pointer("/$defs/experiment_status/properties")
        .unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for case in cases() {
        let document = experiment_document(&case.view());
        let errors = schema.iter_errors(&document);
        let errors: Vec<String> = errors.map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", case.name);
        for name in document.as_object().unwrap().keys() {
            assert!(properties.get(name).is_some(), "{}: {name}", case.name);
        }
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one whole document")]
fn a_document_has_the_contract_s_fields() {
    let mut document = experiment_document(&shown(&record(), &reading(14, 62, 1, 1000)));
    assert_eq!(document["course"][0]["looks"].as_array().unwrap().len(), 28);
    document["course"] = json!([]);
    assert_data_eq!(
        format!("{document:#}"),
        str![[r#"
{
  "alpha": 0.045,
  "by": "arn:aws:iam::111122223333:user/ana",
  "counted": {
    "from": "2026-05-01T00:00:00Z",
    "to": "2026-05-15T00:00:00Z"
  },
  "course": [],
  "days": 14.0,
  "ended": null,
  "experiment": "v9",
  "experiment_alpha": 0.05,
  "hypothesis": "<b>more</b> convert & stay",
  "inference": "sequential",
  "left": {
    "days": 0.0,
    "trials": 0
  },
  "looks": null,
  "maximum_days": 14,
  "metrics": [
    {
      "approximate": false,
      "control_rate": 0.05,
      "control_trials": 28000,
      "effect": 0.011999999999999997,
      "lift": 0.23999999999999994,
      "lift_lower": 0.10662952744098478,
      "lift_upper": 0.3733704725590151,
      "lower": 0.006015609880636758,
      "metric": "conversion",
      "narrowed": null,
      "p": 8.52435193679219e-8,
      "rate": 0.062,
      "reason": null,
      "role": "primary",
      "state": "challenger_better",
      "trials": 28000,
      "upper": 0.017984390119363237,
      "variant": "challenger"
    },
    {
      "approximate": true,
      "control_rate": 0.001,
      "control_trials": 280000,
      "effect": 0.0,
      "lift": 0.0,
      "lift_lower": -0.28126155696689276,
      "lift_upper": 0.28126155696689276,
      "lower": -0.00028126155696689273,
      "metric": "error_rate",
      "narrowed": null,
      "p": 1.0,
      "rate": 0.001,
      "reason": null,
      "role": "guardrail",
      "state": "passed",
      "trials": 280000,
      "upper": 0.00028126155696689273,
      "variant": "challenger"
    }
  ],
  "minimum_effect": 0.005,
  "notes": [],
  "phase": 1,
  "planned": 40000,
  "power": {
    "planned": 0.008881912520321745,
    "power": 0.8,
    "seen": 0.007472577826485364
  },
  "reason": null,
  "rows": null,
  "sample": 56000,
  "segments": [],
  "srm": {
    "broken": false,
    "p": 1.0
  },
  "started": "2026-05-01T00:00:00Z",
  "state": "running",
  "summary": "challenger better: conversion of challenger: +1.20 pp",
  "variants": [
    {
      "control": true,
      "count": 28000,
      "name": "control",
      "requests": 280000,
      "weight": 50
    },
    {
      "control": false,
      "count": 28000,
      "name": "challenger",
      "requests": 280000,
      "weight": 50
    }
  ],
  "verdict": "challenger_better",
  "window": {
    "from": "2026-05-01T00:00:00Z",
    "to": "2026-05-15T00:00:00Z"
  },
  "winner": "challenger"
}
"#]]
    );
}
