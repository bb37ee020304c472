//! A service's status as a person reads it.

use std::fmt::Write as _;

use serde_json::Value;

use super::Color;
use mlship_core::release::ids::TaskDefinitionArn;
use mlship_text::Page;

/// Returns a status document as lines of text.
#[must_use]
pub fn status_text(status: &Value, color: &Color) -> Page {
    let strong = color.strong;
    let text = |value: &Value| value.as_str().unwrap_or("unknown").to_owned();
    let mut lines = Page::new();
    let (service, cluster) = (text(&status["service"]), text(&status["cluster"]));
    lines.line(format!("{strong}{service}{strong:#} in cluster {cluster}"));
    let release = &status["release"];
    if release.is_null() {
        lines.line("  not deployed");
        return lines;
    }
    let model = match (&release["model"], &release["version"]) {
        (Value::String(model), Value::String(version)) => format!("{model} {version}"),
        _ => "not deployed by mlship".to_owned(),
    };
    lines.line(format!("  model       {model}"));
    if let Some(reference) = release["model_ref"].as_str() {
        let metrics = release["model_metrics"].as_str();
        let metrics = metrics.map_or_else(String::new, |metrics| format!(", {metrics}"));
        lines.line(format!("  registered  {reference}{metrics}"));
    }
    lines.line(format!("  image       {}", text(&release["image"])));
    lines.line(format!("  digest      {}", text(&release["digest"])));
    lines.line(format!(
        "  revision    {}",
        text(&release["task_definition"])
    ));
    let (desired, running) = (&status["desired"], &status["running"]);
    lines.line(format!(
        "  tasks       {running} of {desired} running, {} starting",
        status["pending"]
    ));
    let deployment = &status["deployment"];
    if !deployment.is_null() {
        let style = color.change;
        lines.line(format!(
            "  deployment  {style}{} running{style:#}: {} of {} tasks, {} failed",
            text(&deployment["id"]),
            deployment["running"],
            deployment["desired"],
            deployment["failed"]
        ));
    }
    if let Some(line) = went_badly(&status["last_deployment"], color) {
        lines.line(line);
    }
    lines
}

/// Tells of a newest deployment that did not succeed: what serves doesn't show it.
fn went_badly(last: &Value, color: &Color) -> Option<String> {
    let words = match last["outcome"].as_str() {
        None | Some("succeeded" | "running") => return None,
        Some(outcome) => outcome.replace('_', " "),
    };
    let style = color.bad;
    let mut line = format!("  newest      {style}{words}{style:#}");
    let brought = last["task_definition"].as_str();
    if let Some(arn) = brought {
        let _ = write!(line, ": {}", TaskDefinitionArn::new(arn).short());
    }
    if let Some(finished) = last["finished"].as_str() {
        let _ = write!(line, ", {finished}");
    }
    line.push_str(" (mlship watch tells why)");
    Some(line)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use snapbox::{assert_data_eq, str};

    use super::*;
    use crate::report::palette_for;

    fn text(last: &Value) -> String {
        let status = json!({"service": "fraud", "cluster": "ml", "desired": 1, "running": 1,
            "pending": 0, "release": {"model": "fraud", "version": "7", "image": "fraud:7",
            "digest": "sha256:0", "task_definition": "arn:aws:ecs:x:1:task-definition/fraud:1"},
            "deployment": null, "last_deployment": last});
        status_text(&status, &palette_for(false)).to_string()
    }

    #[test]
    fn what_serves_does_not_hide_that_the_newest_deployment_was_rolled_back() {
        let last = json!({"outcome": "rolled_back", "finished": "2026-09-21T14:13:20Z",
            "task_definition": "arn:aws:ecs:x:1:task-definition/fraud:2"});
        assert_data_eq!(
            text(&last),
            str![[r#"
fraud in cluster ml
  model       fraud 7
  image       fraud:7
  digest      sha256:0
  revision    arn:aws:ecs:x:1:task-definition/fraud:1
  tasks       1 of 1 running, 0 starting
  newest      rolled back: fraud:2, 2026-09-21T14:13:20Z (mlship watch tells why)

"#]]
        );
    }

    #[test]
    fn a_registered_model_is_told_with_its_metrics() {
        let status = json!({"service": "fraud", "cluster": "ml", "desired": 1, "running": 1,
            "pending": 0, "release": {"model": "fraud", "version": "7", "image": "fraud:7",
            "model_ref": "models:/fraud@champion", "model_metrics": "auc=0.931"}});
        let text = status_text(&status, &palette_for(false)).to_string();
        assert!(text.contains("  registered  models:/fraud@champion, auc=0.931\n"));
    }

    #[test]
    fn a_newest_deployment_that_succeeded_is_what_serves() {
        assert!(!text(&json!({"outcome": "succeeded"})).contains("newest"));
        assert!(!text(&Value::Null).contains("newest"));
    }
}
