//! A service's history as a person reads it: a line a deployment, in columns.

use std::fmt::Write as _;

use anstyle::Style;
use serde_json::{Value, json};

use super::Color;
use super::json::name;
use super::names::in_place;
use crate::report::columns::{padded, widest};
use mlship_core::history::{Entry, Outcome, TookPart};
use mlship_core::release::ids::ServiceId;
use mlship_text::Page;
use mlship_text::words::duration;

/// What nobody knows.
const BLANK: &str = "-";
/// What people quote of a commit.
const COMMIT: usize = 10;
/// What tools quote of a digest, behind `sha256:`.
const DIGEST: usize = 12;

/// Returns a service's deployments as a table, newest first.
#[must_use]
pub fn history_text(service: &ServiceId, entries: &[Entry], color: &Color) -> Page {
    let strong = color.strong;
    let name = &service.name;
    let cluster = in_place(&service.cluster, service.place.as_deref());
    let mut page = Page::new();
    page.line(format!("{strong}{name}{strong:#} in cluster {cluster}"));
    let entries: Vec<_> = entries.iter().collect();
    page.extend(table(&entries, Vec::new(), color));
    page
}

/// Returns a model's deployments in all its services as a table, newest first.
#[must_use]
pub fn model_history_text(model: &str, entries: &[(ServiceId, Entry)], color: &Color) -> Page {
    let strong = color.strong;
    let mut page = Page::new();
    page.line(format!("{strong}{model}{strong:#}"));
    let clusters = entries
        .iter()
        .map(|(service, _)| in_place(&service.cluster, service.place.as_deref()));
    let services = entries.iter().map(|(service, _)| service.name.to_string());
    let places = vec![
        ("CLUSTER", clusters.collect()),
        ("SERVICE", services.collect()),
    ];
    let entries: Vec<_> = entries.iter().map(|(_, entry)| entry).collect();
    page.extend(table(&entries, places, color));
    page
}

/// Returns a model's deployments in all its services as JSON has them: each with its place.
#[must_use]
pub fn model_history_document(model: &str, entries: &[(ServiceId, Entry)]) -> Value {
    let placed = entries.iter().map(|(service, entry)| {
        let mut value = json!(entry);
        name(&mut value, service);
        value
    });
    json!({"model": model, "entries": placed.collect::<Vec<_>>()})
}

