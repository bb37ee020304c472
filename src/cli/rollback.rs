//! `mlship rollback`

mod checks;
pub(super) mod survey;
mod told;
mod wanted;

use std::time::Duration;

use checks::unchecked;
use clap::Args;
use serde_json::json;
use survey::{Survey, number};
use wanted::{Goal, Wanted};

use super::experiment::guard;
use super::load::{Loaded, load_one};
use super::recording::Recording;
use super::signals::Signals;
use super::watching::Watched;
use super::way_back::WayBack;
use super::{Format, Global, aws, conclude, deploy, examples, exit, output};
use crate::apply::{Applied, apply_at_once};
use crate::cloud::aws::AwsCloud;
use crate::cloud::{Answer, Cloud};
use crate::experiment::EXPERIMENT;
use crate::history::{Attempt, Way};
use crate::plan::{Back, Plan, back};
use crate::preflight::Moved;
use crate::release::LiveTaskDefinition;
use crate::release::ids::{Caller, ServiceId};
use crate::report::{Event, Report, ResultRecord, plan_document, plan_text};

/// Go back to the last release that succeeded
///
/// By ECS's history of deployments, not by revision numbers: what was aborted, or rolled back
/// itself, is never the target. A deployment that still runs is stopped.
#[derive(Debug, Args)]
#[command(after_help = examples::ROLLBACK)]
pub(super) struct Rollback {
    /// The manifest of the service, or - for standard input
    path: String,
    /// Go to this release instead of the last that succeeded: a model version, :REVISION of the
    /// task definition, or the ARN of a task definition or service revision
    #[arg(long, value_name = "RELEASE")]
    to: Option<Wanted>,
    /// Don't check that the release's image, secrets and target groups are still there
    #[arg(long)]
    skip_checks: bool,
    /// Give up waiting for the answers to these checks after this long
    #[arg(long, default_value = "2s", value_parser = deploy::duration, value_name = "TIME")]
    check_timeout: Duration,
    /// Roll back in spite of a running experiment that the service takes part in
    #[arg(long)]
    force: bool,
    /// Show what would change and stop
    #[arg(long)]
    dry_run: bool,
    /// Give up waiting after this long; the rollback goes on
    #[arg(long, default_value = "30m", value_parser = deploy::duration, value_name = "TIME")]
    timeout: Duration,
}

pub(super) async fn run(command: &Rollback, global: &Global) -> u8 {
    let loaded = match load_one(&command.path, "rollback", global) {
        Ok(loaded) => loaded,
        Err(code) => return code,
    };
    let signals = Signals::listen();
    let (cloud, caller) = match aws::cloud_and_caller(global).await {
        Ok(found) => found,
        Err(error) => return output::cloud_error(&error, global),
    };
    let mut report = global.reporter();
    let run = Run {
        cloud: &cloud,
        caller: &caller,
        id: loaded.service(),
        loaded: &loaded,
        command,
        global,
        signals: &signals,
    };
    let mut result = match Box::pin(run.go(report.as_mut())).await {
        Ok(Ended::Told(result)) => *result,
        Ok(Ended::Shown) => return exit::DONE,
        Err(error) => conclude::failed_call(&run.id, &error),
    };
    let recording = Recording {
        cloud: &cloud,
        service: &run.id,
        manifest: &loaded.manifest,
        global,
        signals: &signals,
    };
    recording.write(&mut result, report.as_mut()).await;
    result.api_calls = cloud.calls();
    report.result(&result);
    result.exit_code
}

enum Ended {
    Told(Box<ResultRecord>),
    /// A dry run has shown its plan.
    Shown,
}

impl Ended {
    fn told(result: ResultRecord) -> Self {
        Self::Told(Box::new(result))
    }
}

struct Run<'a> {
    cloud: &'a AwsCloud,
    caller: &'a Caller,
    id: ServiceId,
    loaded: &'a Loaded,
    command: &'a Rollback,
    global: &'a Global,
    signals: &'a Signals,
}

