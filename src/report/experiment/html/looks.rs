//! The planned looks of a group-sequential design.

use super::amounts::{count, moment, share};
use super::markup::Markup;
use super::table::Table;
use crate::report::experiment::planned_looks::next;
use mlship_core::experiment::LookProgress;

/// Returns the looks that were taken, and when the next one is due.
pub(super) fn looks(progress: &LookProgress) -> Markup {
    let mut table = Table::new(&["look", "at", "trials", "of the planned ones", "kind"]);
    for (look, number) in progress.taken.iter().zip(1_u32..) {
        table.row(vec![
            Markup::of(&number.to_string()),
            moment(look.at),
            count(look.trials),
            share(look.information),
            Markup::of(if look.is_final { "final" } else { "interim" }),
        ]);
    }
    let planned = Markup::new()
        .code("<p>")
        .add(&count(progress.planned.into()))
        .text(" looks are planned; ");
    let line = match &progress.next {
        None => planned.text("no other follows"),
        Some(due) => {
            let at = planned.text("the next one is at ").add(&count(due.trials));
            at.text(" trials").text(&next(due))
        }
    };
    line.code("</p>\n").add(&table.markup())
}
