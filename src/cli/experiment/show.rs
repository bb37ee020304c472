//! `mlship experiment show`

use std::path::PathBuf;

use clap::Args;

use super::ledger::{LedgerFlag, tell_unreadable};
use super::picture::Picture;
use crate::cli::session::Session;
use crate::cli::{Format, Global, examples, output};
use crate::report::{failed_to_write, record_document, record_html, record_svg, record_text};
use mlship_core::ledger::ExperimentRecord;
use mlship_core::progress::ExitCode;

/// Show the record of an experiment that ended: its releases, and what the numbers said
///
/// Of several with one name the newest; its id, as `experiment list --all` shows it, names another.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_SHOW)]
pub(super) struct Show {
    /// The experiment's name, or the id of its record
    name: String,
    #[command(flatten)]
    ledger: LedgerFlag,
    /// Write a report with a picture: .html or .svg
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

pub(super) async fn run(command: &Show, global: &Global) -> ExitCode {
    if let Some(report) = &command.report
        && let Err(message) = Picture::check(report)
    {
        return output::usage(&message, global);
    }
    let session = match Session::open(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    let name = &*command.name;
    let of_name = match command.ledger.read(&session, Some(name), global).await {
        Ok(entries) => entries,
        Err(code) => return code,
    };
    let found = match of_name.records.first() {
        Some(record) => Some((record.clone(), of_name.records.len() - 1)),
        // An id does not say of which experiment.
        None if name.contains('-') => match command.ledger.read(&session, None, global).await {
            Ok(entries) => {
                let mut records = entries.records.into_iter();
                records
                    .find(|record| record.id.as_str() == name)
                    .map(|record| (record, 0))
            }
            Err(code) => return code,
        },
        None => None,
    };
    tell_unreadable(&of_name.unreadable);
    let Some((record, others)) = found else {
        let message = format!("no experiment {name} is recorded");
        let hint = "mlship experiment list --all shows those that are; one that runs is shown by \
                    mlship experiment status";
        return output::obstacle(&message, hint, global);
    };
    show(command, &record, others, global)
}

fn show(command: &Show, record: &ExperimentRecord, others: usize, global: &Global) -> ExitCode {
    match global.format() {
        Format::Human => {
            let mut page = record_text(record, &global.palette());
            if others > 0 {
                let times = if others == 1 { "time" } else { "times" };
                page.line(format!(
                    "{others} {times} more of this name: mlship experiment list --all"
                ));
            }
            output::page(&page);
        }
        Format::Json => {
            output::document(&record_document(record));
        }
    }
    if let Some(path) = &command.report {
        let text = match Picture::of(path) {
            Some(Picture::Svg) => record_svg(record).unwrap_or_default(),
            Some(Picture::Html) | None => record_html(record),
        };
        if let Err(error) = std::fs::write(path, text) {
            failed_to_write(&path.display().to_string(), &error);
        }
    }
    ExitCode::Done
}
