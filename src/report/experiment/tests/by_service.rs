//! What is shown of an experiment that is known by a variant's service alone.

use super::*;

#[test]
fn without_a_manifest_what_is_known_is_told_and_what_is_not() {
    let counts = |requests| VariantCounts {
        requests,
        healthy: Some(2.0),
        ..VariantCounts::default()
    };
    let until = began() + SignedDuration::from_hours(36);
    let reading = Reading::of(&Material {
        experiment: None,
        definition: &definition(&[50, 50]),
        weights: &[50, 50],
        looks: &[CumulativeCounts {
            at: until,
            arms: vec![counts(10_020), counts(9_980)],
        }],
        dead: &[],
        window: Window {
            from: began(),
            to: until,
        },
        terms: Terms::default(),
        fixed: false,
        planned: None,
        rows: None,
    });
    let record = record();
    let shown = ExperimentView {
        minimum_effect: None,
        margins: Vec::new(),
        alpha: None,
        maximum_days: None,
        notes: vec!["only the manifest says what decides".to_owned()],
        ..shown(&record, &reading)
    };
    assert_data_eq!(
        experiment_text(&shown, &palette_for(false)).to_string(),
        str![[r#"
v9: inconclusive: what is measured, and what decides, only the manifest says
  phase 1, 2026-05-01 00:00 to 2026-05-02 12:00 UTC, 1.5 days

  control     weight  50  10 020 requests  (control)
  challenger  weight  50   9 980 requests
  split: as weighted, p 1

  sample: only the manifest says what a trial is, and how many are planned
note: only the manifest says what decides

"#]]
    );
    let document = experiment_document(&shown);
    for unknown in [
        "alpha",
        "minimum_effect",
        "maximum_days",
        "sample",
        "planned",
    ] {
        assert!(document[unknown].is_null(), "{unknown}");
    }
    assert!(document["variants"][0]["count"].is_null());
    assert_eq!(document["reason"], "measures_unknown");
    assert_eq!(document["srm"]["broken"], false);
    assert!(experiment_html(&shown).contains("only the manifest says"));
}
