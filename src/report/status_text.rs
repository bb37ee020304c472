//! A service's status as a person reads it.

use std::fmt::Write as _;

use super::Color;
use mlship_core::app::status::{LastDeployment, ServiceStatus};
use mlship_core::history::Outcome;
use mlship_text::Page;

/// Returns a status as lines of text.
#[must_use]
pub fn status_text(status: &ServiceStatus, color: &Color) -> Page {
    let strong = color.strong;
    let mut lines = Page::new();
    let ServiceStatus {
        service, cluster, ..
    } = status;
    lines.line(format!("{strong}{service}{strong:#} in cluster {cluster}"));
    if let Some(note) = &status.note {
        lines.line(format!("  {note}"));
    }
    let Some(release) = &status.release else {
        if status.note.is_none() {
            lines.line("  not deployed");
        }
        return lines;
    };
    let model = match (&release.model, &release.version) {
        (Some(model), Some(version)) => format!("{model} {version}"),
        (Some(_), None) | (None, Some(_) | None) => "not deployed by mlship".to_owned(),
    };
    lines.line(format!("  model       {model}"));
    if let Some(reference) = &release.model_ref {
        let metrics = release
            .model_metrics
            .as_ref()
            .map_or_else(String::new, |metrics| format!(", {metrics}"));
        lines.line(format!("  registered  {reference}{metrics}"));
    }
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
    lines.line(format!("  image       {}", known(&release.image)));
    lines.line(format!("  digest      {}", known(&release.digest)));
    lines.line(format!("  revision    {}", release.task_definition));
    lines.line(format!(
        "  tasks       {} of {} running, {} starting",
        status.running, status.desired, status.pending
    ));
    if let Some(deployment) = &status.deployment {
        let style = color.change;
        lines.line(format!(
            "  deployment  {style}{} running{style:#}: {} of {} tasks, {} failed",
            deployment.id, deployment.running, deployment.desired, deployment.failed
        ));
    }
    let last = status.last_deployment.as_ref();
    if let Some(line) = last.and_then(|last| failure_line(last, color)) {
        lines.line(line);
    }
    lines
}

/// Tells of a newest deployment that did not succeed: what serves doesn't show it.
fn failure_line(last: &LastDeployment, color: &Color) -> Option<String> {
    let outcome = match last.outcome? {
        Outcome::Succeeded | Outcome::Running => return None,
        outcome @ (Outcome::RolledBack
        | Outcome::Failed
        | Outcome::Superseded
        | Outcome::Stopped) => outcome,
    };
    let style = color.bad;
    let mut line = format!("  newest      {style}{}{style:#}", outcome.words());
    if let Some(arn) = &last.task_definition {
        let _ = write!(line, ": {}", arn.short());
    }
    if let Some(finished) = last.finished {
        let _ = write!(line, ", {finished}");
    }
    line.push_str(" (mlship watch tells why)");
    Some(line)
}

#[cfg(test)]
mod tests {
    use mlship_core::app::status::ServingRelease;
    use mlship_core::release::ids::{ClusterName, ServiceName, TaskDefinitionArn};
    use snapbox::{assert_data_eq, str};

    use super::*;
    use crate::report::palette_for;

    fn release() -> ServingRelease {
        ServingRelease {
            model: Some("fraud".to_owned()),
            version: Some("7".to_owned()),
            model_ref: None,
            model_metrics: None,
            image: Some("fraud:7".to_owned()),
            digest: Some("sha256:0".to_owned()),
            task_definition: TaskDefinitionArn::new("arn:aws:ecs:x:1:task-definition/fraud:1"),
        }
    }

    fn text(release: ServingRelease, last: Option<LastDeployment>) -> String {
        let status = ServiceStatus {
            service: ServiceName::new("fraud"),
            cluster: ClusterName::new("ml"),
            release: Some(release),
            desired: 1,
            running: 1,
            pending: 0,
            deployment: None,
            last_deployment: last,
            note: None,
            unanswered: None,
        };
        status_text(&status, &palette_for(false)).to_string()
    }

    fn ended(outcome: Outcome) -> LastDeployment {
        LastDeployment {
            outcome: Some(outcome),
            task_definition: Some(TaskDefinitionArn::new(
                "arn:aws:ecs:x:1:task-definition/fraud:2",
            )),
            finished: "2026-09-21T14:13:20Z".parse().ok(),
            reason: None,
        }
    }

    #[test]
    fn what_serves_does_not_hide_that_the_newest_deployment_was_rolled_back() {
        assert_data_eq!(
            text(release(), Some(ended(Outcome::RolledBack))),
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
        let release = ServingRelease {
            model_ref: Some("models:/fraud@champion".to_owned()),
            model_metrics: Some("auc=0.931".to_owned()),
            ..release()
        };
        let text = text(release, None);
        assert!(text.contains("  registered  models:/fraud@champion, auc=0.931\n"));
    }

    #[test]
    fn a_newest_deployment_that_succeeded_is_what_serves() {
        assert!(!text(release(), Some(ended(Outcome::Succeeded))).contains("newest"));
        assert!(!text(release(), None).contains("newest"));
    }
}
