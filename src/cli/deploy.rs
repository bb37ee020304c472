//! `mlship deploy`

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::diff::Show;
use super::experiment::guard;
use super::load::{Loaded, load};
use super::model::{Overrides, Pinned, pin};
use super::preview::{Stop, prepare};
use super::recording::Recording;
use super::saved::SavedPlans;
use super::signals::Signals;
use super::watching::{OnInterrupt, Patience, Watched};
use super::{Format, Global, aws, back_on, conclude, examples, exit, output};
use crate::apply::{Applied, apply};
use crate::cloud::aws::AwsCloud;
use crate::cloud::{Cloud, CloudError};
use crate::plan::{Effect, Plan, Redeploy, Started};
use crate::release::ids::Caller;
use crate::report::{Event, Report, ResultRecord};
use crate::rollout::until_idle;

/// Deploy releases and watch each rollout to its verdict
#[derive(Debug, Args)]
#[command(after_help = examples::DEPLOY)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(super) struct Deploy {
    /// Manifests, directories of manifests, or - for standard input
    #[arg(required = true)]
    paths: Vec<String>,
    /// Show what would change and stop: exactly `mlship diff`
    #[arg(long)]
    dry_run: bool,
    /// Return as soon as ECS has accepted the deployment
    #[arg(long)]
    detach: bool,
    #[command(flatten)]
    patience: Patience,
    /// What to do while another deployment of the service runs
    #[arg(long, value_enum, default_value_t = IfBusy::Wait, value_name = "ACTION")]
    if_busy: IfBusy,
    /// Replace the tasks even when nothing changes
    #[arg(long)]
    force_new_deployment: bool,
    /// Deploy in spite of a running experiment that the service takes part in
    #[arg(long)]
    force: bool,
    /// Do what this plan of `diff --out` says, or refuse when something else would be done
    #[arg(long, value_name = "FILE")]
    plan: Option<String>,
    #[command(flatten)]
    overrides: Overrides,
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

/// Reads a time such as `90s` or `1h30m`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration = text
        .parse()
        .map_err(|_| "not a time such as 90s, 30m or 1h30m".to_owned())?;
    Duration::try_from(span).map_err(|_| "a time cannot be negative".to_owned())
}

pub(super) async fn run(command: &Deploy, global: &Global) -> u8 {
    if command.dry_run {
        let show = Show {
            paths: &command.paths,
            redeploy: command.redeploy(),
            exit_code: false,
            out: None,
            overrides: &command.overrides,
            asked: None,
        };
        return Box::pin(show.run(global)).await;
    }
    let seen = match command.plan.as_deref().map(SavedPlans::read).transpose() {
        Ok(seen) => seen,
        Err(message) => return output::usage(&message, global),
    };
    let manifests = match load(&command.paths, global) {
        Ok(manifests) => manifests,
        Err(code) => return code,
    };
    if let Err(message) = command.overrides.check(&manifests) {
        return output::usage(&message, global);
    }
    let signals = Signals::listen();
    let (cloud, caller) = match aws::cloud_and_caller(global).await {
        Ok(found) => found,
        Err(error) => return no_cloud(&manifests, &error, global),
    };
    let deployment = Deployment {
        cloud: &cloud,
        caller: &caller,
        command,
        global,
        seen: seen.as_ref(),
        signals: &signals,
    };
    Box::pin(deployment.all(&manifests)).await
}

/// Deploys the releases that an experiment is about, as far as they are not there.
pub(super) async fn releases(
    manifests: &[Loaded],
    timeout: Duration,
    cloud: &AwsCloud,
    caller: &Caller,
    signals: &Signals,
    global: &Global,
) -> u8 {
    let command = Deploy {
        paths: Vec::new(),
        dry_run: false,
        detach: false,
        patience: Patience {
            timeout,
            on_interrupt: OnInterrupt::Detach,
        },
        if_busy: IfBusy::Wait,
        force_new_deployment: false,
        // The experiment is the one that is being started.
        force: true,
        plan: None,
        overrides: Overrides::default(),
    };
    let deployment = Deployment {
        cloud,
        caller,
        command: &command,
        global,
        seen: None,
        signals,
    };
    Box::pin(deployment.all(manifests)).await
}

