//! `mlship experiment start`

use std::time::Duration;

use clap::Args;

use super::ledger::RecordFlag;
use super::load::load_one;
use super::presenter::Presenter;
use super::skip_verify::SkipVerify;
use crate::cli::session::Session;
use crate::cli::{Global, diff, examples};
use mlship_core::app::experiment::{self as app, StartOptions};
use mlship_core::experiment::start::StartRequest;
use mlship_core::progress::ExitCode;
use mlship_text::duration::duration;

/// Start an experiment, or go on with one: deploy variants that are not there or serve another
/// release, check, then share the traffic
///
/// A second start changes nothing, and deploys nothing while the experiment runs; other weights in
/// the manifest open another phase, which is analysed on its own.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_START)]
pub(super) struct Start {
    /// The manifest of an experiment, or - for standard input
    path: String,
    /// Show what would change and stop: exactly `mlship diff`
    #[arg(long)]
    dry_run: bool,
    /// Go to the next step of the ramp, unless a guardrail is breached or the split is broken
    #[arg(long)]
    next: bool,
    /// Start in spite of what speaks against it: traffic of others on this rule, or moved by hand,
    /// or a release that would serve before it was tested
    #[arg(long)]
    force: bool,
    /// Give up waiting for variants to become healthy after this long
    #[arg(long, default_value = "30m", value_parser = duration, value_name = "TIME")]
    timeout: Duration,
    #[command(flatten)]
    skip_verify: SkipVerify,
    #[command(flatten)]
    ledger: RecordFlag,
}

pub(super) async fn run(command: &Start, global: &Global) -> ExitCode {
    let asked = StartRequest {
        next: command.next,
        force: command.force,
    };
    if command.dry_run {
        return diff::of_experiment(&command.path, asked, global).await;
    }
    let comparison = match load_one(&command.path, "start", global) {
        Ok(comparison) => comparison.recorded_in(command.ledger.record.clone()),
        Err(code) => return code,
    };
    let mut presenter = Presenter {
        comparison: &comparison,
        global,
    };
    let opened = Session::listening_as_caller(comparison.destination(), global).await;
    let (session, caller) = match opened {
        Ok(opened) => opened,
        Err(error) => return presenter.end(&error.into()),
    };
    let start = app::Start {
        context: &session.context(),
        comparison: &comparison,
        caller: &caller,
        options: StartOptions {
            asked,
            timeout: command.timeout,
            verify: command.skip_verify.verify(),
        },
    };
    let outcome = Box::pin(start.run(&mut presenter)).await;
    presenter.end(&outcome)
}
