//! A service's history as a person reads it: a line a deployment, in columns.

use std::fmt::Write as _;

use super::Color;
use crate::history::{Entry, Outcome};
use crate::release::ids::ServiceId;

/// What nobody knows.
const BLANK: &str = "-";
/// What people quote of a commit.
const COMMIT: usize = 10;
/// What tools quote of a digest, behind `sha256:`.
const DIGEST: usize = 12;
const COLUMNS: usize = 9;

/// Returns a service's deployments as a table, newest first.
#[must_use]
pub fn history_text(service: &ServiceId, entries: &[Entry], color: &Color) -> String {
    let strong = color.strong;
    let ServiceId { cluster, name } = service;
    let mut text = format!("{strong}{name}{strong:#} in cluster {cluster}\n");
    if entries.is_empty() {
        text.push_str("  no deployments\n");
        return text;
    }
    let head = [
        "VERSION", "OUTCOME", "STARTED", "TOOK", "COMMIT", "REVISION", "DIGEST", "BY", "RUN",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(entries.iter().map(row));
    let mut widths = [0; COLUMNS];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for (index, row) in rows.iter().enumerate() {
        let outcome = index.checked_sub(1).and_then(|at| entries[at].outcome);
        let style = match outcome {
            Some(Outcome::Succeeded) => color.good,
            Some(Outcome::RolledBack | Outcome::Failed) => color.bad,
            Some(Outcome::Running) => color.change,
            Some(Outcome::Superseded | Outcome::Stopped) | None => anstyle::Style::new(),
        };
        let mut line = String::from("  ");
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            if column == 1 {
                let _ = write!(line, "{style}{cell:width$}{style:#}  ");
            } else {
                let _ = write!(line, "{cell:width$}  ");
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn row(entry: &Entry) -> [String; COLUMNS] {
    let or_blank = |text: Option<String>| text.unwrap_or_else(|| BLANK.to_owned());
    let started = entry
        .started
        .map(|at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
    let commit = entry.git_sha.as_deref();
    let digest = entry.digest.as_deref();
    let digest = digest.map(|digest| digest.strip_prefix("sha256:").unwrap_or(digest));
    [
        or_blank(entry.version.clone()),
        or_blank(entry.outcome.map(|outcome| outcome.words().to_owned())),
        or_blank(started),
        or_blank(
            entry
                .duration_seconds
                .map(|seconds| format!("{seconds:.0} s")),
        ),
        or_blank(commit.map(|commit| commit.chars().take(COMMIT).collect())),
        or_blank(
            entry
                .task_definition
                .as_ref()
                .map(|arn| arn.short().to_owned()),
        ),
        or_blank(digest.map(|digest| digest.chars().take(DIGEST).collect())),
        or_blank(entry.who.clone()),
        or_blank(entry.run.clone()),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use snapbox::{assert_data_eq, str};

    use super::*;
    use crate::release::ServiceDeployment;
    use crate::release::ids::{ClusterName, ServiceName, TaskDefinitionArn};
    use crate::report::palette_for;

    fn service() -> ServiceId {
        ServiceId {
            cluster: ClusterName::new("ml-prod"),
            name: ServiceName::new("fraud"),
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
        let text = history_text(&service(), &entries, &palette_for(false));
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
    fn a_service_without_deployments_says_so() {
        let text = history_text(&service(), &[], &palette_for(false));
        assert_data_eq!(
            text,
            str![[r#"
fraud in cluster ml-prod
  no deployments

"#]]
        );
    }
}
