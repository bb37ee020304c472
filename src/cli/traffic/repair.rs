//! `mlship traffic repair`

use clap::Args;

use crate::cli::session::Session;
use crate::cli::sessions::{Asking, Sessions};
use crate::cli::targets::{Answer, Targets, with_findings};
use crate::cli::{Format, Global, examples, output};
use crate::report::{Mended, repairs_document, repairs_text};
use mlship_core::app::at_once::in_order;
use mlship_core::app::manifests::Subjects;
use mlship_core::app::traffic::repair::{Asked, End, mend};
use mlship_core::app::{ResultRecord, Subject, results};
use mlship_core::progress::ExitCode;

/// Show how the rule of production traffic should share requests where it does not, and write it
/// with --apply
///
/// The group of the tasks that serve gets all of them, the other one of the pair nothing. Nothing is
/// written while a deployment runs, nor where ECS does not say which tasks serve: both are refused
/// with 11.
#[derive(Debug, Args)]
#[command(after_help = examples::TRAFFIC_REPAIR)]
pub(super) struct Repair {
    #[command(flatten)]
    targets: Targets,
    /// Write the weights, which are only shown otherwise
    #[arg(long)]
    apply: bool,
}

pub(super) async fn run(command: &Repair, global: &Global) -> ExitCode {
    let serve = async |read: Subjects| repair(command, read, global).await;
    let targets = &command.targets;
    targets
        .serve("traffic repair", Answer::Document, global, serve)
        .await
}

async fn repair(command: &Repair, mut read: Subjects, global: &Global) -> ExitCode {
    let asking = if command.apply {
        Asking::Soon
    } else {
        command.targets.named.asking()
    };
    let sessions = match Sessions::of_subjects(&mut read, false, asking, global).await {
        Ok(sessions) => sessions,
        Err(error) => return output::cloud_error(&error, global),
    };
    if !command.apply
        && let Err(code) = command.targets.say_place(&sessions, global)
    {
        return code;
    }
    let each = read.subjects.iter().enumerate().map(async |(at, subject)| {
        let ended = match sessions.to(at) {
            Ok(session) => Box::pin(one(subject, session, command.apply)).await,
            Err(error) => Err(Box::new(results::aws_error(subject.service(), error))),
        };
        let apply = format!(
            "{} --apply",
            global
                .invocation()
                .command_for("traffic repair", subject.address())
        );
        Mended {
            service: subject.service().clone(),
            ended,
            apply,
        }
    });
    let mended = in_order(each).await;
    match global.format() {
        Format::Human => output::page(&repairs_text(&mended, &global.palette())),
        Format::Json => {
            output::document(&with_findings(repairs_document(&mended), &read));
        }
    }
    let codes = mended.iter().map(|mended| {
        let result = mended.result();
        match &mended.ended {
            Ok(mending) => match mending.end {
                End::Right | End::Shown | End::Repaired => result.exit_code(),
                End::Refused(..) | End::Stale | End::Unanswered(_) => {
                    output::refused(&result, global)
                }
            },
            Err(refused) => output::refused(refused, global),
        }
    });
    ExitCode::worst(codes.collect::<Vec<_>>())
}

async fn one(
    subject: &Subject,
    session: &Session,
    writes: bool,
) -> Result<mlship_core::app::traffic::repair::Mending, Box<ResultRecord>> {
    let asked = if writes {
        let caller = session.caller.as_ref();
        Asked::Written(subject.clear(caller, &mut |line| output::complain(line))?)
    } else {
        Asked::Shown(subject)
    };
    Ok(mend(&session.context(), asked).await)
}
