//! What rows of clients came to: how many there were, and the primary metric in parts of them.

use super::amounts::{count, difference, estimate, p, rate};
use super::markup::Markup;
use super::table::Table;
use crate::report::experiment::clients::{told, wrong};
use mlship_core::experiment::SegmentReading;
use mlship_core::experiment::rows::RowTotals;

/// Returns what became of the rows.
pub(super) fn rows(totals: &RowTotals) -> Markup {
    let first = [
        (totals.rows, "rows"),
        (totals.clients, "clients that count"),
    ];
    let strays = wrong(totals).into_iter().skip(3);
    let all = first.into_iter().chain(told(totals)).chain(strays);
    let items = all.map(|(number, what)| {
        Markup::new()
            .code("<li>")
            .add(&count(number))
            .text(&format!(" {what}"))
            .code("</li>\n")
    });
    Markup::new().code("<ul>\n").all(items).code("</ul>\n")
}

/// Returns the primary metric in parts of the clients.
pub(super) fn segments(segments: &[SegmentReading], is_proportion: bool) -> Markup {
    let mut table = Table::new(&["part", "variant", "clients", "rate", "effect", "p"]);
    for part in segments {
        let rates = match (part.control, part.rate) {
            (None, None) => Markup::new(),
            (control, own) => {
                let known = |value: Option<f64>| {
                    value.map_or_else(|| Markup::of("–"), |value| rate(value, is_proportion))
                };
                known(control).text(" → ").add(&known(own))
            }
        };
        let of = part.difference.as_ref();
        let effect = match of {
            Some(effect) => estimate(
                Some(effect.value),
                Some((effect.interval.lower, effect.interval.upper)),
                false,
                |value| difference(value, is_proportion),
            ),
            None => Markup::of("too few events"),
        };
        table.row(vec![
            Markup::name(&part.segment)
                .text(" ")
                .add(&Markup::name(&part.value)),
            Markup::name(&part.variant),
            count(part.clients),
            rates,
            effect,
            part.p.map_or_else(Markup::new, p),
        ]);
    }
    let table = table.markup();
    if table.is_empty() {
        return table;
    }
    Markup::new()
        .code("<p>Exploratory: among many parts some differ by chance. Intervals and p are corrected ")
        .code("for all of them, and no verdict follows.</p>\n")
        .add(&table)
}
