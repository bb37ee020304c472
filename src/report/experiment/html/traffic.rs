//! How the traffic was shared, and whether that is as it should.

use super::amounts::{count, p, share};
use super::markup::Markup;
use super::table::Table;

/// What a variant got.
pub(super) struct TrafficRow<'a> {
    pub(super) name: &'a str,
    pub(super) is_control: bool,
    pub(super) weight: u32,
    pub(super) requests: u64,
    /// Its trials of the primary metric, where it is known which that is.
    pub(super) trials: Option<u64>,
}

/// Returns what the variants got, beside what they should have got.
pub(super) fn traffic(rows: &[TrafficRow<'_>]) -> Markup {
    let seen = |row: &TrafficRow<'_>| row.trials.unwrap_or(row.requests);
    let weights: u64 = rows.iter().map(|row| u64::from(row.weight)).sum();
    let all: u64 = rows.iter().map(seen).fold(0, u64::saturating_add);
    let mut table = Table::new(&[
        "variant", "weight", "requests", "trials", "expected", "seen",
    ]);
    for row in rows {
        let control = if row.is_control {
            Markup::new().code(" <span class=\"range\">control</span>")
        } else {
            Markup::new()
        };
        table.row(vec![
            Markup::name(row.name).add(&control),
            count(row.weight.into()),
            count(row.requests),
            row.trials.map_or_else(Markup::new, count),
            part(row.weight.into(), weights),
            part(seen(row), all),
        ]);
    }
    table.markup()
}

/// Returns whether that is as the weights say, as a sentence and with its p-value.
pub(super) fn split(sentence: &str, value: Option<f64>) -> Markup {
    let sentence = Markup::new().code("<p>").text(sentence);
    match value {
        Some(value) => sentence.code(": p ").add(&p(value)).code("</p>\n"),
        None => sentence.code("</p>\n"),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "shares, of which nobody reads the fifteenth digit"
)]
fn part(of: u64, all: u64) -> Markup {
    if all == 0 {
        return Markup::new();
    }
    share(of as f64 / all as f64)
}
