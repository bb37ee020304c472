//! `mlship rollback`

use std::cell::RefCell;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::session::Session;
use super::several::{no_way, on_each};
use super::targets::Targets;
use super::{Format, Global, examples, output};
use crate::report::{Report, plan_document, plan_text};
use mlship_core::app::Subject;
use mlship_core::app::rollback::{self as app, Outcome, RollbackOptions, TargetSpec};
use mlship_core::plan::Plan;
use mlship_core::progress::ExitCode;
use mlship_text::duration::duration;

/// Go back to the last release that succeeded
///
/// By ECS's history of deployments, not by revision numbers: what was aborted, or rolled back
/// itself, is never the target. A deployment that still runs is stopped. A second rollback goes no
/// further, unless --to says where
#[derive(Debug, Args)]
#[command(after_help = examples::ROLLBACK)]
pub(super) struct Rollback {
    #[command(flatten)]
    targets: Targets,
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
    let subjects = match command.targets.read("rollback", global) {
        Ok(subjects) => subjects,
        Err(code) => return code,
    };
    let (session, caller) = match Session::listening_as_caller(global).await {
        Ok(opened) => opened,
        Err(error) => return no_way(&subjects, &error, global),
    };
    let (context, options) = (session.context(), command.options());
    let plans = RefCell::new(Vec::new());
    let roll_back = async |subject: &Subject, report: &mut dyn Report| {
        let ended = match subject.clear(Ok(&caller), &mut |line| output::complain(line)) {
            Ok(subject) => {
                let rollback = app::Rollback {
                    context: &context,
                    caller: &caller,
                    subject,
                    options: &options,
                };
                Box::pin(rollback.run(report)).await
            }
            Err(refused) => Outcome::Ended(refused),
        };
        match ended {
            Outcome::Ended(result) => {
                report.result(&result);
                result.exit_code()
            }
            Outcome::Planned(plan) => {
                plans.borrow_mut().push(*plan);
                ExitCode::Done
            }
        }
    };
    let code = on_each(&subjects, global, roll_back).await;
    show(&plans.into_inner(), global);
    code
}

/// Shows what a dry run planned.
fn show(plans: &[Plan], global: &Global) {
    match global.output {
        Format::Human => {
            for plan in plans {
                output::page(&plan_text(plan, &global.palette()));
            }
        }
        Format::Json if plans.is_empty() => {}
        Format::Json => {
            let plans: Vec<_> = plans.iter().map(plan_document).collect();
            output::document(&json!({"services": plans}));
        }
    }
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
