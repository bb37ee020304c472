//! `mlship deploy`

use clap::{Args, ValueEnum};
use tokio::time::Instant;

use super::diff::Show;
use super::fleet_flags::{FleetFlags, again};
use super::gates::Overrides;
use super::load::{Loaded, invalid, load_selected, read_files};
use super::pipeline::{Handover, ReportFile};
use super::selection::Selection;
use super::session::Session;
use super::sessions::{Asking, Sessions};
use super::several::Stage;
use super::watch_flags::WatchFlags;
use super::{Format, Global, examples, output};
use mlship_core::app::deploy::{self as app, DeployOptions};
use mlship_core::app::fleet::{Again, Fleet, FleetDeploy, closing, order_of};
use mlship_core::app::manifests::place_manifests;
use mlship_core::app::plan_file::{PlanPath, SavedPlans};
use mlship_core::app::watch::OnInterrupt;
use mlship_core::app::{ResultRecord, RunRecord, ended_by, results};
use mlship_core::cloud::{Answer, CloudError};
use mlship_core::fleet::Order;
use mlship_core::plan::{Plan, Redeploy};
use mlship_core::preflight::Memory;
use mlship_core::progress::ExitCode;
use mlship_manifest::{Destination, Diagnostic};

/// Deploy releases and watch each rollout to its verdict
#[derive(Debug, Args)]
#[command(after_help = examples::DEPLOY)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(super) struct Deploy {
    /// Manifests, directories of manifests, or - for standard input
    #[arg(required = true)]
    pub(super) paths: Vec<String>,
    /// Show what would change and stop: exactly `mlship diff`, held to --plan where it is given
    #[arg(long)]
    dry_run: bool,
    /// Return as soon as ECS has accepted the deployment
    #[arg(long)]
    detach: bool,
    #[command(flatten)]
    patience: WatchFlags,
    /// What to do while another deployment of the service runs
    #[arg(long, value_enum, default_value_t = IfBusy::Wait, value_name = "ACTION")]
    if_busy: IfBusy,
    /// Replace the tasks even when nothing changes
    #[arg(long)]
    force_new_deployment: bool,
    /// Take over a service that mlship did not make, after its diff was read
    #[arg(long)]
    adopt: bool,
    /// Deploy in spite of a running experiment that the service takes part in
    #[arg(long)]
    force: bool,
    /// Deploy without asking first whether all is there that the release leans on
    #[arg(
        long,
        env = "MLSHIP_SKIP_VERIFY",
        hide_env_values = true,
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    skip_verify: bool,
    /// Deploy although an alarm of the rollout is on already: ECS then watches none of them
    #[arg(long)]
    despite_alarms: bool,
    /// Do what this plan of `diff --out` says, or refuse when something else would be done
    #[arg(long, value_name = "FILE")]
    plan: Option<PlanPath>,
    #[command(flatten)]
    overrides: Overrides,
    #[command(flatten)]
    pub(super) selection: Selection,
    #[command(flatten)]
    fleet: FleetFlags,
    #[command(flatten)]
    pub(super) report: ReportFile,
    #[command(flatten)]
    pub(super) handover: Handover,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum IfBusy {
    /// Wait for its end, within the timeout
    Wait,
    /// Refuse, with exit code 11
    Fail,
    /// Replace it
    Supersede,
}

/// The next step where the file of a plan can't be used.
const SAVE_A_PLAN: &str = "save a plan with mlship diff PATH --out FILE";

