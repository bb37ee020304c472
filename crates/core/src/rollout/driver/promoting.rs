//! Ends the waits of a deployment for somebody, as they come.

use std::time::Duration;

use tokio::time::Instant;

use super::Watch;
use crate::apply::{Continued, continue_hook};
use crate::cloud::Cloud;
use crate::cloud::retry::WhileBusy;
use crate::progress::{ContinuedPause, Event, Observer};
use crate::release::ids::ServiceDeploymentArn;

/// How long a busy AWS is asked again.
const PATIENCE: Duration = Duration::from_mins(5);

impl<C: Cloud> Watch<'_, C> {
    /// Ends each wait, and tells so; returns those that are left once one could not be ended. One
    /// that goes back, or is over, is told by the next look.
    pub(super) async fn promote(
        &mut self,
        deployment: &ServiceDeploymentArn,
        hooks: Vec<String>,
        report: &mut dyn Observer,
    ) -> Vec<String> {
        let start = Instant::now();
        let goes_on = || start.elapsed() < PATIENCE;
        let mut left = hooks.into_iter();
        while let Some(hook) = left.next() {
            let busy = WhileBusy::new(&goes_on);
            let sent = continue_hook(self.locate.cloud, deployment, &hook, busy).await;
            let already = match sent {
                Ok(Continued::Now) => false,
                Ok(Continued::Already) => true,
                Ok(Continued::NoLonger(_)) => continue,
                Err(error) => {
                    let next = error.hint.as_deref();
                    let next = next.map_or_else(String::new, |hint| format!("; {hint}"));
                    let message = format!("no further wait is ended: {error}{next}");
                    report.event(self.locate.service, &Event::Note { message });
                    return std::iter::once(hook).chain(left).collect();
                }
            };
            let located = self.located.as_ref();
            let stage = located.and_then(|seen| seen.lifecycle_stage.clone());
            let ended = ContinuedPause {
                hook,
                stage: stage.filter(|_| !already),
                already,
            };
            let message = ended.words();
            report.event(self.locate.service, &Event::Note { message });
            self.continued.push(ended);
        }
        Vec::new()
    }
}
