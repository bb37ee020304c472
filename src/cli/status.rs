//! `mlship status`

use clap::Args;
use serde_json::json;

use super::load::load;
use super::{Format, Global, examples, output};
use crate::cli::session::Session;
use crate::report::{Color, status_text};
use mlship_core::app::fault;
use mlship_core::app::status::status;
use mlship_core::cloud::CloudError;
use mlship_core::progress::ExitCode;
use mlship_core::release::ids::ServiceId;

/// Show what serves now: model version, image digest, tasks, and how the newest deployment goes
#[derive(Debug, Args)]
#[command(after_help = examples::STATUS)]
pub(super) struct Status {
    /// Manifests, directories of manifests, or - for standard input
    #[arg(required = true)]
    paths: Vec<String>,
}

pub(super) async fn run(command: &Status, global: &Global) -> ExitCode {
    let manifests = match load(&command.paths, global) {
        Ok(manifests) => manifests,
        Err(code) => return code,
    };
    let session = match Session::open(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    let color: Color = global.palette();
    let mut services = Vec::new();
    let mut codes = Vec::new();
    for loaded in &manifests {
        match status(&session.cloud, &loaded.service()).await {
            Ok(status) => {
                if global.output == Format::Human {
                    output::page(&status_text(&status, &color));
                }
                if let Some(error) = &status.unanswered {
                    codes.push(complain(&loaded.service(), error));
                }
                services.push(json!(status));
            }
            Err(error) => {
                let id = loaded.service();
                codes.push(complain(&id, &error));
                services.push(json!({
                    "service": id.name, "cluster": id.cluster, "release": null,
                    "error": error.to_string(), "hint": error.hint,
                }));
            }
        }
    }
    if global.output == Format::Json {
        output::document(&json!({"services": services}));
    }
    ExitCode::worst(codes)
}

fn complain(id: &ServiceId, error: &CloudError) -> ExitCode {
    output::complain(&format!("error: {id}: {error}"));
    if let Some(hint) = &error.hint {
        output::complain(&format!("hint: {hint}"));
    }
    ExitCode::from(fault(error))
}
