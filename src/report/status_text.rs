//! A service's status as a person reads it.

use std::fmt::Write as _;

use serde_json::Value;

use super::Color;

/// Returns a status document as lines of text.
#[must_use]
pub fn status_text(status: &Value, color: &Color) -> String {
    let strong = color.strong;
    let text = |value: &Value| value.as_str().unwrap_or("unknown").to_owned();
    let mut lines = String::new();
    let (service, cluster) = (text(&status["service"]), text(&status["cluster"]));
    let _ = writeln!(lines, "{strong}{service}{strong:#} in cluster {cluster}");
    let release = &status["release"];
    if release.is_null() {
        let _ = writeln!(lines, "  not deployed");
        return lines;
    }
    let model = match (&release["model"], &release["version"]) {
        (Value::String(model), Value::String(version)) => format!("{model} {version}"),
        _ => "not deployed by mlship".to_owned(),
    };
    let _ = writeln!(lines, "  model       {model}");
    let _ = writeln!(lines, "  image       {}", text(&release["image"]));
    let _ = writeln!(lines, "  digest      {}", text(&release["digest"]));
    let _ = writeln!(lines, "  revision    {}", text(&release["task_definition"]));
    let (desired, running) = (&status["desired"], &status["running"]);
    let _ = writeln!(
        lines,
        "  tasks       {running} of {desired} running, {} starting",
        status["pending"]
    );
    let deployment = &status["deployment"];
    if !deployment.is_null() {
        let style = color.change;
        let _ = writeln!(
            lines,
            "  deployment  {style}{} running{style:#}: {} of {} tasks, {} failed",
            text(&deployment["id"]),
            deployment["running"],
            deployment["desired"],
            deployment["failed"],
        );
    }
    lines
}
