//! `mlship experiment run`

use std::cell::RefCell;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::ledger::RecordFlag;
use super::load::load_one;
use super::presenter::{Presenter, experiment_view};
use super::rows_file;
use super::skip_verify::SkipVerify;
use crate::cli::session::Session;
use crate::cli::{Format, Global, examples, output};
use crate::report::{Report, headline};
use mlship_core::app::experiment::{
    self as app, ExperimentEvent, ExperimentReport, Outcome, Readout, RowsInput, RunOptions,
};
use mlship_core::experiment::word;
use mlship_core::ledger::ExperimentRecord;
use mlship_core::progress::ExitCode;
use mlship_text::duration::duration;

/// Run an experiment by itself: start it, go up its ramp, stop it for harm, and end it
///
/// It looks every minute. A step of the ramp lasts until its outcomes are in, an hour at least. A
/// breached guardrail, a broken split or a control that is better gives the control all the traffic,
/// and so does an end without a winner: no difference that matters, a complete sample, or
/// `maximumDays`. What follows from a challenger that is better is what `onWinner` says. A run that
/// was interrupted goes on where it was; `experiment status --advance` takes one step, for a schedule.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_RUN)]
pub(super) struct Run {
    /// The manifest of an experiment, or - for standard input
    path: String,
    /// Read the metrics that are in rows from a CSV file, anew at each look
    #[arg(long, value_name = "FILE")]
    rows: Option<String>,
    /// Deploy the winner to the control's service again, though that failed before
    #[arg(long)]
    retry_failed: bool,
    /// Give up waiting for variants to become healthy, and for the winner's deploy, after this long
    #[arg(long, default_value = "30m", value_parser = duration, value_name = "TIME")]
    timeout: Duration,
    #[command(flatten)]
    skip_verify: SkipVerify,
    #[command(flatten)]
    ledger: RecordFlag,
}

pub(super) async fn run(command: &Run, global: &Global) -> ExitCode {
    if command.rows.as_deref() == Some(rows_file::STANDARD_INPUT) {
        let message = "--rows takes a file here, which is read at each look";
        return output::usage(message, global);
    }
    let comparison = match load_one(&command.path, "run", global) {
        Ok(comparison) => comparison.recorded_in(command.ledger.record.clone()),
        Err(code) => return code,
    };
    let presenter = Presenter {
        comparison: &comparison,
        global,
    };
    let opened = Session::listening_as_caller(comparison.destination(), global).await;
    let (session, caller) = match opened {
        Ok(opened) => opened,
        Err(error) => return presenter.end(&error.into()),
    };
    let tell = &mut |line: &str| output::complain(line);
    let cleared = match comparison.clear(Ok(&caller), tell) {
        Ok(cleared) => cleared,
        Err(refused) => return presenter.end(&refused),
    };
    let open = || rows_file::open(command.rows.as_deref().unwrap_or_default());
    let rows = command.rows.as_deref().map(|file| RowsInput {
        name: rows_file::name(file),
        written: rows_file::written(file),
        open: &open,
    });
    let run = app::Run {
        context: &session.context(),
        comparison: cleared,
        caller: &caller,
        options: RunOptions {
            timeout: command.timeout,
            retry_failed: command.retry_failed,
            verify: command.skip_verify.verify(),
        },
        rows,
    };
    let mut told = RunOutput {
        presenter,
        last: RefCell::default(),
    };
    let outcome = Box::pin(run.run(&mut told)).await;
    presenter.end(&outcome)
}

/// Writes the steps of a run, and what looks find where that is new.
struct RunOutput<'a> {
    presenter: Presenter<'a>,
    last: RefCell<Said>,
}

/// What was said last.
#[derive(Default)]
struct Said {
    found: String,
    step: String,
}

impl ExperimentReport for RunOutput<'_> {
    fn event(&mut self, event: &ExperimentEvent<'_>) {
        match event {
            ExperimentEvent::Looked(readout) => self.looked(readout),
            ExperimentEvent::StepTaken(outcome) => self.taken(outcome),
            ExperimentEvent::StartPlanned(_)
            | ExperimentEvent::WaitingForTargets(_)
            | ExperimentEvent::NumbersRead(_)
            | ExperimentEvent::NumbersUnreadable(_)
            | ExperimentEvent::StopPlanned(_)
            | ExperimentEvent::ScaledDown(_)
            | ExperimentEvent::Recorded(_)
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

impl RunOutput<'_> {
    fn looked(&self, readout: &Readout) {
        let Presenter { comparison, global } = self.presenter;
        let found = headline(&experiment_view(comparison, readout));
        let verdict = readout.reading.readout.verdict;
        let mut last = self.last.borrow_mut();
        // Of what is only more of the same nobody wants a line a minute.
        let told = format!("{} {}", readout.record.phase, word(verdict));
        if told == last.found {
            return;
        }
        last.found = told;
        match global.format() {
            Format::Human => output::line(&format!("{}: {found}", readout.record.name)),
            Format::Json => {
                let sample = readout.reading.sample.as_ref();
                output::json_line(&json!({
                    "event": "look",
                    "time": Timestamp::now(),
                    "experiment": readout.record.name,
                    "phase": readout.record.phase,
                    "verdict": word(verdict),
                    "winner": readout.reading.winner,
                    "message": found,
                    "sample": sample.map(|sample| sample.seen),
                    "planned": sample.map(|sample| sample.planned),
                }));
            }
        }
    }

    fn taken(&self, outcome: &Outcome) {
        let Presenter { comparison, global } = self.presenter;
        let mut last = self.last.borrow_mut();
        let told = outcome.message.join("\n");
        if told == last.step {
            return;
        }
        last.step = told;
        match global.format() {
            Format::Human if outcome.conclusion.is_done() => {
                outcome.message.iter().for_each(|line| output::line(line));
            }
            Format::Human => output::complain(&format!("warning: {}", outcome.message.join("; "))),
            Format::Json => {
                let mut line = self.presenter.document(outcome);
                line["event"] = json!("step");
                line["time"] = json!(Timestamp::now());
                line["experiment"] = json!(comparison.definition.name);
                output::json_line(&line);
            }
        }
    }
}
