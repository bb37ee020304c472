//! What a signal does to a deployment that is watched.

use std::time::Duration;

use tokio::time::timeout;

use super::{OnInterrupt, WatchOptions, WatchTarget};
use crate::app::{Report, ResultRecord};
use crate::apply::stop_deployment;
use crate::cloud::retry::WhileBusy;
use crate::cloud::{Cloud, CloudError};
use crate::progress::{Event, Observer};
use crate::release::ids::{ServiceDeploymentArn, ServiceId};
use crate::rollout::follow;
use mlship_manifest::Diagnostic;

/// What a pipeline leaves for cleaning up between SIGTERM and SIGKILL, with a margin.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(6);

/// What settings that go back may take of it.
const RESTORATION_GRACE: Duration = Duration::from_secs(2);

impl WatchTarget {
    /// Does what a signal asks for, and says what became of that.
    pub(super) async fn on_interrupt<C: Cloud>(
        &self,
        cloud: &C,
        then: OnInterrupt,
        located: Option<&ServiceDeploymentArn>,
    ) -> Option<String> {
        match then {
            OnInterrupt::Detach => None,
            OnInterrupt::Spare => {
                Some("interrupted; the deployment goes on, since it ran before this run".to_owned())
            }
            OnInterrupt::Rollback | OnInterrupt::RollbackOwn => {
                let asked = self.roll_back(cloud, located);
                let said = match timeout(SHUTDOWN_GRACE, asked).await {
                    Ok(Ok(())) => {
                        // Whoever kills the run by now finds the rollback asked for.
                        let _ = timeout(RESTORATION_GRACE, self.restore(cloud)).await;
                        "ECS was asked to roll back".to_owned()
                    }
                    // The request may be there, and only its answer lost.
                    Ok(Err(error)) if error.may_have_happened() => {
                        format!("whether ECS rolls back is not known: {error}")
                    }
                    Ok(Err(error)) => format!("could not roll back: {error}"),
                    Err(_) => "whether ECS rolls back is not known: no answer in time".to_owned(),
                };
                Some(format!("interrupted; {said}"))
            }
        }
    }

    async fn roll_back<C: Cloud>(
        &self,
        cloud: &C,
        located: Option<&ServiceDeploymentArn>,
    ) -> Result<(), CloudError> {
        let arn = match located.cloned() {
            Some(arn) => arn,
            None => self.locate(cloud).await?,
        };
        // Whoever sent the signal ends the process within seconds.
        stop_deployment(cloud, &arn, WhileBusy::no_longer()).await
    }

    /// Finds the service deployment when the signal came before the first look: by a watch that
    /// has no time.
    async fn locate<C: Cloud>(&self, cloud: &C) -> Result<ServiceDeploymentArn, CloudError> {
        let task_definition = &self.started.task_definition;
        let what = self.follow(WatchOptions {
            timeout: Duration::ZERO,
            adds_shift: false,
            until: crate::rollout::Until::Done,
            on_interrupt: OnInterrupt::Detach,
        });
        let never = std::future::pending();
        let outcome = Box::pin(follow(
            cloud,
            &self.service,
            task_definition,
            what,
            &mut Silent,
            never,
        ))
        .await?;
        outcome
            .service_deployment
            .ok_or_else(CloudError::nothing_to_stop)
    }
}

/// Hears everything and tells nothing.
struct Silent;

impl Observer for Silent {
    fn event(&mut self, _: &ServiceId, _: &Event) {}

    fn idle(&mut self, _: &ServiceId) {}
}

impl Report for Silent {
    fn result(&mut self, _: &ResultRecord) {}

    fn warning(&mut self, _: &str) {}

    fn findings(&mut self, _: &[Diagnostic]) {}

    fn run(&mut self, _: &crate::app::RunRecord) {}
}
