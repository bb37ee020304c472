use proptest::prelude::*;
use serde_json::json;

use super::*;

fn require(value: serde_json::Value) -> Require {
    serde_json::from_value(value).unwrap()
}

fn version(number: &str, metrics: &[(&str, f64)]) -> RegisteredVersion {
    let metrics = metrics
        .iter()
        .map(|(name, value)| ((*name).to_owned(), *value));
    RegisteredVersion {
        name: "fraud".to_owned(),
        version: number.to_owned(),
        metrics: metrics.collect(),
        created: Some("2026-11-01T00:00:00Z".parse().unwrap()),
        ..RegisteredVersion::default()
    }
}

fn messages(require: &Require, version: &RegisteredVersion, serving: Serving<'_>) -> String {
    let gates = Gates {
        require,
        version,
        serving,
        now: "2026-11-25T00:00:00Z".parse().unwrap(),
    };
    let lines = gates.failed().into_iter();
    lines
        .map(|failed| format!("{} ({}): {}", failed.gate, failed.path, failed.message))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_metric_is_held_against_its_bounds() {
    let asked = require(json!({"metrics": {"auc": {"min": 0.92}, "loss": {"max": 0.3}}}));
    let good = version("8", &[("auc", 0.92), ("loss", 0.3)]);
    assert_eq!(messages(&asked, &good, Serving::Nothing), "");
    let bad = version("8", &[("auc", 0.912), ("loss", 0.31)]);
    assert_eq!(
        messages(&asked, &bad, Serving::Nothing),
        "metrics.auc (model.require.metrics.auc.min): auc of version 8 is 0.912, less than 0.92\n\
         metrics.loss (model.require.metrics.loss.max): loss of version 8 is 0.31, more than 0.3"
    );
}

#[test]
fn what_is_no_number_or_not_there_holds_no_bound() {
    let asked = require(json!({"metrics": {"auc": {"min": 0.92, "max": 1.0}}}));
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let odd = version("8", &[("auc", odd)]);
        assert!(messages(&asked, &odd, Serving::Nothing).ends_with(", which is no result"));
    }
    let none = version("8", &[("f1", 1.0)]);
    assert_eq!(
        messages(&asked, &none, Serving::Nothing),
        "metrics.auc (model.require.metrics.auc): version 8 has no metric auc; it has f1"
    );
}

#[test]
fn a_metric_is_held_against_what_serves() {
    let asked = require(json!({"metrics": {
        "auc": {"notWorseThan": "current", "better": "higher"},
        "loss": {"max": 9, "notWorseThan": "current"},
    }}));
    let current = version("7", &[("auc", 0.9), ("loss", 0.2)]);
    let serving = Serving::Version(&current);
    assert_eq!(messages(&asked, &current, serving), "");
    let better = version("8", &[("auc", 0.91), ("loss", 0.1)]);
    assert_eq!(messages(&asked, &better, serving), "");
    let worse = version("8", &[("auc", 0.89), ("loss", 0.3)]);
    let told = messages(&asked, &worse, serving);
    assert!(told.contains("0.89, worse than 0.9 of version 7"), "{told}");
    assert!(told.contains("0.3, worse than 0.2 of version 7"), "{told}");
    assert_eq!(messages(&asked, &worse, Serving::Nothing), "");
    let told = messages(&asked, &worse, Serving::Gone("6"));
    assert!(
        told.contains("version 6, which serves, is no longer in the registry"),
        "{told}"
    );
    let told = messages(&asked, &worse, Serving::Unknown("fraud:6"));
    assert!(
        told.contains("does not say which registered version"),
        "{told}"
    );
    let bare = version("7", &[]);
    let told = messages(&asked, &worse, Serving::Version(&bare));
    assert!(told.contains("has no such metric"), "{told}");
}

#[test]
fn tags_approval_and_age_are_gates() {
    let asked = require(json!({
        "tags": {"validation_status": "approved", "bias": "checked"},
        "approved": true, "maxAgeDays": 20,
    }));
    let mut pending = version("8", &[]);
    pending
        .tags
        .insert("validation_status".to_owned(), "pending".to_owned());
    assert_eq!(
        messages(&asked, &pending, Serving::Nothing),
        "tags.bias (model.require.tags.bias): version 8 has no tag bias\n\
         tags.validation_status (model.require.tags.validation_status): \
         tag validation_status of version 8 is pending, not approved\n\
         approved (model.require.approved): version 8 is not approved\n\
         maxAgeDays (model.require.maxAgeDays): version 8 is 24 days old, more than 20"
    );
    pending
        .tags
        .insert("validation_status".to_owned(), "approved".to_owned());
    pending.tags.insert("bias".to_owned(), "checked".to_owned());
    pending.approved = true;
    pending.created = Some("2026-11-05T00:00:00Z".parse().unwrap());
    assert_eq!(messages(&asked, &pending, Serving::Nothing), "");
    let all: Vec<_> = Gates::all(&asked).iter().map(ToString::to_string).collect();
    assert_eq!(
        all,
        [
            "tags.bias",
            "tags.validation_status",
            "approved",
            "maxAgeDays"
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A gate holds exactly where every comparison that it asks for does, of a result.
    #[test]
    fn a_gate_is_its_comparisons(
        value in proptest::num::f64::ANY,
        min in proptest::option::of(-2.0..2.0),
        max in proptest::option::of(-2.0..2.0),
        before in -2.0..2.0,
        lower in any::<bool>(),
    ) {
        let better = if lower { "lower" } else { "higher" };
        let bounds = json!({"min": min, "max": max, "notWorseThan": "current", "better": better});
        let asked = require(json!({"metrics": {"m": bounds}}));
        let current = version("7", &[("m", before)]);
        let found = messages(&asked, &version("8", &[("m", value)]), Serving::Version(&current));
        let holds = value.is_finite()
            && min.is_none_or(|min| value >= min)
            && max.is_none_or(|max| value <= max)
            && if lower { value <= before } else { value >= before };
        prop_assert_eq!(found.is_empty(), holds, "{}", found);
    }
}

#[test]
fn nothing_is_as_good_as_a_current_value_that_is_no_number() {
    let asked = require(json!({"metrics": {"auc": {"notWorseThan": "current"}}}));
    let after = version("8", &[("auc", 0.1)]);
    for odd in [f64::NAN, f64::NEG_INFINITY] {
        let before = version("7", &[("auc", odd)]);
        let said = messages(&asked, &after, Serving::Version(&before));
        assert!(said.ends_with("is nothing to compare it with"), "{said}");
    }
}

#[test]
fn a_gate_is_placed_where_its_name_stands_whatever_is_in_it() {
    let asked = require(json!({
        "metrics": {"val.auc": {"min": 1.0}, "auc[0]": {"min": 1.0}},
        "tags": {"team.bias": "checked"},
    }));
    let none = version("8", &[("val.auc", 0.0), ("auc[0]", 0.0)]);
    let gates = messages(&asked, &none, Serving::Nothing);
    for path in [
        r#"(model.require.metrics["val.auc"].min)"#,
        r#"(model.require.metrics["auc[0]"].min)"#,
        r#"(model.require.tags["team.bias"])"#,
    ] {
        assert!(gates.contains(path), "{path}: {gates}");
    }
}
