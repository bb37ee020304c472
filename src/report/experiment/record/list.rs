//! The experiments that ended, as a ledger has them.

use serde_json::{Value, json};

use super::text::served;
use super::{headline, record_document};
use crate::report::Color;
use mlship_core::ledger::{Entries, ExperimentRecord};
use mlship_text::Page;

/// Returns the records of a ledger as people read them, newest first.
#[must_use]
pub fn records_text(entries: &Entries, color: &Color) -> Page {
    let mut text = Page::new();
    if entries.records.is_empty() {
        text.line("no experiments are recorded");
    }
    let strong = color.strong;
    for record in &entries.records {
        text.line(format!(
            "{strong}{}{strong:#}  {}",
            record.experiment,
            headline(record)
        ));
        let day = "%Y-%m-%d %H:%M";
        let (started, ended) = (record.started.strftime(day), record.ended.strftime(day));
        text.line(format!("  {started} to {ended} UTC, id {}", record.id));
        for part in &record.variants {
            text.line(format!("  {}: {}", part.name, served(part)));
        }
    }
    text
}

/// Returns the records of a ledger as programs read them.
#[must_use]
pub fn records_document(entries: &Entries) -> Value {
    let records: Vec<Value> = entries.records.iter().map(without_course).collect();
    json!({ "recorded": records, "unreadable": entries.unreadable })
}

/// A list of many has no room for each look.
fn without_course(record: &ExperimentRecord) -> Value {
    let mut document = record_document(record);
    if let Some(readout) = document["readout"].as_object_mut() {
        readout.remove("course");
    }
    document
}
