//! What ledgers know of the versions in a history. It is beside the answer: where none can be read
//! that is said, and nothing fails for it.

use std::time::Duration;

use clap::Args;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::cli::experiment::{LedgerFlag, ledger_place, tell_unreadable};
use crate::cli::output;
use crate::cli::session::Session;
use mlship_core::app::history::name_experiments;
use mlship_core::app::ledgers::LedgerSearchError;
use mlship_core::history::Entry;
use mlship_core::ledger::Entries;
use mlship_manifest::RecordPlace;

/// A history is asked for in a hurry, too.
const WITHIN: Duration = Duration::from_secs(10);

const NAMED: &str = "Name the experiments that versions took part in, by this ledger: \
                     s3://BUCKET/PREFIX/, the address of an MLflow server, or the ARN of one in \
                     SageMaker; with --model by default those that the region's rules name, and \
                     that of MLFLOW_TRACKING_URI";

/// The ledger that names experiments.
#[derive(Debug, Args)]
pub(super) struct ExperimentsFlag {
    #[arg(long, value_name = "URI", value_parser = ledger_place, help = NAMED)]
    record: Option<RecordPlace>,
}

/// What ledgers know of experiments.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// What they have; none where none was read.
    entries: Option<Entries>,
    /// Why some could not be read.
    errors: Vec<String>,
}

impl ExperimentsFlag {
    /// Reads the ledger that was named, if one was.
    pub(super) async fn named(&self, sessions: &[Session]) -> Known {
        match (&self.record, sessions) {
            (Some(_), [first, ..]) => self.read(&[first]).await,
            (None, _) | (_, []) => Known::default(),
        }
    }

    /// Reads the ledger that was named, or those that the rules of every region lead to.
    pub(super) async fn everywhere(&self, sessions: &[Session]) -> Known {
        if self.record.is_some() {
            return self.named(sessions).await;
        }
        let all: Vec<&Session> = sessions.iter().collect();
        self.read(&all).await
    }

    async fn read(&self, sessions: &[&Session]) -> Known {
        let flag = LedgerFlag {
            record: self.record.clone(),
        };
        let search = flag.search();
        let each = sessions.iter().map(async |session| {
            let read = search.read(&*session.cloud, None);
            tokio::time::timeout(WITHIN, read).await
        });
        let mut known = Known::default();
        for answer in join_all(each).await {
            let error = match answer {
                Ok(Ok(entries)) => {
                    known.entries.get_or_insert_default().extend(entries);
                    continue;
                }
                // Who keeps no records misses none.
                Ok(Err(LedgerSearchError::Nowhere)) => continue,
                Ok(Err(LedgerSearchError::Rules(error))) => error.to_string(),
                Ok(Err(LedgerSearchError::Ledger(error))) => error.to_string(),
                Err(_) => "no ledger answers in time".to_owned(),
            };
            if !known.errors.contains(&error) {
                known.errors.push(error);
            }
        }
        known
    }
}

impl Known {
    /// Names the experiments that versions took part in.
    pub(super) fn name<'a>(&self, all: impl IntoIterator<Item = &'a mut Entry>) {
        if let Some(entries) = &self.entries {
            for entry in all {
                name_experiments(entry, &entries.records);
            }
        }
    }

    /// Says to people what could not be read.
    pub(super) fn complain(&self) {
        for error in &self.errors {
            output::complain(&format!(
                "warning: experiments that are recorded elsewhere are not named: {error}"
            ));
        }
        if let Some(entries) = &self.entries {
            tell_unreadable(&entries.unreadable);
        }
    }

    /// Says to programs what could not be read.
    pub(super) fn note(&self, mut document: Value) -> Value {
        let unreadable = self.entries.iter().flat_map(|entries| &entries.unreadable);
        let all: Vec<&String> = self.errors.iter().chain(unreadable).collect();
        if !all.is_empty() {
            document["ledger_errors"] = json!(all);
        }
        document
    }
}
