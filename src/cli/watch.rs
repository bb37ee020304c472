//! `mlship watch`

use clap::Args;

use super::load::load_one;
use super::session::Session;
use super::watch_flags::WatchFlags;
use super::{Global, examples, output};
use mlship_core::app::watch::watch_newest;
use mlship_core::progress::ExitCode;

/// Attach to the running deployment, or tell how the newest one ended
#[derive(Debug, Args)]
#[command(after_help = examples::WATCH)]
pub(super) struct Watch {
    /// The manifest of the service, or - for standard input
    path: String,
    #[command(flatten)]
    patience: WatchFlags,
    /// Tell the model registry how the deployment ended, as a deploy that waits does
    #[arg(long)]
    record: bool,
}

pub(super) async fn run(command: &Watch, global: &Global) -> ExitCode {
    let loaded = match load_one(&command.path, "watch", global) {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    if command.record && loaded.manifest.release.model.reference.is_none() {
        let message = "--record tells the model registry, and the manifest has no model.ref";
        return output::usage(message, global);
    }
    let session = match Session::listening(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    let context = session.context();
    let (options, record) = (command.patience.options(), command.record);
    let mut report = global.reporter();
    let watch = watch_newest(&context, &loaded.manifest, options, record, report.as_mut());
    let result = Box::pin(watch).await;
    report.result(&result);
    result.exit_code()
}