/// Says of each service that nothing happened to it, since there is no way to AWS.
fn no_cloud(manifests: &[Loaded], error: &CloudError, global: &Global) -> u8 {
    if global.output == Format::Human {
        return output::cloud_error(error, global);
    }
    for loaded in manifests {
        let result = conclude::failed_call(&loaded.service(), error);
        global.reporter().result(&result);
    }
    exit::of_cloud_error(error)
}

impl Deploy {
    fn redeploy(&self) -> Redeploy {
        if self.force_new_deployment {
            Redeploy::Always
        } else {
            Redeploy::WhenChanged
        }
    }
}

struct Deployment<'a> {
    cloud: &'a AwsCloud,
    caller: &'a Caller,
    command: &'a Deploy,
    global: &'a Global,
    /// The plans that were reviewed, when the deploy is held to them.
    seen: Option<&'a SavedPlans>,
    signals: &'a Signals,
}

impl Deployment<'_> {
    async fn all(&self, manifests: &[Loaded]) -> u8 {
        let mut codes = Vec::new();
        for loaded in manifests {
            codes.push(Box::pin(self.run(loaded)).await);
        }
        exit::worst(codes)
    }

    async fn run(&self, loaded: &Loaded) -> u8 {
        let mut report = self.global.reporter();
        let before = self.cloud.calls();
        let mut result = Box::pin(self.one(loaded, report.as_mut())).await;
        let recording = Recording {
            cloud: self.cloud,
            service: &loaded.service(),
            manifest: &loaded.manifest,
            global: self.global,
            signals: self.signals,
        };
        recording.write(&mut result, report.as_mut()).await;
        result.api_calls = self.cloud.calls() - before;
        report.result(&result);
        result.exit_code
    }

    async fn one(&self, loaded: &Loaded, report: &mut dyn Report) -> ResultRecord {
        // Asked once: what is deployed is what was planned, however long another deployment runs.
        let pinned = tokio::select! {
            pinned = Box::pin(pin(self.cloud, &loaded.manifest)) => pinned,
            interrupt = self.signals.wait() => {
                return conclude::stopped_before(&loaded.service(), interrupt);
            }
        };
        let pinned = match pinned {
            Ok(pinned) => pinned,
            Err(stop) => return self.stopped(loaded, stop),
        };
        let plan = match self.plan(loaded, &pinned, report).await {
            Ok(plan) => plan,
            Err(result) => return *result,
        };
        if let Some(Err(mismatch)) = self.seen.map(|seen| seen.check(&plan)) {
            return conclude::not_the_plan(&plan, mismatch);
        }
        if let Some(interrupt) = self.signals.arrived() {
            return conclude::stopped_before(&plan.service, interrupt);
        }
        let disturbs = plan.effect != Effect::None && !self.command.force;
        let rule = plan.experiment.as_deref().filter(|_| disturbs);
        match guard::under_way(self.cloud, rule).await {
            Ok(None) => {}
            Ok(Some(record)) => return guard::refused(&plan.service, &record),
            Err(error) => return conclude::failed_call(&plan.service, &error),
        }
        if plan.effect != Effect::None && self.command.force {
            guard::mark(self.cloud, plan.experiment.as_deref(), &plan.service).await;
        }
        let applied = match apply(self.cloud, &plan, report).await {
            Ok(applied) => applied,
            Err(error) => return conclude::not_applied(&plan, &error),
        };
        match to_wait_for(&plan, applied, report) {
            Some(started) => {
                let commands = self.global.commands(&loaded.manifest);
                let watched = Watched {
                    abort_after: loaded.abort_after(),
                    ..Watched::of(&plan, started, commands)
                };
                if self.command.detach {
                    return watched.detached();
                }
                let patience = &self.command.patience;
                let mut result = watched
                    .to_the_end(self.cloud, patience, report, self.signals)
                    .await;
                back_on::look(self.cloud, &plan.service, &mut result).await;
                result
            }
            None => conclude::at_rest(&plan),
        }
    }

    /// Plans and says so; where another deployment runs, again after its end.
    async fn plan(
        &self,
        loaded: &Loaded,
        pinned: &Pinned,
        report: &mut dyn Report,
    ) -> Result<Plan, Box<ResultRecord>> {
        loop {
            let plan = self.prepare(loaded, pinned).await?;
            let planned = Event::Planned {
                plan: Box::new(plan.clone()),
            };
            report.event(&plan.service, &planned);
            // How a way back ends is seen afterwards: the deployment it leads to succeeded long ago.
            let must_wait = plan.deploys() || plan.going_back;
            match plan.running.as_ref().filter(|_| must_wait) {
                Some(other) => match self.command.if_busy {
                    IfBusy::Supersede if !plan.deploys() => {
                        self.wait_for(&plan, other, report).await?;
                    }
                    IfBusy::Supersede => return Ok(plan),
                    IfBusy::Fail => return Err(Box::new(conclude::busy(&plan, other))),
                    IfBusy::Wait => self.wait_for(&plan, other, report).await?,
                },
                None => return Ok(plan),
            }
        }
    }

    async fn wait_for(
        &self,
        plan: &Plan,
        other: &Started,
        report: &mut dyn Report,
    ) -> Result<(), Box<ResultRecord>> {
        let timeout = self.command.patience.timeout;
        let result = tokio::select! {
            idle = until_idle(self.cloud, &plan.service, other, timeout, report) => match idle {
                Ok(true) => return Ok(()),
                Ok(false) => conclude::never_idle(plan, other),
                Err(error) => conclude::failed_call(&plan.service, &error),
            },
            interrupt = self.signals.wait() => conclude::stopped_before(&plan.service, interrupt),
        };
        Err(Box::new(result))
    }

    async fn prepare(&self, loaded: &Loaded, pinned: &Pinned) -> Result<Plan, Box<ResultRecord>> {
        let redeploy = self.command.redeploy();
        let overrides = &self.command.overrides;
        // Asks the registry, too, about the version that serves.
        let prepared = prepare(self.cloud, self.caller, pinned, redeploy, overrides);
        let result = tokio::select! {
            prepared = Box::pin(prepared) => match prepared {
                Ok(plan) => return Ok(plan),
                Err(stop) => self.stopped(loaded, stop),
            },
            interrupt = self.signals.wait() => {
                conclude::stopped_before(&loaded.service(), interrupt)
            }
        };
        Err(Box::new(result))
    }

    fn stopped(&self, loaded: &Loaded, stop: Stop) -> ResultRecord {
        let service = loaded.service();
        match stop {
            Stop::Refused(findings) => {
                output::findings(&findings, self.global);
                conclude::refused(&service, exit::REFUSED, &findings)
            }
            Stop::Cloud(error) => conclude::failed_call(&service, &error),
            Stop::Registry(error) => conclude::failed_registry(&service, &error),
        }
    }
}

/// Returns the deployment to wait for: the one that was started, or the one that brings this
/// release and still runs.
fn to_wait_for(plan: &Plan, applied: Applied, report: &mut dyn Report) -> Option<Started> {
    match applied {
        Applied::Deployment(started) => Some(started),
        Applied::Adjusted | Applied::Nothing => {
            let running = plan.running.clone()?;
            let deployment = running.deployment.clone();
            report.event(&plan.service, &Event::Attached { deployment });
            Some(running)
        }
    }
}