impl Run<'_> {
    async fn go(&self, report: &mut dyn Report) -> Answer<Ended> {
        let mut survey = Box::pin(Survey::newest(self.cloud, &self.id)).await?;
        let mut result = self.act(&survey, report).await?;
        if result.is_none() && survey.may_have_more() {
            survey = Box::pin(Survey::all(self.cloud, &self.id)).await?;
            result = self.act(&survey, report).await?;
        }
        Ok(result.unwrap_or_else(|| Ended::told(self.nowhere(&survey))))
    }

    /// Does what the deployments of the survey lead to; nothing when they lead nowhere.
    async fn act(&self, survey: &Survey, report: &mut dyn Report) -> Answer<Option<Ended>> {
        let course = survey.course();
        let Some(to) = &self.command.to else {
            return Ok(match course.back() {
                Way::Nowhere => None,
                Way::Back(at) => Some(Ended::told(self.is_back(survey, at).await?)),
                Way::Follow { from, to } => Some(self.follow(survey, from, to, report).await?),
                Way::Attach(at) => Some(self.attach(survey, at, report).await?),
                Way::Stop { from, to } => Some(self.stop(survey, from, to, report).await?),
                Way::Deploy(to) => Some(
                    self.deploy(survey, &survey.goal(self.cloud, to).await?, report)
                        .await?,
                ),
            });
        };
        let Some(goal) = to.find(self.cloud, survey).await? else {
            return Ok(None);
        };
        let brings = &goal.task_definition.arn;
        let leads_there = |to: &Attempt| to.task_definition == *brings;
        match course.back() {
            Way::Stop { from, to } if leads_there(to) => {
                Ok(Some(self.stop(survey, from, to, report).await?))
            }
            Way::Attach(at) if leads_there(at) => Ok(Some(self.attach(survey, at, report).await?)),
            Way::Follow { from, to: Some(to) } if leads_there(to) => {
                Ok(Some(self.follow(survey, from, Some(to), report).await?))
            }
            Way::Back(at) if leads_there(at) => Ok(Some(Ended::told(self.at_goal(&goal)))),
            Way::Deploy(_) | Way::Nowhere if course.is_at_rest_on(brings) => {
                Ok(Some(Ended::told(self.at_goal(&goal))))
            }
            _ => Ok(Some(self.deploy(survey, &goal, report).await?)),
        }
    }

    async fn deploy(&self, survey: &Survey, goal: &Goal, report: &mut dyn Report) -> Answer<Ended> {
        let leaves = &survey.service.task_definition;
        let leaves = self.cloud.task_definition(leaves.as_str());
        let (leaves, found) = tokio::join!(leaves, self.check(goal));
        if !found.missing.is_empty() {
            return Ok(Ended::told(self.unfit(survey, goal, &found)));
        }
        let mut plan = self.plan(survey, goal, leaves?.as_ref(), &found.moved);
        plan.notes.extend(found.unknown.iter().map(unchecked));
        if self.command.dry_run {
            return Ok(self.show(&plan));
        }
        if let Some(refused) = self.disturbs(survey).await {
            return Ok(refused);
        }
        let planned = Event::Planned {
            plan: Box::new(plan.clone()),
        };
        report.event(&self.id, &planned);
        if let Some(interrupt) = self.signals.arrived() {
            return Ok(Ended::told(conclude::stopped_before(&self.id, interrupt)));
        }
        let started = match apply_at_once(self.cloud, &plan, survey.seen(), report).await {
            Ok(Applied::Deployment(started)) => started,
            Ok(Applied::Adjusted | Applied::Nothing) => {
                return Ok(Ended::told(conclude::at_rest(&plan)));
            }
            Err(error) => return Ok(Ended::told(conclude::not_applied(&plan, &error))),
        };
        let way = self.way();
        let watched = Watched::of(&plan, started, way.commands());
        let mut result = watched
            .to_the_end(self.cloud, &way.patience(), report, self.signals)
            .await;
        come_back(&mut result);
        Ok(Ended::told(result))
    }

    fn plan(
        &self,
        survey: &Survey,
        goal: &Goal,
        leaves: Option<&LiveTaskDefinition>,
        moved: &[Moved],
    ) -> Plan {
        let steps = Back {
            id: &self.id,
            service: &survey.service,
            from: survey.stated(),
            leaves,
            to: goal.revision.as_ref(),
            returns: &goal.task_definition,
            moved,
        };
        back(&steps, self.caller)
    }

    /// Stops a deployment that runs, if ECS then goes where it should.
    async fn stop(
        &self,
        survey: &Survey,
        from: &Attempt,
        to: &Attempt,
        report: &mut dyn Report,
    ) -> Answer<Ended> {
        let full = self
            .cloud
            .describe_service_deployments(std::slice::from_ref(&from.deployment))
            .await?;
        let replaces = full.iter().flat_map(|one| &one.source_service_revisions);
        let leads_there = replaces.map(|one| &one.arn).any(|arn| *arn == to.revision);
        if !leads_there {
            let goal = survey.goal(self.cloud, to).await?;
            return self.deploy(survey, &goal, report).await;
        }
        if self.command.dry_run {
            return self.show_stop(survey, from, to).await;
        }
        if let Some(refused) = self.disturbs(survey).await {
            return Ok(refused);
        }
        let stopped = self.way().stop(survey, from, Some(to), report).await?;
        Ok(Ended::told(stopped))
    }

    /// Says so where an experiment would be disturbed. What serves badly waits neither for the
    /// load balancer's API nor for a permission.
    async fn disturbs(&self, survey: &Survey) -> Option<Ended> {
        let rule = survey.service.tags().remove(EXPERIMENT);
        if self.command.force {
            guard::mark(self.cloud, rule.as_deref(), &self.id).await;
            return None;
        }
        let asked = guard::under_way(self.cloud, rule.as_deref());
        let why = match tokio::time::timeout(self.command.check_timeout, asked).await {
            Ok(Ok(found)) => {
                let record = found?;
                return Some(Ended::told(guard::refused(&self.id, &record)));
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        output::complain(&unchecked(&format!("whether an experiment runs: {why}")));
        None
    }

    /// Watches somebody's way back that leads where this one should.
    async fn attach(
        &self,
        survey: &Survey,
        at: &Attempt,
        report: &mut dyn Report,
    ) -> Answer<Ended> {
        let way = self.way();
        if self.command.dry_run {
            return Ok(Ended::told(self.under_way(at)));
        }
        let mut result = way.attach(survey, at, report).await?;
        come_back(&mut result);
        Ok(Ended::told(result))
    }

    /// Follows ECS on its way back.
    async fn follow(
        &self,
        survey: &Survey,
        from: &Attempt,
        to: Option<&Attempt>,
        report: &mut dyn Report,
    ) -> Answer<Ended> {
        if self.command.dry_run {
            return match to {
                Some(to) => self.show_stop(survey, from, to).await,
                None => Ok(Ended::told(self.nowhere(survey))),
            };
        }
        let followed = self.way().follow(survey, from, to, report).await?;
        Ok(Ended::told(followed))
    }

    fn show(&self, plan: &Plan) -> Ended {
        match self.global.output {
            Format::Human => output::page(&plan_text(plan, &self.global.palette())),
            Format::Json => {
                output::document(&json!({"services": [plan_document(plan)]}));
            }
        }
        Ended::Shown
    }

    /// Shows what stopping a deployment comes to, as a diff.
    async fn show_stop(&self, survey: &Survey, from: &Attempt, to: &Attempt) -> Answer<Ended> {
        let goal = survey.goal(self.cloud, to).await?;
        let leaves = self
            .cloud
            .task_definition(from.task_definition.as_str())
            .await?;
        let mut plan = self.plan(survey, &goal, leaves.as_ref(), &[]);
        plan.notes
            .push("stops the running deployment, and ECS goes back by itself".to_owned());
        Ok(self.show(&plan))
    }

    fn way(&self) -> WayBack<'_> {
        WayBack {
            cloud: self.cloud,
            id: &self.id,
            global: self.global,
            manifest: &self.loaded.manifest,
            timeout: self.command.timeout,
            signals: self.signals,
        }
    }

    fn path(&self) -> &str {
        self.loaded.manifest.source.name()
    }
}

/// A deployment that should bring an earlier release back: its success is a rollback.
fn come_back(result: &mut ResultRecord) {
    match result.verdict {
        "succeeded" => result.verdict = "rolled_back",
        // ECS took the rollback back: what should have gone serves again.
        "rolled_back" => {
            result.verdict = "failed";
            result.exit_code = 30;
        }
        _ => {}
    }
}
