//! `mlship abort`

use clap::Args;

use super::session::Session;
use super::sessions::{Asking, Sessions};
use super::several::{no_way, on_each};
use super::targets::{Answer, Targets};
use super::watch_flags::Limit;
use super::{Global, examples, output};
use crate::report::Report;
use mlship_core::app::Subject;
use mlship_core::app::manifests::Subjects;
use mlship_core::app::stop_and_follow::RollbackWatch;
use mlship_core::progress::ExitCode;

/// Roll the running deployment back, whoever started it
///
/// Exits with 0 once the service is back on the release before. Where no deployment runs, it changes
/// nothing and exits with 11.
#[derive(Debug, Args)]
#[command(after_help = examples::ABORT)]
pub(super) struct Abort {
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    limit: Limit,
}

pub(super) async fn run(command: &Abort, global: &Global) -> ExitCode {
    let serve = async |read: Subjects| abort(command, read, global).await;
    let targets = &command.targets;
    targets.serve("abort", Answer::Lines, global, serve).await
}

async fn abort(command: &Abort, mut read: Subjects, global: &Global) -> ExitCode {
    // It is stopped by its name in ECS: who calls only has to be the right one.
    let opened = Sessions::of_subjects(&mut read, true, Asking::Soon, global).await;
    let sessions = match opened {
        Ok(sessions) => sessions,
        Err(error) => return no_way(&read.subjects, &error, global),
    };
    let abort = async |subject: &Subject, session: &Session, report: &mut dyn Report| {
        let caller = session.caller.as_ref();
        let result = match subject.clear(caller, &mut |line| output::complain(line)) {
            Ok(subject) => {
                let watch = RollbackWatch {
                    context: &session.context(),
                    subject,
                    timeout: command.limit.timeout(),
                    adds_shift: command.limit.adds_shift(),
                };
                Box::pin(watch.abort(report)).await
            }
            Err(refused) => *refused,
        };
        report.result(&result);
        result.exit_code()
    };
    on_each(&read.subjects, &sessions, global, abort).await
}
