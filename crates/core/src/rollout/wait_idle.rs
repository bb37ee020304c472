//! Waits until a service has no running deployment.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::cloud::retry::{Next, OUT_OF_REACH};
use crate::cloud::{Answer, Cloud};
use crate::pause::{elapsed, sleep};
use crate::plan::Started;
use crate::progress::{Event, Observer, TaskCounts};
use crate::release::ids::ServiceId;
use crate::release::{DeploymentState, LiveService, MODEL, VERSION};

/// Nothing of ours depends on the moment, so every few seconds will do.
const EVERY: Duration = Duration::from_secs(3);

/// Waits for the end of a deployment that somebody else runs, and tells what it is and how far it
/// comes. Returns false when time runs out.
///
/// # Errors
/// When AWS says no, or stays out of reach for two minutes.
pub async fn wait_until_idle<C: Cloud>(
    cloud: &C,
    service: &ServiceId,
    running: &Started,
    timeout: Duration,
    report: &mut dyn Observer,
) -> Answer<bool> {
    let mut awaited = Awaited::new(cloud, service, running.clone(), report).await;
    let start = Instant::now();
    let mut last_answer = start;
    let mut was_silent = false;
    loop {
        match cloud.service(service).await {
            Ok(live) => {
                let Some(running) = live.as_ref().and_then(LiveService::running) else {
                    return Ok(true);
                };
                awaited.observe(cloud, service, running, report).await;
                last_answer = Instant::now();
                was_silent = false;
            }
            Err(error) => {
                if OUT_OF_REACH.next(error.kind, 1, last_answer.elapsed(), 0.0) == Next::GiveUp {
                    return Err(error);
                }
                if !was_silent {
                    let message = format!("{error}; looking again");
                    report.event(service, &Event::Note { message });
                }
                was_silent = true;
            }
        }
        let left = timeout.saturating_sub(elapsed(start));
        if left.is_zero() {
            return Ok(false);
        }
        report.idle(service);
        sleep(EVERY.min(left)).await;
    }
}

/// The deployment that is waited for, as far as it was told.
struct Awaited {
    started: Started,
    tags: BTreeMap<String, String>,
    counts: Option<TaskCounts>,
}

impl Awaited {
    async fn new<C: Cloud>(
        cloud: &C,
        service: &ServiceId,
        started: Started,
        report: &mut dyn Observer,
    ) -> Self {
        // Only words: nobody waits less for want of them.
        let found = cloud
            .task_definition(started.task_definition.as_str())
            .await;
        let tags = found.ok().flatten().map(|live| live.tags);
        let awaited = Self {
            started,
            tags: tags.unwrap_or_default(),
            counts: None,
        };
        awaited.tell(service, report);
        awaited
    }

    /// Tells what is new; another deployment may have taken the place of the one before.
    async fn observe<C: Cloud>(
        &mut self,
        cloud: &C,
        service: &ServiceId,
        running: &DeploymentState,
        report: &mut dyn Observer,
    ) {
        if running.id != self.started.deployment {
            let started = Started {
                deployment: running.id.clone(),
                shown: None,
                created_at: running.created_at,
                task_definition: running.task_definition.clone(),
            };
            *self = Self::new(cloud, service, started, report).await;
        }
        let counts = Some(TaskCounts {
            desired: running.desired_count,
            running: running.running_count,
            pending: running.pending_count,
            failed: running.failed_tasks,
        });
        if self.counts != counts {
            self.counts = counts;
            self.tell(service, report);
        }
    }

    fn tell(&self, service: &ServiceId, report: &mut dyn Observer) {
        let event = Event::WaitingFor {
            deployment: self.started.deployment.clone(),
            task_definition: self.started.task_definition.clone(),
            model: self.tags.get(MODEL).cloned(),
            version: self.tags.get(VERSION).cloned(),
            since: self.started.created_at,
            counts: self.counts,
        };
        report.event(service, &event);
    }
}