pub(super) async fn run(command: &Deploy, global: &Global) -> ExitCode {
    let saved = match command.saved_plans(global) {
        Ok(saved) => saved,
        Err(code) => return code,
    };
    if let Err(code) = command.check_flags(global) {
        return code;
    }
    if command.dry_run {
        let show = Show {
            paths: &command.paths,
            selection: &command.selection,
            redeploy: command.redeploy(),
            exit_code: false,
            out: None,
            overrides: &command.overrides.get(),
            asked: None,
            saved: saved.as_ref(),
        };
        return Box::pin(show.run(global)).await;
    }
    let mut manifests =
        match load_selected(&command.paths, &command.selection, saved.as_ref(), global) {
            Ok(manifests) => manifests,
            Err(code) => return code,
        };
    if let Err(code) = command.check_order(&manifests, global) {
        return code;
    }
    let options = command.options(manifests.len() > 1);
    let wanted = manifests.iter().map(|loaded| &loaded.manifest);
    if let Err(message) = options.overrides.check(wanted) {
        return output::usage(&message, global);
    }
    let wanted = manifests.iter().map(|loaded| loaded.place().clone().into());
    let wanted: Vec<Destination> = wanted.collect();
    let sessions = match Sessions::listening(&wanted, Asking::Caller, global).await {
        Ok(sessions) => sessions,
        Err(error) => return no_cloud(&manifests, &error, global),
    };
    if let Err(error) = sessions.pin_parameters(saved.as_ref()).await {
        return no_cloud(&manifests, &error, global);
    }
    // Only now it is known where those are for that say no region.
    let placed = place_manifests(&mut manifests, sessions.places().to_vec());
    let order = match placed.and_then(|()| command.order_of(&manifests)) {
        Ok(order) => order,
        Err(found) => {
            output::findings(&found, global);
            return invalid(&found, None, global);
        }
    };
    let review = saved
        .as_ref()
        .map(|saved| |plan: &Plan| saved.refusal(plan));
    let review = review.as_ref().map(|review| review as app::Review<'_>);
    let contexts: Vec<_> = sessions.all().iter().map(Session::context).collect();
    let (mut ways, mut way_of) = (Vec::new(), Vec::new());
    for (session, context) in sessions.all().iter().zip(&contexts) {
        way_of.push(session.caller.as_ref().map(|caller| {
            ways.push(app::Deploy {
                context,
                caller,
                options: &options,
                review,
            });
            ways.len() - 1
        }));
    }
    // A connection that can't tell whose it is stands in the way of its own services alone.
    let routes = sessions.routes().iter().map(|session| {
        let session = session.as_ref().map_err(CloudError::clone)?;
        way_of[*session].map_err(CloudError::clone)
    });
    let routes: Vec<Answer<usize>> = routes.collect();
    let again = Again {
        takes_back_on_signal: options.watch.on_interrupt != OnInterrupt::Detach,
        ..again(std::env::args(), command.redeploy() != Redeploy::Always)
    };
    let stage = Stage::of(order.len(), global);
    let fleet = Fleet {
        ways: &ways,
        manifests: &manifests,
        routes: &routes,
        order: &order,
    };
    let run = (command.fleet.options(), options.until);
    let fleet = FleetDeploy::new(fleet, run, &sessions.interrupts, &stage, &again);
    let (results, run) = Box::pin(fleet.run()).await;
    if order.len() > 1 {
        stage.run(&run);
        for line in closing(&results, &again) {
            output::complain(&line);
        }
    }
    run.exit_code
}

/// Says of each service that nothing happened to it, since there is no way to AWS.
fn no_cloud(manifests: &[Loaded], error: &CloudError, global: &Global) -> ExitCode {
    if global.format() == Format::Human {
        return output::cloud_error(error, global);
    }
    let results = manifests.iter();
    let results = results.map(|loaded| results::aws_error(&loaded.service(), error));
    let results: Vec<ResultRecord> = results.collect();
    let mut reader = global.reporter();
    for result in &results {
        reader.result(result);
    }
    if results.len() > 1 {
        reader.run(&RunRecord::of(&results, 0.0, 0));
    }
    ended_by(error).exit_code()
}

impl Deploy {
    /// Says whether it only shows.
    pub(super) fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// Reads the plans that were reviewed, and holds them to what variables are now.
    fn saved_plans(&self, global: &Global) -> Result<Option<SavedPlans>, ExitCode> {
        let Some(path) = &self.plan else {
            return Ok(None);
        };
        let files = read_files(&self.paths, global)?;
        let saved = SavedPlans::read(path.as_str())
            .and_then(|saved| saved.held_to(files, &|name| std::env::var(name).ok()));
        saved
            .map(Some)
            .map_err(|message| output::usage_with_hint(&message, Some(SAVE_A_PLAN), global))
    }

    /// Returns the order in which the releases begin.
    fn order_of(&self, manifests: &[Loaded]) -> Result<Order, Vec<Diagnostic>> {
        let order = order_of(manifests)?;
        Ok(match &self.fleet.waves {
            Some(sizes) => order.in_waves(sizes),
            None => order,
        })
    }

    /// Reports flags that say two things, whatever the manifests are.
    fn check_flags(&self, global: &Global) -> Result<(), ExitCode> {
        let contradiction = if self.detach && self.fleet.takes_back() {
            (
                "--detach waits for no release, and --on-failure rollback goes by how they end",
                "leave one of them out",
            )
        } else if self.fleet.resume && self.redeploy() == Redeploy::Always {
            (
                "--resume leaves what serves, and replacing the tasks of all does not",
                "leave out --resume, or --only all and --force-new-deployment",
            )
        } else if self.detach && self.fleet.waves.is_some() {
            (
                "--detach waits for no release, and waves wait for each other",
                "leave one of them out",
            )
        } else {
            return Ok(());
        };
        let (message, hint) = contradiction;
        Err(output::usage_with_hint(message, Some(hint), global))
    }

    /// Reports why there is no order in which the releases can begin, or none for these flags.
    fn check_order(&self, manifests: &[Loaded], global: &Global) -> Result<(), ExitCode> {
        let order = self.order_of(manifests).map_err(|found| {
            output::findings(&found, global);
            invalid(&found, None, global)
        })?;
        let is_written = |loaded: &Loaded| loaded.manifest.release.service.wave.is_some();
        if self.fleet.waves.is_some() && manifests.iter().any(is_written) {
            output::complain("--waves takes the place of service.wave");
        }
        if self.detach && order.waits() {
            let message = "--detach waits for no release, and these wait for each other";
            let hint = "leave --detach out, or --waves, service.wave and service.dependsOn";
            return Err(output::usage_with_hint(message, Some(hint), global));
        }
        Ok(())
    }

    fn redeploy(&self) -> Redeploy {
        if self.force_new_deployment {
            Redeploy::Always
        } else {
            self.selection.redeploy()
        }
    }

    fn options(&self, is_of_many: bool) -> DeployOptions {
        let mut watch = self.patience.options();
        if is_of_many && watch.on_interrupt == OnInterrupt::Rollback {
            watch.on_interrupt = OnInterrupt::RollbackOwn;
        }
        DeployOptions {
            watch,
            until: self
                .fleet
                .run_timeout
                .map(|timeout| Instant::now() + timeout),
            detach: self.detach,
            if_busy: match self.if_busy {
                IfBusy::Wait => app::IfBusy::Wait,
                IfBusy::Fail => app::IfBusy::Fail,
                IfBusy::Supersede => app::IfBusy::Supersede,
            },
            redeploy: self.redeploy(),
            repeat: self.fleet.repeat(),
            adopt: self.adopt,
            force: self.force,
            own_experiment: None,
            verify: (!self.skip_verify).then(Memory::default),
            if_alarmed: if self.despite_alarms {
                app::IfAlarmed::Unwatched
            } else {
                app::IfAlarmed::Refuse
            },
            overrides: self.overrides.get(),
        }
    }
}
