//! `mlship abort`

use clap::Args;

use super::load::load_one;
use super::recording::Recording;
use super::rollback::survey::Survey;
use super::signals::Signals;
use super::way_back::WayBack;
use super::{Global, aws, conclude, deploy, examples, exit, output};
use crate::cloud::{Answer, Cloud};
use crate::history::Way;
use crate::report::{Report, ResultRecord};

/// Roll the running deployment back, whoever started it
///
/// Exits with 0 once the service is back on the release before; a service on which nothing runs
/// is left alone.
#[derive(Debug, Args)]
#[command(after_help = examples::ABORT)]
pub(super) struct Abort {
    /// The manifest of the service, or - for standard input
    path: String,
    /// Give up waiting after this long; the rollback goes on
    #[arg(long, default_value = "30m", value_parser = deploy::duration, value_name = "TIME")]
    timeout: std::time::Duration,
}

pub(super) async fn run(command: &Abort, global: &Global) -> u8 {
    let loaded = match load_one(&command.path, "abort", global) {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    let signals = Signals::listen();
    let cloud = match aws::cloud(global).await {
        Ok(cloud) => cloud,
        Err(error) => return output::cloud_error(&error, global),
    };
    let id = loaded.service();
    let way = WayBack {
        cloud: &cloud,
        id: &id,
        global,
        manifest: &loaded.manifest,
        timeout: command.timeout,
        signals: &signals,
    };
    let mut report = global.reporter();
    let aborted = Box::pin(abort(&way, report.as_mut())).await;
    let mut result = aborted.unwrap_or_else(|error| conclude::failed_call(&id, &error));
    let recording = Recording {
        cloud: &cloud,
        service: &id,
        manifest: &loaded.manifest,
        global,
        signals: &signals,
    };
    recording.write(&mut result, report.as_mut()).await;
    result.api_calls = cloud.calls();
    report.result(&result);
    result.exit_code
}

async fn abort(way: &WayBack<'_>, report: &mut dyn Report) -> Answer<ResultRecord> {
    let survey = Box::pin(Survey::newest(way.cloud, way.id)).await?;
    let course = survey.course();
    let Some(from) = course.running() else {
        return Ok(nothing_runs(way));
    };
    match course.back() {
        Way::Follow { from, to } => way.follow(&survey, from, to, report).await,
        Way::Attach(_) | Way::Stop { .. } | Way::Deploy(_) | Way::Back(_) | Way::Nowhere => {
            way.stop(&survey, from, course.serves(), report).await
        }
    }
}

fn nothing_runs(way: &WayBack<'_>) -> ResultRecord {
    let mut result = ResultRecord::new(way.id, "refused", exit::REFUSED);
    result.error = Some("no deployment is running".to_owned());
    result.hint = Some(format!(
        "to go back to the last release that succeeded: {}",
        way.command("rollback")
    ));
    result
}
