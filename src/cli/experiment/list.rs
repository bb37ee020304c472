//! `mlship experiment list`

use clap::Args;

use super::ledger::{LedgerFlag, not_read, tell_unreadable};
use crate::cli::session::Session;
use crate::cli::{Format, Global, examples, output};
use crate::report::{experiments_document, experiments_text, records_document, records_text};
use mlship_core::cloud::Balancing;
use mlship_core::experiment::Record;
use mlship_core::progress::ExitCode;
use mlship_core::release::ListenerRule;

/// List the experiments on the rules of the region's load balancers
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_LIST)]
pub(super) struct List {
    /// Show also those that ended and are recorded in a ledger
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    ledger: LedgerFlag,
}

pub(super) async fn run(command: &List, global: &Global) -> ExitCode {
    if command.ledger.record.is_some() && !command.all {
        return output::usage("--record is where list --all reads", global);
    }
    let session = match Session::open(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    let rules = match session.cloud.all_rules().await {
        Ok(rules) => rules,
        Err(error) => return output::cloud_error(&error, global),
    };
    let recorded = if command.all {
        match command
            .ledger
            .search()
            .read_beside(&*session.cloud, &rules)
            .await
        {
            Ok(entries) => Some(entries),
            Err(error) => return not_read(&error, global),
        }
    } else {
        None
    };
    let found = rules.into_iter().filter_map(|rule| {
        let record = Record::read(&rule.tags)?;
        Some((rule, record))
    });
    let mut found: Vec<(ListenerRule, Record)> = found.collect();
    // What is under way first, then the newest.
    found.sort_by_key(|(_, record)| (!record.state.is_open(), std::cmp::Reverse(record.started)));
    match global.format() {
        Format::Json => {
            let mut document = experiments_document(&found);
            if let Some(entries) = &recorded {
                let recorded = records_document(entries);
                for member in ["recorded", "unreadable"] {
                    document[member] = recorded[member].clone();
                }
            }
            output::document(&document)
        }
        Format::Human => {
            let palette = global.palette();
            output::page(&experiments_text(&found, &palette));
            if let Some(entries) = &recorded {
                output::line("");
                output::page(&records_text(entries, &palette));
                tell_unreadable(&entries.unreadable);
            }
            ExitCode::Done
        }
    }
}
