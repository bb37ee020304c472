//! `mlship watch`

use clap::Args;

use super::load::invalid;
use super::pipeline::{Handover, ReportFile};
use super::session::Session;
use super::sessions::Sessions;
use super::several::{no_way, on_each};
use super::targets::{Answer, Targets};
use super::watch_flags::WatchFlags;
use super::{Global, examples, output};
use crate::report::Report;
use mlship_core::app::manifests::Subjects;
use mlship_core::app::watch::watch_newest;
use mlship_core::app::{Address, Subject};
use mlship_core::progress::ExitCode;

/// Attach to the running deployment, or tell how the newest one ended
#[derive(Debug, Args)]
#[command(after_help = examples::WATCH)]
pub(super) struct Watch {
    #[command(flatten)]
    pub(super) targets: Targets,
    #[command(flatten)]
    patience: WatchFlags,
    /// Tell the model registry how the deployment ended, as a deploy that waits does
    #[arg(long)]
    record: bool,
    #[command(flatten)]
    pub(super) report: ReportFile,
    #[command(flatten)]
    pub(super) handover: Handover,
}

pub(super) async fn run(command: &Watch, global: &Global) -> ExitCode {
    let serve = async |read: Subjects| watch(command, read, global).await;
    let targets = &command.targets;
    targets.serve("watch", Answer::Lines, global, serve).await
}

async fn watch(command: &Watch, mut read: Subjects, global: &Global) -> ExitCode {
    if command.record
        && let Err(code) = may_record(&read, global)
    {
        return code;
    }
    let asking = command.targets.named.asking();
    let sessions = match Sessions::of_subjects(&mut read, true, asking, global).await {
        Ok(sessions) => sessions,
        Err(error) => return no_way(&read.subjects, &error, global),
    };
    if let Err(code) = command.targets.say_place(&sessions, global) {
        return code;
    }
    let (options, record) = (command.patience.options(), command.record);
    let watch = async |subject: &Subject, session: &Session, report: &mut dyn Report| {
        let context = session.context();
        let result = Box::pin(watch_newest(&context, subject, options, record, report)).await;
        report.result(&result);
        result.exit_code()
    };
    on_each(&read.subjects, &sessions, global, watch).await
}

/// Says what stands in the way of telling the model registry, which takes the whole manifest.
fn may_record(read: &Subjects, global: &Global) -> Result<(), ExitCode> {
    for subject in &read.subjects {
        let message = match (subject.whole(), subject.address()) {
            (Some(manifest), _) if manifest.release.model.reference.is_some() => continue,
            (Some(_), _) => "--record tells the model registry, and the manifest has no model.ref",
            (None, Address::Service(_)) => {
                "--record tells the model registry, which only a manifest names"
            }
            (None, Address::Manifest(_)) => {
                output::findings(&read.elsewhere, global);
                return Err(invalid(&read.elsewhere, Some(subject.service()), global));
            }
        };
        return Err(output::usage(message, global));
    }
    Ok(())
}
