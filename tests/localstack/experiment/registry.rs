//! The model registry knows how an experiment ended.

use super::lab::Lab;
use crate::registry::mlflow::Model;

#[test]
fn the_version_of_a_variant_is_told_how_the_experiment_ended() {
    let Some(lab) = Lab::new(&[]) else { return };
    let Some(model) = Model::new() else { return };
    let version = model.register(&[("auc", 0.9)]);
    lab.challenger_from(&model, &version);
    lab.start();
    // The alias names another by the end: what was compared is told.
    let other = model.register(&[("auc", 0.8)]);
    model.set_alias("challenger", &other);
    let stopped = lab.run("stop", &["--winner", "challenger"]);
    let result = stopped.result();
    let tagged = format!("{} {version}", model.name);
    assert_eq!(result["registry"]["tagged"][0], tagged, "{result:#}");
    let traces = model.traces(&version);
    let key = "mlship/experiment/fraud-v9-vs-v8";
    let (_, trace) = traces.iter().find(|(name, _)| name == key).unwrap();
    assert_eq!(trace["outcome"], "inconclusive, challenger got all traffic");
    assert!(trace["by"].as_str().unwrap().starts_with("arn:aws:"));
    assert_eq!(model.traces(&other), []);
}
