//! `mlship status`

use clap::Args;
use serde_json::json;

use super::targets::Targets;
use super::{Format, Global, examples, output};
use crate::cli::session::Session;
use crate::report::{Color, status_text};
use mlship_core::app::status::status;
use mlship_core::progress::ExitCode;

/// Show what serves now: model version, image digest, tasks, and how the newest deployment goes
#[derive(Debug, Args)]
#[command(after_help = examples::STATUS)]
pub(super) struct Status {
    #[command(flatten)]
    targets: Targets,
}

pub(super) async fn run(command: &Status, global: &Global) -> ExitCode {
    let subjects = match command.targets.read("status", global) {
        Ok(subjects) => subjects,
        Err(code) => return code,
    };
    let session = match Session::open(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    if let Err(code) = command.targets.say_place(&session, global).await {
        return code;
    }
    let color: Color = global.palette();
    let mut services = Vec::new();
    let mut codes = Vec::new();
    for subject in &subjects {
        let id = subject.service();
        match status(&session.cloud, id).await {
            Ok(status) => {
                if global.output == Format::Human {
                    output::page(&status_text(&status, &color));
                }
                if let Some(error) = &status.unanswered {
                    codes.push(output::cloud_error_of(id, error));
                }
                services.push(json!(status));
            }
            Err(error) => {
                codes.push(output::cloud_error_of(id, &error));
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
