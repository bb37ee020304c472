//! Lets a deployment go on that waits for somebody's word.

mod look;

use std::time::Duration;

use super::first_look::{first_look, saw_nothing};
use super::watch::{Commands, EndedBy, WatchOptions, follow_newest, watch_newest};
use super::{Cleared, Context, results};
use crate::app::{Report, ResultRecord};
use crate::apply::{Continued, continue_hook};
use crate::cloud::Cloud;
use crate::cloud::retry::WhileBusy;
use crate::progress::{Conclusion, ContinuedPause, Event, Pause, Refusal};
use crate::registry::Registries;
use crate::release::ServiceDeployment;
use crate::release::ids::ServiceId;
use crate::rollout::pauses;
use look::{Decision, decide, standing};

/// What is promoted, and whether that is watched.
#[derive(Debug, Clone)]
pub struct PromoteOptions {
    /// Which waits to end.
    pub waits: Waits,
    /// How to watch what goes on; without it nobody does.
    pub follow: Option<WatchOptions>,
    /// Whether `rollout.analysis` ends the waits, rather than whoever runs this.
    pub judge: bool,
    /// How long a busy AWS is asked again.
    pub timeout: Duration,
}

/// The waits that somebody ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waits {
    /// Those that last when it is looked first.
    Lasting,
    /// One of them, by ECS's name for it.
    One(String),
    /// Those, and each that comes until the deployment's end, which is watched that way.
    All(WatchOptions),
}

/// Lets a deployment go on that waits for somebody's word.
pub struct Promotion<'a, C> {
    /// The ports, and who to listen to meanwhile.
    pub context: &'a Context<'a, C>,
    /// The service.
    pub subject: Cleared<'a>,
    /// How.
    pub options: &'a PromoteOptions,
}

