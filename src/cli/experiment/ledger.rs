//! The ledger that a command names, or finds.

use clap::Args;

use crate::cli::session::Session;
use crate::cli::{Global, output};
use mlship_core::app::ledgers::{LedgerSearch, LedgerSearchError};
use mlship_core::ledger::Entries;
use mlship_core::progress::ExitCode;
use mlship_manifest::RecordPlace;

const WRITTEN: &str = "Record the experiment here once it ended: s3://BUCKET/PREFIX/, the address \
                       of an MLflow server, or the ARN of one in SageMaker; by default where the \
                       manifest says, or in the variants' model registry";

const READ: &str = "Read this ledger: s3://BUCKET/PREFIX/, the address of an MLflow server, or the \
                    ARN of one in SageMaker; by default those that the region's rules name, and \
                    that of MLFLOW_TRACKING_URI";

/// Where an experiment is recorded, for commands that may write it.
#[derive(Debug, Args)]
pub(in crate::cli) struct RecordFlag {
    #[arg(long, value_name = "URI", value_parser = ledger_place, help = WRITTEN)]
    pub(in crate::cli) record: Option<RecordPlace>,
}

/// Where experiments are recorded, for commands that only read.
#[derive(Debug, Args)]
pub(in crate::cli) struct LedgerFlag {
    #[arg(long, value_name = "URI", value_parser = ledger_place, help = READ)]
    pub(in crate::cli) record: Option<RecordPlace>,
}

/// Reads the address of a ledger.
pub(in crate::cli) fn ledger_place(written: &str) -> Result<RecordPlace, String> {
    RecordPlace::parse(written)
        .map_err(|mistake| format!("it {}; {}", mistake.message, mistake.help))
}

impl LedgerFlag {
    pub(in crate::cli) fn search(&self) -> LedgerSearch {
        let address = std::env::var("MLFLOW_TRACKING_URI");
        LedgerSearch {
            named: self.record.clone(),
            of_environment: address.is_ok_and(|address| !address.is_empty()),
        }
    }

    /// Returns what ledgers have of all experiments, or of one.
    pub(in crate::cli) async fn read(
        &self,
        session: &Session,
        experiment: Option<&str>,
        global: &Global,
    ) -> Result<Entries, ExitCode> {
        let entries = self.search().read(&*session.cloud, experiment).await;
        entries.map_err(|error| not_read(&error, global))
    }
}

/// Says why no ledger was read.
pub(in crate::cli) fn not_read(error: &LedgerSearchError, global: &Global) -> ExitCode {
    match error {
        LedgerSearchError::Nowhere => {
            let message = "no ledger is known: looked at --record, the rules of the region and \
                           MLFLOW_TRACKING_URI";
            let hint = "name it with --record, such as s3://BUCKET/PREFIX/";
            output::usage_with_hint(message, Some(hint), global)
        }
        LedgerSearchError::Rules(error) => output::cloud_error(error, global),
        LedgerSearchError::Ledger(error) => output::registry_error(error, global),
    }
}

/// Says what a ledger has that could not be read.
pub(in crate::cli) fn tell_unreadable(unreadable: &[String]) {
    for what in unreadable {
        output::complain(&format!("warning: not read: {what}"));
    }
}