/// The head of a column, and a cell for each deployment.
type Column = (&'static str, Vec<String>);

/// Places first, then what every deployment has, then what only some have.
fn table(entries: &[&Entry], places: Vec<Column>, color: &Color) -> Page {
    let mut page = Page::new();
    if entries.is_empty() {
        page.line("  no deployments");
        return page;
    }
    let mut columns = places;
    let outcome_at = columns.len() + 1;
    columns.extend(usual(entries));
    columns.extend(unusual(entries));
    let width = |(head, cells): &Column| widest(cells).max(head.len());
    let widths: Vec<_> = columns.iter().map(width).collect();
    for row in 0..=entries.len() {
        let mut line = String::from("  ");
        for (at, ((head, cells), width)) in columns.iter().zip(&widths).enumerate() {
            let (cell, style) = match row.checked_sub(1) {
                None => (*head, Style::new()),
                Some(row) if at == outcome_at => (&*cells[row], style(entries[row], color)),
                Some(row) => (&*cells[row], Style::new()),
            };
            let _ = write!(line, "{style}{}{style:#}  ", padded(cell, *width));
        }
        page.line(line.trim_end());
    }
    page
}

fn style(entry: &Entry, color: &Color) -> Style {
    match entry.outcome {
        Some(Outcome::Succeeded) if entry.gone_back_from => Style::new(),
        Some(Outcome::Succeeded) => color.good,
        Some(Outcome::RolledBack | Outcome::Failed) => color.bad,
        Some(Outcome::Running) => color.change,
        Some(Outcome::Superseded | Outcome::Stopped) | None => Style::new(),
    }
}

fn column(
    head: &'static str,
    entries: &[&Entry],
    cell: impl Fn(&Entry) -> Option<String>,
) -> Column {
    let or_blank = |entry: &&Entry| cell(entry).unwrap_or_else(|| BLANK.to_owned());
    (head, entries.iter().map(or_blank).collect())
}

fn usual(entries: &[&Entry]) -> [Column; 9] {
    let start = |text: &str, most| text.chars().take(most).collect();
    [
        column("VERSION", entries, |entry| entry.version.clone()),
        column("OUTCOME", entries, |entry| {
            let mut told = entry.outcome?.words().to_owned();
            if entry.going_back {
                "going back".clone_into(&mut told);
            }
            if let Some(cause) = entry.cause {
                let _ = write!(told, ": {}", cause.as_str());
            }
            if entry.serves {
                told.push_str(", serves");
            } else if entry.gone_back_from && entry.outcome == Some(Outcome::Succeeded) {
                told.push_str(", gone back from");
            }
            Some(told)
        }),
        column("STARTED", entries, |entry| {
            let started = entry.started?.strftime("%Y-%m-%d %H:%M:%S UTC");
            Some(started.to_string())
        }),
        column("TOOK", entries, |entry| {
            entry.duration_seconds.map(duration)
        }),
        column("COMMIT", entries, |entry| {
            entry.git_sha.as_deref().map(|sha| start(sha, COMMIT))
        }),
        column("REVISION", entries, |entry| {
            let arn = entry.task_definition.as_ref()?;
            Some(arn.short().to_owned())
        }),
        column("DIGEST", entries, |entry| {
            let digest = entry.digest.as_deref()?;
            Some(start(
                digest.strip_prefix("sha256:").unwrap_or(digest),
                DIGEST,
            ))
        }),
        column("BY", entries, |entry| entry.who.clone()),
        column("RUN", entries, |entry| entry.run.clone()),
    ]
}

/// Returns the experiments that a version took part in, with their verdicts.
fn experiments(entry: &Entry) -> Option<String> {
    let all = entry.experiments.as_ref()?.iter().map(|took_part| {
        let TookPart {
            experiment,
            outcome,
            variant,
            ..
        } = took_part;
        let outcome = outcome.replace('_', " ");
        format!("{experiment} as {variant}: {outcome}")
    });
    let all: Vec<String> = all.collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// What only some releases have: those from a model registry, or those that were compared.
fn unusual(entries: &[&Entry]) -> impl Iterator<Item = Column> {
    let columns = [
        column("MODEL", entries, |entry| entry.model_ref.clone()),
        column("METRICS", entries, |entry| entry.model_metrics.clone()),
        column("OVERRIDDEN", entries, |entry| entry.overridden.clone()),
        column("EXPERIMENTS", entries, experiments),
    ];
    let is_told = |(_, cells): &Column| cells.iter().any(|cell| cell != BLANK);
    columns.into_iter().filter(is_told)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use snapbox::{assert_data_eq, str};

    use super::*;
    use crate::report::palette_for;
    use mlship_core::release::ServiceDeployment;
    use mlship_core::release::ids::{ClusterName, ServiceName, TaskDefinitionArn};

    fn service() -> ServiceId {
        ServiceId {
            cluster: ClusterName::new("ml-prod"),
            name: ServiceName::new("fraud"),
            place: None,
        }
    }

    fn entry(outcome: Outcome, version: Option<&str>) -> Entry {
        let record = json!({"serviceDeploymentArn": "arn:1", "status": "SUCCESSFUL",
            "createdAt": 1_790_000_000, "finishedAt": 1_790_000_107.4});
        let deployment: ServiceDeployment = serde_json::from_value(record).unwrap();
        let mut entry = Entry::of(&deployment, Some(outcome), None, None);
        entry.version = version.map(str::to_owned);
        entry.git_sha = version.map(|_| "9ab0c1d2e3f4a5b6".to_owned());
        entry.digest = version.map(|_| format!("sha256:{}", "0123456789abcdef".repeat(4)));
        entry.run = version.map(|_| "https://ci/run/42".to_owned());
        entry.task_definition = Some(TaskDefinitionArn::new("arn:task-definition/fraud:3"));
        entry
    }

    #[test]
    fn deployments_stand_in_columns_with_blanks_where_nothing_is_known() {
        let entries = [
            entry(Outcome::RolledBack, Some("9")),
            entry(Outcome::Succeeded, None),
        ];
        let text = history_text(&service(), &entries, &palette_for(false)).to_string();
        assert_data_eq!(
            text,
            str![[r#"
fraud in cluster ml-prod
  VERSION  OUTCOME      STARTED                  TOOK   COMMIT      REVISION  DIGEST        BY  RUN
  9        rolled back  2026-09-21 14:13:20 UTC  107 s  9ab0c1d2e3  fraud:3   0123456789ab  -   https://ci/run/42
  -        succeeded    2026-09-21 14:13:20 UTC  107 s  -           fraud:3   -             -   -

"#]]
        );
    }

    #[test]
    fn a_model_has_deployments_in_several_places() {
        let mut registered = entry(Outcome::Succeeded, Some("9"));
        registered.model_ref = Some("models:/fraud@champion".to_owned());
        registered.model_metrics = Some("auc=0.931".to_owned());
        registered.run = None;
        let took_part = |experiment: &str, outcome: &str| TookPart {
            experiment: experiment.to_owned(),
            id: "20260901T000000Z-0a1b2c3d".to_owned(),
            ended: "2026-09-20T00:00:00Z".parse().unwrap(),
            outcome: outcome.to_owned(),
            winner: "challenger".to_owned(),
            variant: "challenger".to_owned(),
        };
        registered.experiments = Some(vec![
            took_part("v9-again", "inconclusive"),
            took_part("v9", "challenger_better"),
        ]);
        let mut other = entry(Outcome::Running, Some("8"));
        other.experiments = Some(Vec::new());
        let entries = [(service(), registered), (service(), other)];
        let text = model_history_text("fraud", &entries, &palette_for(false)).to_string();
        assert_data_eq!(
            text,
            str![[r#"
fraud
  CLUSTER  SERVICE  VERSION  OUTCOME    STARTED                  TOOK   COMMIT      REVISION  DIGEST        BY  RUN                MODEL                   METRICS    EXPERIMENTS
  ml-prod  fraud    9        succeeded  2026-09-21 14:13:20 UTC  107 s  9ab0c1d2e3  fraud:3   0123456789ab  -   -                  models:/fraud@champion  auc=0.931  v9-again as challenger: inconclusive, v9 as challenger: challenger better
  ml-prod  fraud    8        running    2026-09-21 14:13:20 UTC  107 s  9ab0c1d2e3  fraud:3   0123456789ab  -   https://ci/run/42  -                       -          -

"#]]
        );
    }

    #[test]
    fn a_service_without_deployments_says_so() {
        let text = history_text(&service(), &[], &palette_for(false)).to_string();
        assert_data_eq!(
            text,
            str![[r#"
fraud in cluster ml-prod
  no deployments

"#]]
        );
    }
}
