//! `mlship abort`

use std::time::Duration;

use clap::Args;

use super::load::load_one;
use super::session::Session;
use super::{Global, examples, output};
use mlship_core::app::stop_and_follow::RollbackWatch;
use mlship_core::progress::ExitCode;
use mlship_text::duration::duration;

/// Roll the running deployment back, whoever started it
///
/// Exits with 0 once the service is back on the release before. Where no deployment runs, it changes
/// nothing and exits with 11.
#[derive(Debug, Args)]
#[command(after_help = examples::ABORT)]
pub(super) struct Abort {
    /// The manifest of the service, or - for standard input
    path: String,
    /// Give up waiting after this long; the rollback goes on
    #[arg(long, default_value = "30m", value_parser = duration, value_name = "TIME")]
    timeout: Duration,
}

pub(super) async fn run(command: &Abort, global: &Global) -> ExitCode {
    let loaded = match load_one(&command.path, "abort", global) {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    let session = match Session::listening(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    let watch = RollbackWatch {
        context: &session.context(),
        id: &loaded.service(),
        manifest: &loaded.manifest,
        timeout: command.timeout,
    };
    let mut report = global.reporter();
    let result = Box::pin(watch.abort(report.as_mut())).await;
    report.result(&result);
    result.exit_code()
}
