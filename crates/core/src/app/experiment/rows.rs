//! Reads the rows of clients that a command was given, for the phase that the rule tells of.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use super::comparison::Comparison;
use super::readout::ReadRequest;
use crate::experiment::rows::{RowCounts, RowWindow, RowsError, RowsPlan, read, row_metrics};
use crate::experiment::{Record, Window};
use mlship_manifest::schema::Experiment;

/// Rows of clients, as a command was given them.
#[derive(Clone, Copy)]
pub struct RowsInput<'a> {
    /// The file's name, for what is said of it.
    pub name: &'a str,
    /// When it was last written, where that is known: of what came later nothing is in it.
    pub written: Option<Timestamp>,
    /// Opens it.
    pub open: &'a (dyn Fn() -> io::Result<Box<dyn Read + Send>> + Sync),
}

/// Rows that were read.
pub(super) struct ReadRows {
    /// What they come to.
    pub(super) counts: RowCounts,
    window: RowWindow,
}

impl ReadRows {
    /// Returns the time that a readout is about: that of the clients, where the primary metric is
    /// in rows.
    pub(super) fn window_of_readout(&self) -> Option<Window> {
        let is_primary = self.counts.metrics.first().is_some_and(Option::is_some);
        is_primary.then(|| Window {
            from: self.window.from,
            to: self.window.to.max(self.window.from),
        })
    }
}

/// To how much a file system knows when a file was written.
const TO_THE_SECOND: Duration = Duration::from_secs(2);

/// Reads the rows that are there, beside everything else that happens.
pub(super) async fn rows(
    input: &RowsInput<'_>,
    comparison: &Comparison,
    record: &Record,
    request: ReadRequest,
    now: Timestamp,
) -> Result<ReadRows, RowsError> {
    let plan = plan(input, comparison, record, request, now)?;
    let file = (input.open)().map_err(|error| RowsError {
        file: input.name.to_owned(),
        line: None,
        message: format!("can't be opened: {error}"),
        hint: "name a CSV file, or - for standard input".to_owned(),
    })?;
    let stop = Arc::new(AtomicBool::new(false));
    // Who is interrupted doesn't wait for the end of the file.
    let _guard = StopOnDrop(Arc::clone(&stop));
    let window = plan.window;
    let reading = tokio::task::spawn_blocking(move || read(&plan, file, &stop));
    match reading.await {
        Ok(counts) => Ok(ReadRows {
            counts: counts?,
            window,
        }),
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn plan(
    input: &RowsInput<'_>,
    comparison: &Comparison,
    record: &Record,
    request: ReadRequest,
    now: Timestamp,
) -> Result<RowsPlan, RowsError> {
    let experiment = comparison.measured();
    let metrics = experiment.map(row_metrics).unwrap_or_default();
    if metrics.iter().all(Option::is_none) {
        return Err(RowsError {
            file: input.name.to_owned(),
            line: None,
            message: "no metric that decides is in rows".to_owned(),
            hint: "write `rows: true` for the metric under `metrics` in the manifest".to_owned(),
        });
    }
    let arms = comparison.definition.arms.iter();
    Ok(RowsPlan {
        file: input.name.to_owned(),
        variants: arms.map(|arm| arm.name.clone()).collect(),
        metrics,
        window: window(input, comparison, record, request, now),
    })
}

/// Returns when clients count: those of this phase, once their outcomes are in the file.
fn window(
    input: &RowsInput<'_>,
    comparison: &Comparison,
    record: &Record,
    request: ReadRequest,
    now: Timestamp,
) -> RowWindow {
    let ended = record.end.as_ref().map_or(now, |end| end.at);
    let to = request.until.unwrap_or(now).min(ended).min(now);
    let written = input
        .written
        .and_then(|at| at.checked_add(TO_THE_SECOND).ok());
    let within = comparison.measured().and_then(Experiment::outcome_time);
    RowWindow {
        started: record.started,
        from: request.from.or(record.since).unwrap_or(now),
        is_from_asked: request.from.is_some(),
        to,
        known_to: written.map_or(to, |written| written.min(to)),
        outcome_within: within.unwrap_or_default(),
        now,
    }
}

/// Returns what a reader should know of the rows, or of there being none, before believing numbers.
pub(super) fn notes(rows: Option<&ReadRows>, comparison: &Comparison) -> Vec<String> {
    let Some(experiment) = comparison.measured() else {
        return Vec::new();
    };
    let in_rows: Vec<String> = row_metrics(experiment)
        .into_iter()
        .flatten()
        .map(|metric| metric.name)
        .collect();
    let mut notes = Vec::new();
    if in_rows.is_empty() {
        return notes;
    }
    let Some(ReadRows { counts, window }) = rows else {
        notes.push(format!(
            "{} can only be read from rows of clients: give them with --rows FILE",
            in_rows.join(", ")
        ));
        return notes;
    };
    if experiment.outcome_within.is_none() {
        notes.push(
            "the manifest has no `outcomeWithin`: every client counts from its first moment on, \
             though its outcome may still come"
                .to_owned(),
        );
    }
    if counts.totals.waiting > 0 && window.known_to < window.to {
        notes.push(format!(
            "the file was last written at {}: clients wait whose outcome might have come later",
            window.known_to
        ));
    }
    if !counts.unread.is_empty() {
        notes.push(format!(
            "columns that are no metric's: {}; a covariate is `before_` and its metric's name",
            counts.unread.join(", ")
        ));
    }
    notes
}