impl<C: Cloud + Registries> Promotion<'_, C> {
    /// Ends the waits, and watches what follows where that is asked for.
    pub async fn run(&self, report: &mut dyn Report) -> ResultRecord {
        if self.options.judge {
            return Box::pin(self.judge(report)).await;
        }
        let look = first_look(self.context, self.id(), report, async || {
            look::newest(self.context.cloud, self.id()).await
        });
        let mut result = match Box::pin(look).await {
            Ok(deployment) => Box::pin(self.promote(&deployment, report)).await,
            Err(error) => saw_nothing(self.context, &self.subject, error).await,
        };
        result.api_calls = self.context.cloud.calls();
        result
    }

    /// Watches the deployment, and ends each wait before a step as the manifest's analysis says.
    async fn judge(&self, report: &mut dyn Report) -> ResultRecord {
        let manifest = self.subject.whole();
        let rollout = manifest.and_then(|manifest| manifest.release.rollout.as_ref());
        let analysis = rollout.and_then(|rollout| rollout.analysis.clone());
        let (Some(options), Some(analysis)) = (self.options.follow, analysis) else {
            let mut result = ResultRecord::new(self.id(), Conclusion::Refused(Refusal::Check));
            result.error = Some("there is nothing to judge it by".to_owned());
            result.hint = Some("name a manifest with `rollout.analysis`".to_owned());
            return result;
        };
        let ended_by = EndedBy::Analysis {
            analysis,
            version: manifest.and_then(|manifest| manifest.release.model.version.clone()),
        };
        follow_newest(self.context, &self.subject, options, ended_by, report).await
    }

    async fn promote(
        &self,
        deployment: &ServiceDeployment,
        report: &mut dyn Report,
    ) -> ResultRecord {
        let hook = match &self.options.waits {
            Waits::All(options) => return self.promote_all(deployment, *options, report).await,
            Waits::One(hook) => Some(&**hook),
            Waits::Lasting => None,
        };
        let waiting = pauses(deployment, &self.commands().pausing);
        let result = match decide(deployment, hook, self.context.now()) {
            Decision::Continue(hooks) => {
                let ended = self.end_waits(deployment, &hooks).await;
                ended.unwrap_or_else(|error| *error)
            }
            Decision::WentOn(hook) => {
                let mut result = self.taken(deployment);
                let already = continued(deployment, &hook, true);
                result.continued.push(already);
                result
            }
            Decision::Nothing(there) => return self.nothing(deployment, &there, &waiting),
        };
        let Some(options) = self.options.follow else {
            return result;
        };
        if result.conclusion() != Conclusion::Started {
            return result;
        }
        for pause in &result.continued {
            let message = pause.words();
            report.event(self.id(), &Event::Note { message });
        }
        let watched = watch_newest(self.context, &self.subject, options, false, report);
        let mut watched = Box::pin(watched).await;
        watched.continued = result.continued;
        watched
    }

    /// Ends each wait that comes, and watches to the verdict.
    async fn promote_all(
        &self,
        deployment: &ServiceDeployment,
        options: WatchOptions,
        report: &mut dyn Report,
    ) -> ResultRecord {
        if !look::is_under_way(deployment) {
            return self.nothing(deployment, &standing(deployment), &[]);
        }
        let ended_by = EndedBy::Promotion(deployment.service_deployment_arn.clone());
        let watched = follow_newest(self.context, &self.subject, options, ended_by, report);
        Box::pin(watched).await
    }

    /// Ends each wait. What ECS took before one could not be ended is told with that.
    async fn end_waits(
        &self,
        deployment: &ServiceDeployment,
        hooks: &[String],
    ) -> Result<ResultRecord, Box<ResultRecord>> {
        let goes_on = self.context.goes_on(self.options.timeout);
        let arn = &deployment.service_deployment_arn;
        let mut result = self.taken(deployment);
        for hook in hooks {
            let busy = WhileBusy::new(&goes_on);
            let sent = continue_hook(self.context.cloud, arn, hook, busy);
            let already = match Box::pin(sent).await {
                Ok(Continued::Now) => false,
                Ok(Continued::Already) => true,
                Ok(Continued::NoLonger(stands)) => {
                    let mut over = self.nothing(&stands, &standing(&stands), &[]);
                    over.continued = result.continued;
                    return Err(Box::new(over));
                }
                Err(error) => {
                    let mut failed = results::aws_error(self.id(), &error);
                    failed.deployment = result.deployment;
                    failed.continued = result.continued;
                    if error.may_have_happened() {
                        let message = format!("whether {hook} goes on is not known: {error}");
                        failed.error = Some(message);
                        let again = self.commands().pausing.promote_at(hook);
                        failed.hint = Some(format!("it may be run again: {again}"));
                    }
                    return Err(Box::new(failed));
                }
            };
            result.continued.push(continued(deployment, hook, already));
        }
        Ok(result)
    }

    fn taken(&self, deployment: &ServiceDeployment) -> ResultRecord {
        let mut result = ResultRecord::new(self.id(), Conclusion::Started);
        result.deployment = Some(deployment.service_deployment_arn.to_string());
        result.hint = Some(format!("attach to it with {}", self.command("watch")));
        result
    }

    fn nothing(
        &self,
        deployment: &ServiceDeployment,
        there: &str,
        waiting: &[Pause],
    ) -> ResultRecord {
        let mut result = ResultRecord::new(self.id(), Conclusion::Refused(Refusal::Check));
        result.deployment = Some(deployment.service_deployment_arn.to_string());
        result.error = Some(format!("there is nothing to promote: {there}"));
        let others: Vec<&str> = waiting.iter().map(|pause| &*pause.promote).collect();
        result.hint = Some(if others.is_empty() {
            format!("{} tells how it goes", self.command("watch"))
        } else {
            format!("what waits goes on with {}", others.join(", or "))
        });
        result.pauses = waiting.to_vec();
        result
    }

    fn id(&self) -> &ServiceId {
        self.subject.service()
    }

    fn commands(&self) -> Commands {
        Commands::about(self.context.invocation, &self.subject)
    }

    fn command(&self, name: &str) -> String {
        let address = self.subject.address();
        self.context.invocation.command_for(name, address)
    }
}

fn continued(deployment: &ServiceDeployment, hook: &str, already: bool) -> ContinuedPause {
    ContinuedPause {
        hook: hook.to_owned(),
        stage: deployment.lifecycle_stage.clone().filter(|_| !already),
        already,
    }
}
