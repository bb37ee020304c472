//! Counts from rows of clients: one row each, as a query over the application's own data exports
//! them.
//!
//! ```text
//! header ─► Columns ─┐
//! row ─► Row ────────┴─► Clients (seen before?) ─► Sums ─► RowCounts
//! ```
//!
//! Nothing of a file counts that has one bad row. What a client did is summed as its row comes; to
//! take it out again, where a later row has it with another variant, its numbers are kept. Those
//! of a client who is far above all others are summed in the end.

mod clients;
mod columns;
mod count;
mod error;
mod exact;
mod laid;
mod read;
mod row;
mod sums;
#[cfg(test)]
mod tests;
mod window;

use jiff::Timestamp;

pub use count::ClientCount;
pub use error::RowsError;
pub use laid::lay_over;
pub use read::read;
pub use window::RowWindow;

use mlship_manifest::Measure;
use mlship_manifest::schema::{Experiment, MetricType};

/// What to read from rows.
#[derive(Debug, Clone)]
pub struct RowsPlan {
    /// The file's name, for what is said of it.
    pub file: String,
    /// The names of the variants, in their order.
    pub variants: Vec<String>,
    /// The metrics that decide, the primary one first; none in the place of one that is not in rows.
    pub metrics: Vec<Option<RowMetric>>,
    /// Which clients count.
    pub window: RowWindow,
}

/// A metric that is in rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowMetric {
    /// Its name.
    pub name: String,
    /// What is compared.
    pub kind: MetricType,
    /// The column of the outcome, or of the numerator.
    pub outcome: String,
    /// The column of the denominator.
    pub denominator: Option<String>,
}

/// What became of the rows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowTotals {
    /// Rows.
    pub rows: u64,
    /// Clients that count.
    pub clients: u64,
    /// Further rows of a client.
    pub duplicates: u64,
    /// Clients with rows of more than one variant, which count for none.
    pub in_two_arms: u64,
    /// Rows of variants that the experiment does not have.
    pub unknown_variants: u64,
    /// Clients that were first seen outside of the window.
    pub outside: u64,
    /// Of these, such as nothing explains: first seen before the experiment began, or in the
    /// future.
    pub strays: u64,
    /// Clients whose outcome may still come.
    pub waiting: u64,
}

/// Of how many rows one may be wrong.
const TOLERATED: u64 = 1000;

impl RowTotals {
    /// Returns the rows and clients that should not be there.
    #[must_use]
    pub fn wrong(&self) -> u64 {
        self.duplicates + self.in_two_arms + self.unknown_variants + self.strays
    }

    /// Says whether so many are wrong that the rest can't be believed either: more than 0.1 %.
    #[must_use]
    pub fn is_unfit(&self) -> bool {
        self.wrong().saturating_mul(TOLERATED) > self.rows
    }
}

/// What rows come to.
#[derive(Debug, Clone, PartialEq)]
pub struct RowCounts {
    /// What became of the rows.
    pub totals: RowTotals,
    /// The names of columns that nobody reads.
    pub unread: Vec<String>,
    /// Each variant's clients in each metric that decides, where that is in rows.
    pub metrics: Vec<Option<Vec<ClientCount>>>,
    /// Each variant's clients in the primary metric up to a time, oldest first, where that is in
    /// rows.
    pub course: Vec<(Timestamp, Vec<ClientCount>)>,
    /// The primary metric in parts of the clients.
    pub segments: Vec<Segment>,
}

/// A part of the clients.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// What tells the parts from each other.
    pub name: String,
    /// What this part has of that.
    pub value: String,
    /// Each variant's clients in the primary metric.
    pub arms: Vec<ClientCount>,
}

/// Returns the metrics that decide and are in rows, the primary one first; none in the place of
/// one that is not.
#[must_use]
pub fn row_metrics(experiment: &Experiment) -> Vec<Option<RowMetric>> {
    let primary = &experiment.primary;
    let guardrails = experiment.guardrails.iter();
    let guardrails = guardrails.map(|guardrail| (&guardrail.metric, guardrail.kind));
    let deciding = [(&primary.metric, primary.kind)]
        .into_iter()
        .chain(guardrails);
    let of_rows = deciding.map(|(name, kind)| match experiment.measure(name)? {
        Measure::ErrorRate | Measure::SlowRequests | Measure::Business(_) => None,
        Measure::Rows(metric) => Some(RowMetric {
            name: name.clone(),
            kind,
            outcome: metric.numerator.clone().unwrap_or_else(|| name.clone()),
            denominator: metric.denominator.clone(),
        }),
    });
    of_rows.collect()
}
