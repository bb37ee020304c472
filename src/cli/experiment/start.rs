//! `mlship experiment start`

mod looks;

use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use serde_json::json;
use tokio::time::Instant;

use super::ending::{Conclusion, Ending};
use super::subject::{Subject, observe};
use crate::cli::load::Need;
use crate::cli::session::Session;
use crate::cli::{Format, Global, diff, examples, output};
use crate::report::start_text;
use mlship_aws::cloud::AwsCloud;
use mlship_core::app::deploy::{Deploy, DeployOptions, IfBusy};
use mlship_core::app::model_version::GateOverrides;
use mlship_core::app::watch::{OnInterrupt, WatchOptions};
use mlship_core::app::{Context, Interrupts};
use mlship_core::apply::repeat_until_shown;
use mlship_core::cloud::{Balancing, CloudError, Ecs};
use mlship_core::experiment::start::{Asked, Opens, Plan, plan};
use mlship_core::experiment::{Record, open};
use mlship_core::pause::sleep;
use mlship_core::plan::Redeploy;
use mlship_core::progress::ExitCode;
use mlship_core::release::EXPERIMENT;
use mlship_core::release::ids::Caller;
use mlship_text::Page;
use mlship_text::duration::duration;

/// Start an experiment, or go on with one: deploy variants that are not there or serve another
/// release, check, then share the traffic
///
/// A second start changes nothing, and deploys nothing while the experiment runs; other weights in
/// the manifest open another phase, which is analysed on its own.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_START)]
pub(super) struct Start {
    /// The manifest of an experiment, or - for standard input
    path: String,
    /// Show what would change and stop: exactly `mlship diff`
    #[arg(long)]
    dry_run: bool,
    /// Go to the next step of the ramp, unless something speaks against it
    #[arg(long)]
    next: bool,
    /// Start in spite of what speaks against it: traffic of others on this rule, or moved by hand,
    /// or a release that would serve before it was tested
    #[arg(long)]
    force: bool,
    /// Give up waiting for variants to become healthy after this long
    #[arg(long, default_value = "30m", value_parser = duration, value_name = "TIME")]
    timeout: Duration,
}

pub(super) async fn run(command: &Start, global: &Global) -> ExitCode {
    if command.dry_run {
        let asked = command.asked();
        return diff::of_experiment(&command.path, asked, global).await;
    }
    let subject = match Subject::load(&command.path, "start", Need::All, global) {
        Ok(subject) => subject,
        Err(code) => return code,
    };
    let name = &subject.definition.name;
    let (session, caller) = match Session::listening_as_caller(global).await {
        Ok(opened) => opened,
        Err(error) => return Ending::from(error).tell(name, global),
    };
    let starting = Starting {
        command,
        subject: &subject,
        context: &session.context(),
        cloud: &session.cloud,
        caller: &caller,
        signals: &session.interrupts,
        global,
    };
    match Box::pin(starting.run()).await {
        Ok(ending) | Err(ending) => ending.tell(name, global),
    }
}

impl Start {
    fn asked(&self) -> Asked {
        Asked {
            next: self.next,
            force: self.force,
        }
    }
}

/// Whether the rule's tags say so already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begun {
    No,
    Yes,
}

struct Starting<'a> {
    command: &'a Start,
    subject: &'a Subject,
    context: &'a Context<'a, AwsCloud>,
    cloud: &'a AwsCloud,
    caller: &'a Caller,
    signals: &'a Interrupts,
    global: &'a Global,
}

