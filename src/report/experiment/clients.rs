//! What rows of clients came to, for people: how many there were, and the primary metric in parts of
//! them.

use std::fmt::Write as _;

use super::number;
use crate::report::columns::{padded, widest};
use mlship_core::experiment::rows::RowTotals;
use mlship_core::experiment::{Reading, Role, SegmentReading};
use mlship_text::Page;

/// Returns what became of the rows.
pub(super) fn rows(totals: &RowTotals) -> String {
    let mut text = format!(
        "rows: {} of {}",
        number::count(totals.rows),
        number::counted(totals.clients, "client")
    );
    for (count, what) in told(totals) {
        if count > 0 {
            let _ = write!(text, ", {} {what}", number::count(count));
        }
    }
    text
}

/// Returns why the rows can't be believed.
pub(super) fn why_unfit(totals: &RowTotals) -> String {
    let wrong = wrong(totals).into_iter().filter(|(count, _)| *count > 0);
    let wrong = wrong.map(|(count, what)| format!("{} {what}", number::count(count)));
    format!(
        "more than 0.1 % of {} should not be there: {}",
        number::counted(totals.rows, "row"),
        wrong.collect::<Vec<_>>().join(", ")
    )
}

/// Returns the rows that should not be there.
pub(super) fn wrong(totals: &RowTotals) -> [(u64, &'static str); 4] {
    let [duplicates, in_two_arms, unknown_variants, ..] = told(totals);
    let strays = "first seen before the experiment or in the future";
    [
        duplicates,
        in_two_arms,
        unknown_variants,
        (totals.strays, strays),
    ]
}

/// Returns what became of rows, beside those that count.
pub(super) fn told(totals: &RowTotals) -> [(u64, &'static str); 5] {
    [
        (totals.duplicates, "more of a client that is there"),
        (totals.in_two_arms, "with two variants"),
        (totals.unknown_variants, "of unknown variants"),
        (totals.outside, "out of the window"),
        (totals.waiting, "whose outcome may still come"),
    ]
}

/// Returns the primary metric in parts of the clients.
pub(super) fn segments(reading: &Reading) -> Page {
    let mut page = Page::new();
    if reading.segments.is_empty() {
        return page;
    }
    let mut primary = reading.metrics.iter();
    let primary = primary.find(|metric| metric.role == Role::Primary);
    let is_proportion = primary.is_some_and(|metric| metric.is_proportion);
    page.line(
        "  in parts of the clients, to explore (corrected for all of them, and for no verdict):",
    );
    let name = |part: &SegmentReading| format!("{} {}, {}", part.segment, part.value, part.variant);
    let names: Vec<String> = reading.segments.iter().map(name).collect();
    let longest = widest(names.iter());
    for (part, name) in reading.segments.iter().zip(&names) {
        let rate = |value: Option<f64>| {
            value.map_or_else(
                || "–".to_owned(),
                |value| number::rate(value, is_proportion),
            )
        };
        let mut line = format!(
            "    {}  {} → {}",
            padded(name, longest),
            rate(part.control),
            rate(part.rate)
        );
        if let Some(difference) = &part.difference {
            let show = |value| number::difference(value, is_proportion);
            let _ = write!(
                line,
                ", {}{} ({} to {})",
                show(difference.value),
                number::unit(is_proportion),
                show(difference.interval.lower),
                show(difference.interval.upper)
            );
        } else {
            line.push_str(", too few events");
        }
        if let Some(p) = part.p {
            let _ = write!(line, ", {}", number::p(p));
        }
        let _ = write!(line, ", {}", number::counted(part.clients, "client"));
        page.line(line);
    }
    page.line("");
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_rows_is_told_where_it_is_more_than_nothing() {
        let fit = RowTotals {
            rows: 12_000,
            clients: 10_998,
            duplicates: 2,
            waiting: 1000,
            ..RowTotals::default()
        };
        assert_eq!(
            rows(&fit),
            "rows: 12 000 of 10 998 clients, 2 more of a client that is there, \
             1 000 whose outcome may still come"
        );
        let one = RowTotals {
            rows: 1,
            clients: 1,
            ..RowTotals::default()
        };
        assert_eq!(rows(&one), "rows: 1 of 1 client");
        let unfit = RowTotals {
            unknown_variants: 40,
            outside: 500,
            strays: 3,
            ..fit
        };
        assert_eq!(
            why_unfit(&unfit),
            "more than 0.1 % of 12 000 rows should not be there: 2 more of a client that \
             is there, 40 of unknown variants, 3 first seen before the experiment or in the future"
        );
    }
}
