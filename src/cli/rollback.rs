//! `mlship rollback`

use std::cell::RefCell;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use super::pipeline::{Handover, ReportFile};
use super::session::Session;
use super::sessions::{Asking, Sessions};
use super::several::{Way, no_way, on_each, told_to};
use super::targets::{Answer, Targets, with_findings};
use super::watch_flags::Limit;
use super::{Format, Global, examples, output};
use crate::report::{
    OneDocument, Report, ended_document, plan_document, plan_text, take_back_text,
};
use mlship_core::app::manifests::Subjects;
use mlship_core::app::rollback::{self as app, Outcome, RollbackOptions, TargetSpec};
use mlship_core::app::{Subject, results};
use mlship_core::cloud::CloudError;
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
    pub(super) targets: Targets,
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
    #[command(flatten)]
    limit: Limit,
    #[command(flatten)]
    pub(super) report: ReportFile,
    #[command(flatten)]
    pub(super) handover: Handover,
}

pub(super) async fn run(command: &Rollback, global: &Global) -> ExitCode {
    // A dry run of several is one document.
    let answer = if command.dry_run {
        Answer::Document
    } else {
        Answer::Lines
    };
    let serve = async |read: Subjects| roll_back(command, read, global).await;
    let targets = &command.targets;
    targets.serve("rollback", answer, global, serve).await
}

async fn roll_back(command: &Rollback, mut read: Subjects, global: &Global) -> ExitCode {
    let opened = Sessions::of_subjects(&mut read, true, Asking::Caller, global).await;
    let subjects = &read.subjects[..];
    // What one document is made of is in no line beside it.
    let is_document = command.dry_run
        && global.format() == Format::Json
        && (subjects.len() > 1 || !read.findings.is_empty());
    let sessions = match opened {
        Ok(opened) => opened,
        Err(error) if is_document => {
            let ended = subjects.iter().map(|subject| no_plan(subject, &error));
            return document(&ended.collect::<Vec<_>>(), &read);
        }
        Err(error) => return no_way(subjects, &error, global),
    };
    let options = command.options();
    let roll_back = async |subject: &Subject, way: Way<'_>, report: &mut dyn Report| {
        let known = way.and_then(|session| Ok((session, session.caller.as_ref()?)));
        let (session, caller) = match known {
            Ok(known) => known,
            Err(error) => return no_plan(subject, error),
        };
        let cleared = subject.clear(Ok(caller), &mut |line| output::complain(line));
        match cleared {
            Ok(subject) => {
                let rollback = app::Rollback {
                    context: &session.context(),
                    caller,
                    subject,
                    options: &options,
                };
                Box::pin(rollback.run(report)).await
            }
            Err(refused) => Outcome::Ended(refused),
        }
    };
    if is_document {
        let reader = Box::new(OneDocument::new());
        let ends = told_to(reader, subjects, &sessions, roll_back).await;
        return document(&ends, &read);
    }
    let shown = RefCell::new(Vec::new());
    let roll_back =
        async |subject: &Subject, session: &Session, report: &mut dyn Report| match roll_back(
            subject,
            Ok(session),
            &mut *report,
        )
        .await
        {
            Outcome::Ended(result) => {
                report.result(&result);
                result.exit_code()
            }
            outcome @ (Outcome::Planned(_) | Outcome::TakesBack(_)) => {
                match &outcome {
                    Outcome::Planned(plan) => global.planned(plan),
                    Outcome::TakesBack(taken) => global.takes_back(taken),
                    Outcome::Ended(_) => {}
                }
                shown.borrow_mut().push(outcome);
                ExitCode::Done
            }
        };
    let code = on_each(subjects, &sessions, global, roll_back).await;
    show(&shown.into_inner(), global);
    code
}

/// Says why there is no plan for a service.
fn no_plan(subject: &Subject, error: &CloudError) -> Outcome {
    Outcome::Ended(Box::new(results::aws_error(subject.service(), error)))
}

/// Shows what a dry run of several came to, in one document.
fn document(ends: &[Outcome], read: &Subjects) -> ExitCode {
    let services: Vec<_> = ends.iter().map(document_of).collect();
    output::document(&with_findings(json!({"services": services}), read));
    ExitCode::worst(ends.iter().map(|end| match end {
        Outcome::Planned(_) | Outcome::TakesBack(_) => ExitCode::Done,
        Outcome::Ended(result) => result.exit_code(),
    }))
}

fn document_of(end: &Outcome) -> Value {
    match end {
        Outcome::Planned(plan) => plan_document(plan),
        Outcome::TakesBack(shown) => shown.document(),
        Outcome::Ended(result) => ended_document(result),
    }
}

/// Shows what a dry run came to that would write.
fn show(shown: &[Outcome], global: &Global) {
    match global.format() {
        Format::Human => {
            let palette = global.palette();
            for outcome in shown {
                match outcome {
                    Outcome::Planned(plan) => output::page(&plan_text(plan, &palette)),
                    Outcome::TakesBack(shown) => output::page(&take_back_text(shown, &palette)),
                    Outcome::Ended(_) => {}
                }
            }
        }
        Format::Json if shown.is_empty() => {}
        Format::Json => {
            let services: Vec<_> = shown.iter().map(document_of).collect();
            output::document(&json!({"services": services}));
        }
    }
}

impl Rollback {
    /// Says whether it only shows.
    pub(super) fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    fn options(&self) -> RollbackOptions {
        RollbackOptions {
            undoes: None,
            to: self.to.clone(),
            skip_checks: self.skip_checks,
            check_timeout: self.check_timeout,
            force: self.force,
            dry_run: self.dry_run,
            timeout: self.limit.timeout(),
            adds_shift: self.limit.adds_shift(),
        }
    }
}
