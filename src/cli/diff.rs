//! `mlship diff`

mod services;

use clap::Args;
use serde_json::{Value, json};

use super::experiment::comparison;
use super::gates::Overrides;
use super::load::{Loaded, LoadedManifests, invalid, load_all_selected, load_selected};
use super::pipeline::ReportFile;
use super::selection::Selection;
use super::several::Way;
use super::{Format, Global, examples, output};
use crate::cli::sessions::{Asking, Sessions};
use crate::report::{failed_to_write, start_document, start_text, unplanned_document};
use mlship_core::app::ended_by;
use mlship_core::app::experiment::{Comparison, observe, warn};
use mlship_core::app::manifests::place_manifests;
use mlship_core::app::model_version::GateOverrides;
use mlship_core::app::plan_file::{PlanPath, SavedPlans};
use mlship_core::cloud::CloudError;
use mlship_core::experiment::start::{self, StartRequest};
use mlship_core::plan::{Effect, Plan, Redeploy};
use mlship_core::progress::ExitCode;
use mlship_core::release::service_of;
use mlship_manifest::{Destination, Unresolved};
use services::{Layout, Shown};

/// Show what a deploy would change, without changing anything
#[derive(Debug, Args)]
#[command(after_help = examples::DIFF)]
pub(super) struct Diff {
    /// Manifests, directories of manifests, or - for standard input
    #[arg(required = true)]
    pub(super) paths: Vec<String>,
    /// Exit with 3 when changes are pending
    #[arg(long)]
    exit_code: bool,
    /// Save the plan, for `deploy --plan`: confidential, and readable by its owner alone
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PlanPath>,
    #[command(flatten)]
    overrides: Overrides,
    #[command(flatten)]
    pub(super) selection: Selection,
    #[command(flatten)]
    pub(super) report: ReportFile,
}

pub(super) async fn run(command: &Diff, global: &Global) -> ExitCode {
    let show = Show {
        paths: &command.paths,
        selection: &command.selection,
        redeploy: command.selection.redeploy(),
        exit_code: command.exit_code,
        out: command.out.as_ref(),
        overrides: &command.overrides.get(),
        asked: Some(StartRequest::default()),
        saved: None,
    };
    Box::pin(show.run(global)).await
}

/// Shows what starting an experiment would change: what `experiment start --dry-run` does.
pub(super) async fn of_experiment(path: &str, asked: StartRequest, global: &Global) -> ExitCode {
    let show = Show {
        paths: &[path.to_owned()],
        selection: &Selection::default(),
        redeploy: Redeploy::WhenChanged,
        exit_code: false,
        out: None,
        overrides: &GateOverrides::default(),
        asked: Some(asked),
        saved: None,
    };
    Box::pin(show.run(global)).await
}

/// What to show, and what to do with it.
pub(super) struct Show<'a> {
    pub(super) paths: &'a [String],
    pub(super) selection: &'a Selection,
    pub(super) redeploy: Redeploy,
    pub(super) exit_code: bool,
    pub(super) out: Option<&'a PlanPath>,
    pub(super) overrides: &'a GateOverrides,
    /// How experiments are to be started; none where the command takes none.
    pub(super) asked: Option<StartRequest>,
    /// The plans that were reviewed, where these must be the same.
    pub(super) saved: Option<&'a SavedPlans>,
}

/// What is shown, and what is known of it.
#[derive(Default)]
struct DiffResults {
    plans: Vec<Plan>,
    codes: Vec<ExitCode>,
    services: Vec<Value>,
    experiments: Vec<Value>,
    /// Whether traffic would be shared in another way.
    shifts: bool,
}

