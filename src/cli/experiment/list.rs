//! `mlship experiment list`

use clap::Args;

use crate::cli::session::Session;
use crate::cli::{Format, Global, examples, output};
use crate::report::{experiments_document, experiments_text};
use mlship_core::cloud::Balancing;
use mlship_core::experiment::Record;
use mlship_core::progress::ExitCode;
use mlship_core::release::ListenerRule;

/// List the experiments on the rules of the region's load balancers
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_LIST)]
pub(super) struct List {}

pub(super) async fn run(_: &List, global: &Global) -> ExitCode {
    let session = match Session::open(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    let rules = match session.cloud.all_rules().await {
        Ok(rules) => rules,
        Err(error) => return output::cloud_error(&error, global),
    };
    let found = rules.into_iter().filter_map(|rule| {
        let record = Record::read(&rule.tags)?;
        Some((rule, record))
    });
    let mut found: Vec<(ListenerRule, Record)> = found.collect();
    // What is under way first, then the newest.
    found.sort_by_key(|(_, record)| (!record.state.is_open(), std::cmp::Reverse(record.started)));
    match global.output {
        Format::Json => output::document(&experiments_document(&found)),
        Format::Human => {
            output::page(&experiments_text(&found, &global.palette()));
            ExitCode::Done
        }
    }
}
