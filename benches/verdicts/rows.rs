//! The same clients as a table of rows, which is exported and read anew each day.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use fastrand::Rng;

use mlship_core::experiment::Window;
use mlship_core::experiment::rows::{RowCounts, RowWindow, RowsPlan, read, row_metrics};
use mlship_manifest::schema::{Experiment, Metric};

use crate::draws::normal;
use crate::manifest::NAMES;
use crate::scenario::at;
use crate::traffic::{Client, Clients};

/// How rows come about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfRows {
    /// How much of what a client did before is as in the experiment, where that is known: about the
    /// correlation of both.
    pub(crate) covariate: Option<f64>,
}

/// Clients with what they spent before.
pub(crate) struct Table {
    rows: Vec<(Client, f64)>,
    has_covariate: bool,
}

/// Says in a manifest that the business metrics are in rows.
pub(crate) fn in_rows(mut experiment: Experiment) -> Option<Experiment> {
    let of_rows: Metric = serde_yaml::from_str("rows: true").ok()?;
    for metric in experiment.metrics.values_mut() {
        *metric = of_rows.clone();
    }
    Some(experiment)
}

impl OfRows {
    /// Draws what clients spent before, which knows nothing of their variant.
    pub(crate) fn table(self, of: Clients, clients: Vec<Client>, rng: &mut Rng) -> Table {
        let mut before = |client: &Client| {
            let Some(alike) = self.covariate else {
                return 0.0;
            };
            if rng.f64() < alike {
                client.anyhow
            } else if rng.f64() < of.converts {
                (of.spends * normal(rng)).exp()
            } else {
                0.0
            }
        };
        let with = |client: Client| {
            let before = before(&client);
            (client, before)
        };
        Table {
            rows: clients.into_iter().map(with).collect(),
            has_covariate: self.covariate.is_some(),
        }
    }
}

impl Table {
    /// Exports what is known at the end of an hour, and reads it.
    pub(crate) fn read(
        &self,
        experiment: &Experiment,
        window: Window,
        end: usize,
    ) -> Option<RowCounts> {
        let mut text = "client,variant,first_seen,conversion,basket".to_owned();
        text.push_str(if self.has_covariate {
            ",before_basket\n"
        } else {
            "\n"
        });
        let known = self.rows.iter().enumerate();
        for (number, (client, before)) in known.filter(|(_, (client, _))| client.hour < end) {
            let (name, seen) = (NAMES[client.arm], at(client.hour));
            let _ = write!(text, "{number},{name},{seen}");
            match client.spent.filter(|(_, at)| *at < end) {
                Some((spent, _)) => {
                    let _ = write!(text, ",1,{spent}");
                }
                None => text.push_str(",,"),
            }
            if self.has_covariate {
                let _ = write!(text, ",{before}");
            }
            text.push('\n');
        }
        let plan = RowsPlan {
            file: "clients.csv".to_owned(),
            variants: experiment
                .variants
                .iter()
                .map(|variant| variant.name.clone())
                .collect(),
            metrics: row_metrics(experiment),
            window: RowWindow {
                started: Some(at(0)),
                from: window.from,
                is_from_asked: false,
                to: window.to,
                known_to: window.to,
                outcome_within: experiment.outcome_time().unwrap_or(Duration::ZERO),
                now: window.to,
            },
        };
        read(&plan, text.as_bytes(), &AtomicBool::new(false)).ok()
    }
}
