//! The phases of an experiment: what shares they had, how long, and what of alpha.

use jiff::Timestamp;

use super::amounts::{alpha, days, moment};
use super::markup::Markup;
use super::table::Table;

/// A time with the same weights.
pub(super) struct PhaseRow {
    pub(super) number: u32,
    pub(super) since: Timestamp,
    /// When it ended; none while it runs.
    pub(super) until: Option<Timestamp>,
    pub(super) weights: Vec<u32>,
    /// Its part of the significance level, where it is known.
    pub(super) alpha: Option<f64>,
}

/// Returns the phases of an experiment that is looked at now, in which variants have these names.
pub(super) fn phases(rows: &[PhaseRow], names: &[&str], now: Timestamp) -> Markup {
    let mut table = Table::new(&["phase", "weights", "from", "to", "days", "alpha"]);
    for row in rows {
        let until = row.until.map_or_else(
            || Markup::new().code("<span class=\"n\">now</span>"),
            moment,
        );
        let length = row.until.unwrap_or(now).duration_since(row.since);
        table.row(vec![
            Markup::data(row.number, &row.number.to_string()),
            weights(&row.weights, names),
            moment(row.since),
            until,
            days((length.as_secs_f64() / 86_400.0).max(0.0)),
            row.alpha.map_or_else(Markup::new, alpha),
        ]);
    }
    table.markup()
}

fn weights(weights: &[u32], names: &[&str]) -> Markup {
    let pairs = weights.iter().enumerate().map(|(at, weight)| {
        let weight = Markup::data(*weight, &weight.to_string());
        let before = if at == 0 { "" } else { ", " };
        match names.get(at) {
            Some(name) => Markup::of(before)
                .add(&Markup::name(name))
                .code(" ")
                .add(&weight),
            None => Markup::of(before).add(&weight),
        }
    });
    Markup::new().all(pairs)
}
