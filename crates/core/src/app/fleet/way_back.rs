//! Takes back what a run brought to a service, and tells what stays as what it is.

use std::time::Duration;

use crate::app::deploy::Deploy;
use crate::app::rollback::{Outcome, Rollback, RollbackOptions};
use crate::app::{Report, ResultRecord, Subject, results};
use crate::cloud::{Balancing, Cloud};
use crate::progress::{Conclusion, Event, Refusal};
use crate::registry::Registries;
use crate::release::ids::ServiceDeploymentArn;
use mlship_manifest::Manifest;

/// How long the answers may take to whether what is gone back to leans on something that is gone.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// The way back of one release.
pub(super) struct WayBack<'a, C> {
    /// How the run deploys.
    pub(super) deploy: &'a Deploy<'a, C>,
    /// What was released.
    pub(super) manifest: &'a Manifest,
    /// How that ended.
    pub(super) brought: &'a ResultRecord,
}

impl<C: Cloud + Balancing + Registries> WayBack<'_, C> {
    /// Goes to what the release replaced, and to nothing else.
    pub(super) async fn go(&self, report: &mut dyn Report) -> ResultRecord {
        if self.brought.previous.is_none() {
            let mut result = self.stays(
                Conclusion::Refused(Refusal::Check),
                "this run created the service",
            );
            result.hint = Some("service.desired: 0 in its manifest stops its tasks".to_owned());
            return result;
        }
        let subject = Subject::of_release(self.manifest);
        let message = "to be taken back, since the run failed".to_owned();
        report.event(subject.service(), &Event::Note { message });
        let cleared = match subject.clear(Ok(self.deploy.caller), &mut |_| {}) {
            Ok(cleared) => cleared,
            Err(refused) => return *refused,
        };
        let brought = self.brought.deployment.as_deref();
        let options = RollbackOptions {
            to: None,
            undoes: Some(ServiceDeploymentArn::new(brought.unwrap_or_default())),
            // Whoever deploys unchecked is taken back unchecked.
            skip_checks: self.deploy.options.verify.is_none(),
            check_timeout: CHECK_TIMEOUT,
            force: self.deploy.options.force,
            dry_run: false,
            timeout: self.deploy.options.watch.timeout,
            adds_shift: self.deploy.options.watch.adds_shift,
        };
        let rollback = Rollback {
            context: self.deploy.context,
            caller: self.deploy.caller,
            subject: cleared,
            options: &options,
        };
        match Box::pin(rollback.run(report)).await {
            Outcome::Ended(result) => self.told(*result),
            Outcome::Planned(plan) => {
                let cloud = self.deploy.context.cloud;
                results::unchanged_or_adjusted(cloud, &plan).await
            }
            Outcome::TakesBack(_) => self.stays(
                Conclusion::Refused(Refusal::Check),
                "a deployment of it runs",
            ),
        }
    }

    /// Makes the result of a release that stays.
    pub(super) fn stays(&self, conclusion: Conclusion, why: &str) -> ResultRecord {
        let subject = Subject::of_release(self.manifest);
        let mut result = ResultRecord::new(subject.service(), conclusion);
        result.release.clone_from(&self.brought.release);
        result
            .task_definition
            .clone_from(&self.brought.task_definition);
        result.error = Some(format!("not taken back: {why}"));
        result.hint = Some(self.command("rollback"));
        result
    }

    fn told(&self, mut result: ResultRecord) -> ResultRecord {
        match result.conclusion() {
            Conclusion::Refused(_) => {
                let why = result.error.take().unwrap_or_default();
                let hint = result.hint.take();
                let mut stays = self.stays(result.conclusion(), &why);
                stays.hint = hint.or_else(|| Some(self.command("history")));
                stays.api_calls = result.api_calls;
                // What somebody else deployed serves, and not what this run brought.
                if result.release.is_none() && result.task_definition.is_some() {
                    stays.release = None;
                    stays.task_definition = result.task_definition;
                }
                stays
            }
            // The run's end came while it waited for its turn.
            Conclusion::NotBegun => {
                let why = result.error.take().unwrap_or_default();
                let why = why.strip_prefix("not begun: ").unwrap_or(&why);
                let mut stays = self.stays(Conclusion::NotBegun, why);
                stays.api_calls = result.api_calls;
                match self.deploy.context.interrupts.arrived() {
                    Some(interrupt) => stays.not_begun_for(interrupt),
                    None => stays,
                }
            }
            // Nothing that the run was to end with serves: ECS undid the way back.
            Conclusion::RolledBack | Conclusion::Failed | Conclusion::Misrouted => {
                let why = result.error.take();
                let why = why.unwrap_or_else(|| "the rollback failed".to_owned());
                result.conclude(Conclusion::Failed);
                result.error = Some(format!("not taken back: {why}"));
                result
            }
            // Nothing shows a deployment of it; a write whose answer was lost may have made one.
            Conclusion::Error(_)
            | Conclusion::Interrupted(_)
            | Conclusion::TimedOut
            | Conclusion::Superseded
                if result.deployment.is_none() =>
            {
                let why = result.error.take().unwrap_or_default();
                result.error = Some(format!("not seen to be taken back: {why}"));
                result
            }
            Conclusion::Succeeded
            | Conclusion::Unchanged
            | Conclusion::Started
            | Conclusion::Returned
            | Conclusion::Superseded
            | Conclusion::TimedOut
            | Conclusion::Paused
            | Conclusion::Interrupted(_)
            | Conclusion::Error(_) => result,
        }
    }

    fn command(&self, name: &str) -> String {
        let invocation = self.deploy.context.invocation;
        invocation.command_line(name, self.manifest.source.name())
    }
}
