//! `mlship diff`

use clap::Args;
use serde_json::{Value, json};

use super::load::{Loaded, load};
use super::preview::{Stop, prepare};
use super::saved::SavedPlans;
use super::{Format, Global, aws, exit, output};
use crate::cloud::aws::AwsCloud;
use crate::plan::{Effect, Plan, Redeploy};
use crate::release::ids::Caller;
use crate::report::{plan_document, plan_text};

/// Show what a deploy would change, without changing anything
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// Manifests, directories of manifests, or - for standard input
    #[arg(required = true)]
    paths: Vec<String>,
    /// Exit with 3 when changes are pending
    #[arg(long)]
    exit_code: bool,
    /// Save the plan, for `deploy --plan`
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
}

pub(super) async fn run(command: &Diff, global: &Global) -> u8 {
    let show = Show {
        paths: &command.paths,
        redeploy: Redeploy::WhenChanged,
        exit_code: command.exit_code,
        out: command.out.as_deref(),
    };
    show.run(global).await
}

/// What to show, and what to do with it.
pub(super) struct Show<'a> {
    pub(super) paths: &'a [String],
    pub(super) redeploy: Redeploy,
    pub(super) exit_code: bool,
    pub(super) out: Option<&'a str>,
}

impl Show<'_> {
    /// Shows the plans of all manifests; also what `deploy --dry-run` does.
    pub(super) async fn run(&self, global: &Global) -> u8 {
        let manifests = match load(self.paths, global) {
            Ok(manifests) => manifests,
            Err(code) => return code,
        };
        let (cloud, caller) = match aws::cloud_and_caller(global).await {
            Ok(found) => found,
            Err(error) => return output::cloud_error(&error, global),
        };
        let mut plans = Vec::new();
        let mut codes = Vec::new();
        for loaded in &manifests {
            match one(&cloud, &caller, loaded, self.redeploy, global).await {
                Ok(plan) => plans.push(plan),
                Err(code) => codes.push(code),
            }
        }
        if global.output == Format::Json {
            let services: Vec<Value> = plans.iter().map(plan_document).collect();
            output::document(&json!({"services": services}));
        }
        if let Some(path) = self.out
            && let Err(message) = SavedPlans::of(&plans).write(path)
        {
            output::complain(&format!("error: {message}"));
            codes.push(exit::UNEXPECTED);
        }
        let pending = plans.iter().any(|plan| plan.effect != Effect::None);
        match exit::worst(codes) {
            exit::DONE if pending && self.exit_code => exit::PENDING,
            code => code,
        }
    }
}

async fn one(
    cloud: &AwsCloud,
    caller: &Caller,
    loaded: &Loaded,
    redeploy: Redeploy,
    global: &Global,
) -> Result<Plan, u8> {
    match prepare(cloud, caller, &loaded.manifest, redeploy).await {
        Ok(plan) => {
            if global.output == Format::Human {
                output::text(&plan_text(&plan, &global.palette()));
            }
            Ok(plan)
        }
        Err(Stop::Refused(findings)) => {
            output::findings(&findings, global);
            Err(exit::REFUSED)
        }
        Err(Stop::Cloud(error)) => {
            output::complain(&format!("error: {error}"));
            Err(exit::of_cloud_error(&error))
        }
    }
}
