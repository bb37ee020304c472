//! The closing table, worst first: a row a service, and one for many that ended well alike.

use std::collections::BTreeMap;

use super::super::Color;
use super::super::summary::style_of;
use super::row::Row;
use crate::report::columns::{padded, widest};
use mlship_core::progress::Conclusion;
use mlship_text::Page;
use mlship_text::words::{counted, duration};

/// So many services that ended alike and well have a row each.
const EACH: usize = 5;
/// No column but the last is wider.
const WIDEST: usize = 48;

type Cells = [String; 5];

/// Returns the table.
pub(super) fn table(rows: &BTreeMap<String, Row>, color: &Color) -> Page {
    let mut sorted: Vec<(&String, &Row)> = rows.iter().collect();
    sorted.sort_by(|(one, a), (other, b)| {
        let worst = b.exit_code.severity().cmp(&a.exit_code.severity());
        worst
            .then_with(|| a.conclusion.word().cmp(b.conclusion.word()))
            .then_with(|| a.cause.cmp(&b.cause))
            .then_with(|| one.cmp(other))
    });
    let mut lines: Vec<(Cells, Conclusion)> = Vec::new();
    let alike = sorted.chunk_by(|(_, a), (_, b)| a.verdict() == b.verdict() && a.cause == b.cause);
    for alike in alike {
        let Some((_, first)) = alike.first() else {
            continue;
        };
        if is_summed(first.conclusion) && alike.len() > EACH {
            lines.push((sum(alike, first), first.conclusion));
        } else {
            let each = alike.iter();
            lines.extend(each.map(|(label, row)| (cells(label, row), row.conclusion)));
        }
    }
    let header = ["service", "verdict", "version", "took", "cause"].map(str::to_owned);
    let mut widths = [0; 5];
    for (index, width) in widths.iter_mut().enumerate() {
        let column = lines.iter().map(|(cells, _)| &cells[index]);
        *width = widest(column.chain([&header[index]])).min(WIDEST);
    }
    let mut page = Page::new();
    let faint = color.faint;
    page.line(format!("{faint}{}{faint:#}", line(&header, widths)));
    for (cells, conclusion) in &lines {
        let style = style_of(*conclusion, color);
        let mut shown = cells.clone();
        shown[1] = format!("{style}{}{style:#}", padded(&cells[1], widths[1]));
        page.line(line(&shown, widths));
    }
    page
}

fn line(cells: &Cells, widths: [usize; 5]) -> String {
    let columns = cells.iter().zip(widths);
    let padded: Vec<String> = columns.map(|(cell, width)| padded(cell, width)).collect();
    padded.join("  ").trim_end().to_owned()
}

fn cells(label: &str, row: &Row) -> Cells {
    [
        label.to_owned(),
        row.verdict(),
        row.versions.clone(),
        row.seconds.map_or_else(String::new, duration),
        row.cause.clone(),
    ]
}

/// One row for many.
fn sum(alike: &[(&String, &Row)], first: &Row) -> Cells {
    let seconds = alike.iter().filter_map(|(_, row)| row.seconds);
    let range = seconds.fold(None, |range: Option<(f64, f64)>, seconds| {
        let (least, most) = range.unwrap_or((seconds, seconds));
        Some((least.min(seconds), most.max(seconds)))
    });
    let took = match range.map(|(least, most)| (duration(least), duration(most))) {
        Some((least, most)) if least == most => least,
        Some((least, most)) => format!("{least} to {most}"),
        None => String::new(),
    };
    let is_one = alike.iter().all(|(_, row)| row.versions == first.versions);
    [
        counted(alike.len(), "service"),
        first.verdict(),
        if is_one {
            first.versions.clone()
        } else {
            String::new()
        },
        took,
        first.cause.clone(),
    ]
}

/// Says whether the names are of no use in a table, or told beside it.
fn is_summed(conclusion: Conclusion) -> bool {
    match conclusion {
        Conclusion::Succeeded
        | Conclusion::Unchanged
        | Conclusion::Started
        | Conclusion::Returned
        | Conclusion::NotBegun
        | Conclusion::Interrupted(_) => true,
        Conclusion::RolledBack
        | Conclusion::Failed
        | Conclusion::Misrouted
        | Conclusion::Superseded
        | Conclusion::TimedOut
        | Conclusion::Paused
        | Conclusion::Refused(_)
        | Conclusion::Error(_) => false,
    }
}