impl Starting<'_> {
    async fn run(&self) -> Result<Ending, Ending> {
        let definition = &self.subject.definition;
        let looks = Box::pin(observe(self.cloud, definition));
        let seen = self.unless_interrupted(looks, Begun::No).await??;
        let plan = match plan(definition, &seen, self.command.asked()) {
            Ok(plan) => plan,
            Err(refusals) => {
                let findings = self.subject.findings(refusals);
                return Err(Ending::refused(&findings, self.global));
            }
        };
        let text = start_text(definition, &plan, &self.global.palette());
        let opens = match plan {
            Plan::Opens(opens) => opens,
            Plan::Runs(runs) => {
                let notes = Box::pin(self.notes_of_changed()).await;
                let more = json!({
                    "phase": runs.record.phase, "since": runs.record.since, "notes": notes,
                });
                let mut lines = text.lines().map(|line| line.trim_start().to_owned());
                let first = lines.next().unwrap_or_default();
                let ending = Ending::done(Conclusion::Unchanged, first, more);
                return Ok(ending.adding(lines).adding(notes));
            }
        };
        let elsewhere = self.elsewhere(&seen);
        let elsewhere = self.unless_interrupted(elsewhere, Begun::No).await??;
        if !elsewhere.is_empty() {
            let findings = self.subject.findings(elsewhere);
            return Err(Ending::refused(&findings, self.global));
        }
        self.say(&text);
        if opens.deploys() && !self.command.force {
            let look = Box::pin(self.may_deploy(&opens));
            self.unless_interrupted(look, Begun::No).await??;
        }
        if opens.raises(definition) {
            let look = Box::pin(self.may_go_on(&opens));
            self.unless_interrupted(look, Begun::No).await??;
        }
        let by = &self.caller.arn;
        let rule = self
            .unless_interrupted(open::prepare(self.cloud, &opens, by), Begun::Yes)
            .await??;
        if opens.deploys() {
            self.deploy().await?;
        }
        let finish = Box::pin(self.share(&opens, &rule));
        let record = self.unless_interrupted(finish, Begun::Yes).await??;
        let since = record.since.unwrap_or_default();
        let message = format!("{}: phase {} runs since {since}", record.name, record.phase);
        let more = json!({
            "phase": record.phase,
            "since": record.since,
            "rule": definition.rule,
            "traffic": record.weights,
        });
        Ok(Ending::done(Conclusion::Started, message, more))
    }

    /// Waits for something, unless a signal comes first.
    async fn unless_interrupted<T>(
        &self,
        work: impl Future<Output = T>,
        begun: Begun,
    ) -> Result<T, Ending> {
        tokio::select! {
            done = work => Ok(done),
            interrupt = self.signals.wait() => {
                Err(Ending::interrupted(interrupt, &self.again(begun)))
            }
        }
    }

    /// Returns what goes on with it: a step that was begun is gone on with, not taken again.
    fn again(&self, begun: Begun) -> String {
        let path = self.subject.manifest.source.name();
        let mut line = self
            .context
            .invocation
            .command_line("experiment start", path);
        if self.command.next && begun == Begun::No {
            line.push_str(" --next");
        }
        if self.command.force {
            line.push_str(" --force");
        }
        line
    }

    fn say(&self, text: &Page) {
        if self.global.output == Format::Human {
            output::page(text);
        }
    }

    fn progress(&self, line: &str) {
        if self.global.output == Format::Human {
            output::complain(line);
        }
    }

    async fn deploy(&self) -> Result<(), Ending> {
        let options = DeployOptions {
            watch: WatchOptions {
                timeout: self.command.timeout,
                on_interrupt: OnInterrupt::Detach,
            },
            detach: false,
            if_busy: IfBusy::Wait,
            redeploy: Redeploy::WhenChanged,
            // The experiment is the one that is being started.
            force: true,
            overrides: GateOverrides::default(),
        };
        let deploy = Deploy {
            context: self.context,
            caller: self.caller,
            options: &options,
            review: None,
        };
        let mut codes = Vec::new();
        for release in &self.subject.releases {
            let mut report = self.global.reporter();
            let result = Box::pin(deploy.run(&release.manifest, report.as_mut())).await;
            report.result(&result);
            codes.push(result.exit_code());
        }
        let code = ExitCode::worst(codes);
        if code == ExitCode::Done {
            return Ok(());
        }
        let message = "not every variant is there, so traffic is shared as it was";
        let hint = format!(
            "`{}` goes on once the release can be deployed",
            self.again(Begun::Yes)
        );
        Err(Ending::failed(Conclusion::NotDeployed(code), message).hint(hint))
    }

    async fn share(
        &self,
        opens: &Opens,
        rule: &mlship_core::release::ListenerRule,
    ) -> Result<Record, Ending> {
        self.until_healthy().await?;
        self.point_to_the_rule().await?;
        let by = &self.caller.arn;
        let record = open::share(self.cloud, opens, rule, by, Timestamp::now).await?;
        Ok(record)
    }

    /// Waits until every variant has a healthy target.
    async fn until_healthy(&self) -> Result<(), Ending> {
        let until = Instant::now() + self.command.timeout;
        let mut told = String::new();
        loop {
            let mut waits = Vec::new();
            for arm in &self.subject.definition.arms {
                let health = self.cloud.target_health(&arm.group).await?;
                if health.healthy == 0 {
                    let state = health.others.first().map_or_else(
                        || "no target is registered".to_owned(),
                        |(state, why)| format!("{state}: {why}"),
                    );
                    waits.push(format!("{} ({state})", arm.name));
                }
            }
            if waits.is_empty() {
                return Ok(());
            }
            let waits = waits.join(", ");
            if Instant::now() >= until {
                let message = format!("no healthy target yet: {waits}");
                return Err(Ending::failed(Conclusion::TimedOut, message).hint(format!(
                    "traffic is shared as it was; `{}` goes on",
                    self.again(Begun::Yes)
                )));
            }
            if waits != told {
                self.progress(&format!("waiting for a healthy target of {waits}"));
                told = waits;
            }
            sleep(PAUSE).await;
        }
    }

    /// Lets each service know the rule, so that a deploy sees that it would disturb.
    async fn point_to_the_rule(&self) -> Result<(), Ending> {
        let definition = &self.subject.definition;
        let tags = [(EXPERIMENT.to_owned(), definition.rule.as_str().to_owned())].into();
        for arm in &definition.arms {
            let Some(service) = self.cloud.service(&arm.service).await? else {
                continue;
            };
            let arn = &service.service_arn;
            let is_shown = async || {
                let service = self.cloud.service(&arm.service).await?;
                let rule = service.and_then(|service| service.tags().remove(EXPERIMENT));
                Ok(rule.as_deref() == Some(definition.rule.as_str()))
            };
            repeat_until_shown(
                async || self.cloud.tag_service(arn, &tags).await,
                is_shown,
                CloudError::not_shown("TagResource", &format!("service {}", arm.service)),
            )
            .await?;
        }
        Ok(())
    }
}

/// How long to wait between two looks at the targets.
const PAUSE: Duration = Duration::from_secs(2);
