//! `mlship rollback`

use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::load::load_one;
use super::session::Session;
use super::{Format, Global, examples, output};
use crate::report::{plan_document, plan_text};
use mlship_core::app::rollback::{self as app, Outcome, RollbackOptions, TargetSpec};
use mlship_core::plan::Plan;
use mlship_core::progress::ExitCode;
use mlship_text::duration::duration;

/// Go back to the last release that succeeded
///
/// By ECS's history of deployments, not by revision numbers: what was aborted, or rolled back
/// itself, is never the target. A deployment that still runs is stopped.
#[derive(Debug, Args)]
#[command(after_help = examples::ROLLBACK)]
pub(super) struct Rollback {
    /// The manifest of the service, or - for standard input
    path: String,
    /// Roll back to this release instead of the last that succeeded: a model version, :REVISION or
    /// FAMILY:REVISION of the task definition, or the ARN of a task definition or service revision
    #[arg(long, value_name = "RELEASE")]
    to: Option<TargetSpec>,
    /// Don't check that the release's image, secrets and target groups are still there
    #[arg(long)]
    skip_checks: bool,
    /// Give up waiting for the answers to these checks after this long
    #[arg(long, default_value = "2s", value_parser = duration, value_name = "TIME")]
    check_timeout: Duration,
    /// Roll back in spite of a running experiment that the service takes part in
    #[arg(long)]
    force: bool,
    /// Show what would change and stop
    #[arg(long)]
    dry_run: bool,
    /// Give up waiting after this long; the rollback goes on
    #[arg(long, default_value = "30m", value_parser = duration, value_name = "TIME")]
    timeout: Duration,
}

pub(super) async fn run(command: &Rollback, global: &Global) -> ExitCode {
    let loaded = match load_one(&command.path, "rollback", global) {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    let (session, caller) = match Session::listening_as_caller(global).await {
        Ok(opened) => opened,
        Err(error) => return output::cloud_error(&error, global),
    };
    let rollback = app::Rollback {
        context: &session.context(),
        caller: &caller,
        service: &loaded.service(),
        manifest: &loaded.manifest,
        options: &command.options(),
    };
    let mut report = global.reporter();
    match Box::pin(rollback.run(report.as_mut())).await {
        Outcome::Ended(result) => {
            report.result(&result);
            result.exit_code()
        }
        Outcome::Planned(plan) => show(&plan, global),
    }
}

fn show(plan: &Plan, global: &Global) -> ExitCode {
    match global.output {
        Format::Human => output::page(&plan_text(plan, &global.palette())),
        Format::Json => {
            output::document(&json!({"services": [plan_document(plan)]}));
        }
    }
    ExitCode::Done
}

impl Rollback {
    fn options(&self) -> RollbackOptions {
        RollbackOptions {
            to: self.to.clone(),
            skip_checks: self.skip_checks,
            check_timeout: self.check_timeout,
            force: self.force,
            dry_run: self.dry_run,
            timeout: self.timeout,
        }
    }
}
