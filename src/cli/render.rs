//! `mlship render`

use clap::Args;
use serde_json::Value;

use super::load::load;
use super::{Format, Global, aws, exit, output};
use crate::release::{Story, resolve};

/// Print manifests as they are after overlays and variables, or what ECS gets
#[derive(Debug, Args)]
pub(super) struct Render {
    /// Manifests, directories of manifests, or - for standard input
    #[arg(required = true)]
    paths: Vec<String>,
    /// Print the exact JSON that registers the task definition
    #[arg(long)]
    task_definition: bool,
}

pub(super) async fn run(command: &Render, global: &Global) -> u8 {
    let manifests = match load(&command.paths, global) {
        Ok(manifests) => manifests,
        Err(code) => return code,
    };
    let region = if command.task_definition {
        match aws::cloud(global).await {
            Ok(cloud) => cloud.region().to_owned(),
            Err(error) => return output::cloud_error(&error, global),
        }
    } else {
        String::new()
    };
    for loaded in &manifests {
        let manifest = &loaded.manifest.release;
        if command.task_definition {
            let mut release = resolve(manifest, &region);
            release.story = Story::of_pipeline(&|name| std::env::var(name).ok()).tags("");
            output::document(&Value::Object(release.registration()));
            continue;
        }
        let value = serde_json::to_value(manifest).map(without_nothing);
        match (value, global.output) {
            (Ok(value), Format::Json) => {
                output::document(&value);
            }
            (Ok(value), Format::Human) => match serde_yaml::to_string(&value) {
                Ok(yaml) => output::text(&format!("---\n{yaml}")),
                Err(error) => return output::unexpected(&error),
            },
            (Err(error), _) => return output::unexpected(&error),
        }
    }
    exit::DONE
}

/// Leaves out what was not written: a null would read as an empty field.
fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| (name, without_nothing(member)))
            .filter(|(_, member)| {
                !member.is_null() && *member != Value::Object(serde_json::Map::new())
            })
            .collect(),
        other => other,
    }
}
