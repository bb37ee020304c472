//! `mlship experiment status --advance`

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::load::{comparison, no_experiment};
use super::picture::Picture;
use super::presenter::{Presenter, experiment_view};
use super::rows_file;
use super::skip_verify::SkipVerify;
use super::status::write;
use crate::cli::load::load_all;
use crate::cli::sessions::{Asking, Sessions};
use crate::cli::{Format, Global, output};
use crate::report::{Report, experiment_document, experiment_text, failed_to_write};
use mlship_core::app::experiment::{
    self as app, Comparison, ExperimentEvent, ExperimentReport, Outcome, Readout, RowsInput,
    RunOptions,
};
use mlship_core::ledger::ExperimentRecord;
use mlship_core::progress::ExitCode;
use mlship_manifest::RecordPlace;

/// How long a step may take that waits for variants to become healthy, or for a deploy.
const TIMEOUT: Duration = Duration::from_mins(30);

/// What the flags of `status` say of it.
pub(super) struct Advance<'a> {
    pub(super) paths: &'a [String],
    pub(super) rows: Option<&'a str>,
    pub(super) report: Option<&'a Path>,
    pub(super) record: Option<&'a RecordPlace>,
    pub(super) skip_verify: SkipVerify,
}

impl Advance<'_> {
    /// Takes the step that is due, of each experiment.
    pub(super) async fn run(&self, global: &Global) -> ExitCode {
        if self.rows == Some(rows_file::STANDARD_INPUT) {
            return output::usage(
                "--rows takes a file with --advance, which looks twice",
                global,
            );
        }
        let experiments = match load_all(self.paths, global) {
            Ok(read) => read.experiments,
            Err(code) => return code,
        };
        if experiments.is_empty() {
            return no_experiment(self.paths, "status", global);
        }
        if experiments.len() > 1 && (self.report.is_some() || self.rows.is_some()) {
            return output::usage("--report and --rows are of one experiment", global);
        }
        let comparisons: Vec<Comparison> = experiments
            .into_iter()
            .map(|loaded| comparison(loaded).recorded_in(self.record.cloned()))
            .collect();
        let wanted: Vec<_> = comparisons.iter().map(Comparison::destination).collect();
        let sessions = match Sessions::listening(&wanted, Asking::Caller, global).await {
            Ok(sessions) => sessions,
            Err(error) => return output::cloud_error(&error, global),
        };
        let mut codes = Vec::new();
        for (at, comparison) in comparisons.iter().enumerate() {
            codes.push(self.of_one(comparison, at, &sessions, global).await);
        }
        ExitCode::worst(codes)
    }

    async fn of_one(
        &self,
        comparison: &Comparison,
        at: usize,
        sessions: &Sessions,
        global: &Global,
    ) -> ExitCode {
        let presenter = Presenter { comparison, global };
        let known = sessions.to(at).map_err(Clone::clone);
        let known = known.and_then(|session| Ok((session, session.caller.clone()?)));
        let (session, caller) = match known {
            Ok(known) => known,
            Err(error) => return presenter.end(&error.into()),
        };
        let tell = &mut |line: &str| output::complain(line);
        let cleared = match comparison.clear(Ok(&caller), tell) {
            Ok(cleared) => cleared,
            Err(refused) => return presenter.end(&refused),
        };
        let open = || rows_file::open(self.rows.unwrap_or_default());
        let rows = self.rows.map(|file| RowsInput {
            name: rows_file::name(file),
            written: rows_file::written(file),
            open: &open,
        });
        let run = app::Run {
            context: &session.context(),
            comparison: cleared,
            caller: &caller,
            options: RunOptions {
                timeout: TIMEOUT,
                retry_failed: false,
                verify: self.skip_verify.verify(),
            },
            rows,
        };
        let mut told = AdvanceOutput {
            presenter,
            report: self.report,
            document: None,
        };
        let outcome = Box::pin(run.advance(&mut told)).await;
        told.end(&outcome)
    }
}

/// Writes what the look found, and what was done.
struct AdvanceOutput<'a> {
    presenter: Presenter<'a>,
    report: Option<&'a Path>,
    /// The readout, for programs.
    document: Option<Value>,
}

impl ExperimentReport for AdvanceOutput<'_> {
    fn event(&mut self, event: &ExperimentEvent<'_>) {
        match event {
            ExperimentEvent::Looked(readout) => self.looked(readout),
            ExperimentEvent::StartPlanned(_)
            | ExperimentEvent::WaitingForTargets(_)
            | ExperimentEvent::NumbersRead(_)
            | ExperimentEvent::NumbersUnreadable(_)
            | ExperimentEvent::StopPlanned(_)
            | ExperimentEvent::ScaledDown(_)
            | ExperimentEvent::Recorded(_)
            | ExperimentEvent::StepTaken(_)
            | ExperimentEvent::LookFailed(_)
            | ExperimentEvent::LookEnded { .. } => self.presenter.event(event),
        }
    }

    fn page(&self, record: &ExperimentRecord) -> String {
        self.presenter.page(record)
    }

    fn release(&mut self) -> Box<dyn Report + '_> {
        self.presenter.release()
    }
}

impl AdvanceOutput<'_> {
    fn looked(&mut self, readout: &Readout) {
        let Presenter { comparison, global } = self.presenter;
        let shown = experiment_view(comparison, readout);
        match global.format() {
            Format::Human => output::page(&experiment_text(&shown, &global.palette())),
            Format::Json => self.document = Some(experiment_document(&shown)),
        }
        if let Some(path) = self.report
            && Picture::of(path).is_some()
            && let Err(error) = write(path, &shown)
        {
            failed_to_write(&path.display().to_string(), &error);
        }
    }

    fn end(self, outcome: &Outcome) -> ExitCode {
        match self.document {
            // A deploy may have written lines before.
            Some(mut document) => {
                if let Some(findings) = outcome.findings() {
                    output::findings(findings, self.presenter.global);
                }
                document["advance"] = self.presenter.document(outcome);
                output::json_line(&document);
                outcome.conclusion.exit_code()
            }
            None => self.presenter.end(outcome),
        }
    }
}
