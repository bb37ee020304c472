//! `mlship diff`

use clap::Args;
use serde_json::{Value, json};

use super::load::{Loaded, load};
use super::model::{Overrides, pin};
use super::preview::{Stop, prepare};
use super::saved::SavedPlans;
use super::{Format, Global, aws, exit, output};
use crate::cloud::CloudError;
use crate::cloud::aws::AwsCloud;
use crate::plan::{Effect, Plan, Redeploy};
use crate::release::ids::{Caller, ServiceId};
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
    #[command(flatten)]
    overrides: Overrides,
}

pub(super) async fn run(command: &Diff, global: &Global) -> u8 {
    let show = Show {
        paths: &command.paths,
        redeploy: Redeploy::WhenChanged,
        exit_code: command.exit_code,
        out: command.out.as_deref(),
        overrides: &command.overrides,
    };
    show.run(global).await
}

/// What to show, and what to do with it.
pub(super) struct Show<'a> {
    pub(super) paths: &'a [String],
    pub(super) redeploy: Redeploy,
    pub(super) exit_code: bool,
    pub(super) out: Option<&'a str>,
    pub(super) overrides: &'a Overrides,
}

impl Show<'_> {
    /// Shows the plans of all manifests; also what `deploy --dry-run` does.
    pub(super) async fn run(&self, global: &Global) -> u8 {
        let manifests = match load(self.paths, global) {
            Ok(manifests) => manifests,
            Err(code) => return code,
        };
        if let Err(message) = self.overrides.check(&manifests) {
            return output::usage(&message, global);
        }
        let (cloud, caller) = match aws::cloud_and_caller(global).await {
            Ok(found) => found,
            Err(error) => return no_cloud(&manifests, error, global),
        };
        let mut plans = Vec::new();
        let mut codes = Vec::new();
        let mut services = Vec::new();
        for loaded in &manifests {
            match self.plan(&cloud, &caller, loaded).await {
                Ok(plan) => {
                    if global.output == Format::Human {
                        output::text(&plan_text(&plan, &global.palette()));
                    }
                    services.push(plan_document(&plan));
                    plans.push(plan);
                }
                Err(stop) => {
                    services.push(stopped_document(&loaded.service(), &stop));
                    codes.push(stopped(&loaded.service(), &stop, global));
                }
            }
        }
        if global.output == Format::Json {
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

    async fn plan(&self, cloud: &AwsCloud, caller: &Caller, loaded: &Loaded) -> Result<Plan, Stop> {
        let pinned = pin(cloud, &loaded.manifest).await?;
        prepare(cloud, caller, &pinned, self.redeploy, self.overrides).await
    }
}

/// Says that there is no way to AWS, and so no plan for any service.
fn no_cloud(manifests: &[Loaded], error: CloudError, global: &Global) -> u8 {
    if global.output == Format::Human {
        return output::cloud_error(&error, global);
    }
    let code = exit::of_cloud_error(&error);
    let stop = Stop::Cloud(error);
    let services = manifests.iter().map(Loaded::service);
    let services: Vec<Value> = services.map(|id| stopped_document(&id, &stop)).collect();
    output::document(&json!({"services": services}));
    code
}

/// Says why there is no plan for a service, and returns the exit code.
pub(super) fn stopped(service: &ServiceId, stop: &Stop, global: &Global) -> u8 {
    match stop {
        Stop::Refused(findings) => {
            output::findings(findings, global);
            exit::REFUSED
        }
        Stop::Cloud(_) | Stop::Registry(_) => {
            output::complain(&format!("error: {service}: {}", stop.words()));
            if let Some(hint) = stop.hint() {
                output::complain(&format!("hint: {hint}"));
            }
            stop.code()
        }
    }
}

/// Returns what the document has of a service without a plan: nobody should miss it.
fn stopped_document(service: &ServiceId, stop: &Stop) -> Value {
    let mut document = json!({
        "service": service.name, "cluster": service.cluster, "effect": null, "changes": [],
    });
    match stop {
        Stop::Refused(findings) => document["findings"] = json!(findings),
        Stop::Cloud(_) | Stop::Registry(_) => {
            document["error"] = json!(stop.words());
            document["hint"] = json!(stop.hint());
        }
    }
    document["exit_code"] = json!(stop.code());
    document
}