impl Show<'_> {
    /// Shows the plans of all manifests; also what `deploy --dry-run` does.
    pub(super) async fn run(&self, global: &Global) -> ExitCode {
        let loaded = match self.asked {
            Some(_) => load_all_selected(self.paths, self.selection, global)
                .map(LoadedManifests::into_parts),
            None => load_selected(self.paths, self.selection, self.saved, global)
                .map(|manifests| (manifests, Vec::new())),
        };
        let (mut manifests, experiments) = match loaded {
            Ok(loaded) => loaded,
            Err(code) => return code,
        };
        if let Err(message) = self
            .overrides
            .check(manifests.iter().map(|loaded| &loaded.manifest))
        {
            return output::usage(&message, global);
        }
        let comparisons: Vec<Comparison> = experiments.into_iter().map(comparison).collect();
        let wanted = manifests.iter().map(|loaded| loaded.place().clone().into());
        let rules = comparisons.iter().map(Comparison::destination);
        let wanted: Vec<Destination> = wanted.chain(rules).collect();
        let sessions = match Sessions::deaf(&wanted, Asking::Caller, global).await {
            Ok(opened) => opened,
            Err(error) => return no_cloud(&manifests, &comparisons, error, global),
        };
        if let Err(error) = sessions.pin_parameters(self.saved).await {
            return no_cloud(&manifests, &comparisons, error, global);
        }
        let places = sessions.places()[..manifests.len()].to_vec();
        if let Err(found) = place_manifests(&mut manifests, places) {
            output::findings(&found, global);
            return invalid(&found, None, global);
        }
        let mut seen = DiffResults::default();
        let shown = manifests.iter().enumerate().map(|(at, loaded)| Shown {
            manifest: &loaded.manifest,
            service: loaded.service(),
            way: sessions.to(at),
        });
        let shown: Vec<Shown<'_>> = shown.collect();
        let layout = Layout::of(shown.len());
        self.services(&shown, layout, &mut seen, global).await;
        for (at, comparison) in comparisons.iter().enumerate() {
            let way = sessions.to(manifests.len() + at);
            Box::pin(self.experiment(way, comparison, &mut seen, global)).await;
        }
        if global.format() == Format::Json {
            let mut document = json!({ "services": seen.services });
            if !seen.experiments.is_empty() {
                document["experiments"] = json!(seen.experiments);
            }
            output::document(&document);
        }
        if let Some(path) = self.out
            && let Err(message) = SavedPlans::of(&seen.plans, global.variable_files())
                .map(|plans| with_values(plans, &sessions, &manifests, global))
                .and_then(|plans| plans.write(path.as_str()))
        {
            failed_to_write("the plan", &message);
        }
        let changes = seen.plans.iter().any(|plan| plan.effect != Effect::None);
        match ExitCode::worst(seen.codes) {
            ExitCode::Done if (changes || seen.shifts) && self.exit_code => ExitCode::Pending,
            code => code,
        }
    }

    async fn experiment(
        &self,
        way: Way<'_>,
        comparison: &Comparison,
        seen: &mut DiffResults,
        global: &Global,
    ) {
        let definition = &comparison.definition;
        let observed = match way {
            Ok(session) => observe(&*session.cloud, definition).await,
            Err(error) => Err(error.clone()),
        };
        let observed = match observed {
            Ok(observed) => observed,
            Err(error) => {
                let mut document = json!({ "experiment": definition.name, "effect": null });
                document["error"] = json!(error.to_string());
                seen.experiments.push(document);
                output::complain(&format!("error: {}: {error}", definition.name));
                return seen.codes.push(ended_by(&error).exit_code());
            }
        };
        let asked = self.asked.unwrap_or_default();
        let mut plan = match start::plan(definition, &observed, asked) {
            Ok(plan) => plan,
            Err(refusals) => {
                let findings = comparison.findings(refusals);
                output::findings(&findings, global);
                let document = json!({
                    "experiment": definition.name, "effect": null, "findings": findings,
                });
                seen.experiments.push(document);
                return seen.codes.push(ExitCode::Refused);
            }
        };
        if let Ok(session) = way {
            let context = session.context();
            let now = (context.clock)();
            Box::pin(warn(context.cloud, comparison, &mut plan, now)).await;
        }
        if let start::StartPlan::Open(opening) = &plan {
            seen.shifts = true;
            if opening.deploys() {
                let releases = comparison.releases().iter().map(|manifest| Shown {
                    manifest,
                    service: service_of(&manifest.release),
                    way,
                });
                let releases: Vec<Shown<'_>> = releases.collect();
                self.services(&releases, Layout::Each, seen, global).await;
            }
        }
        if global.reads_text() {
            output::page(&start_text(definition, &plan, &global.palette()));
        }
        seen.experiments.push(start_document(definition, &plan));
    }
}

/// Keeps with plans the names of the variables and the parameters that they were made with.
fn with_values(
    plans: SavedPlans,
    sessions: &Sessions,
    manifests: &[Loaded],
    global: &Global,
) -> SavedPlans {
    let variables = manifests.iter().flat_map(|it| &it.manifest.variables);
    let plans = plans.filled_in_by(global.variable_files(), variables);
    let fields = manifests
        .iter()
        .flat_map(|loaded| loaded.manifest.unresolved());
    let fields: Vec<Unresolved> = fields.cloned().collect();
    sessions.all().iter().fold(plans, |plans, session| {
        plans.made_with(&session.place(), session.cloud.told_parameters(), &fields)
    })
}

/// Says that there is no way to AWS, and so no plan for any service.
fn no_cloud(
    manifests: &[Loaded],
    experiments: &[Comparison],
    error: CloudError,
    global: &Global,
) -> ExitCode {
    if global.reads_text() {
        return output::cloud_error(&error, global);
    }
    let code = ended_by(&error).exit_code();
    let services: Vec<_> = manifests.iter().map(Loaded::service).collect();
    let names = experiments.iter().map(|it| &*it.definition.name);
    let names: Vec<&str> = names.collect();
    output::document(&unplanned_document(&services, &names, &error.into()));
    code
}
