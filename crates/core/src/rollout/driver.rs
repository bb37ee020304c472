//! Drives the state machine: polls AWS and sleeps.

mod judging;
mod looking;
mod promoting;
#[cfg(test)]
mod tests;
mod traffic;

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

use self::judging::Judging;
use super::locate::Locate;
use super::poll_interval::jittered;
use super::{Follow, Machine, Next, Outcome, PollRequest, RepeatedFailure, TrafficRequest};
use crate::apply::stop_deployment;
use crate::cloud::retry::{OUT_OF_REACH, WhileBusy};
use crate::cloud::{Cloud, CloudError, ErrorKind, company};
use crate::pause::{elapsed, sleep};
use crate::progress::{ContinuedPause, Event, Interrupt, Observer, Verdict};
use crate::release::ids::{
    ServiceDeploymentArn, ServiceId, ServiceRevisionArn, TargetGroupArn, TaskDefinitionArn,
};
use crate::release::{Document, LiveService, ServiceDeployment, Wiring};
use mlship_text::words::duration;

/// What a look may take at least, however little time is left.
const LOOK_WITHIN: Duration = Duration::from_secs(10);

/// Follows a deployment of `task_definition` until its verdict, or until `interrupt` resolves;
/// the outcome of an interrupted watch names the service deployment if it was found by then.
///
/// # Errors
/// When AWS says no, or stays out of reach for two minutes. The deployment goes on.
pub async fn follow<C: Cloud>(
    cloud: &C,
    service: &ServiceId,
    task_definition: &TaskDefinitionArn,
    mut follow: Follow,
    report: &mut dyn Observer,
    interrupt: impl Future<Output = Interrupt>,
) -> Result<Outcome, CloudError> {
    // Looked at once, and kept by nobody.
    let shown = follow.shown.take();
    let mut watch = Watch {
        locate: Locate {
            cloud,
            service,
            task_definition,
            follow: &follow,
            checked: HashMap::new(),
        },
        located: None,
        definition: None,
        failure: None,
        shown,
        refused: Vec::new(),
        told: BTreeSet::new(),
        wiring: None,
        groups: HashMap::new(),
        continued: Vec::new(),
        judging: Judging::default(),
    };
    let signal = tokio::select! {
        // A verdict that is there already beats a signal that came with it.
        biased;
        outcome = watch.run(report) => return outcome,
        signal = interrupt => signal,
    };
    Ok(Outcome {
        verdict: Verdict::Interrupted(signal),
        failure: None,
        service_deployment: watch
            .located
            .map(|deployment| deployment.service_deployment_arn),
        deployment: Some(follow.deployment.clone()),
        seconds: None,
        running: None,
        traffic: None,
        alarms: Vec::new(),
        pauses: Vec::new(),
        continued: watch.continued,
    })
}

struct Watch<'a, C> {
    locate: Locate<'a, C>,
    /// Our service deployment, once it was found.
    located: Option<ServiceDeployment>,
    /// What it brings, once it matters which containers a task needs.
    definition: Option<Document>,
    /// Why the last look got no answer to what it was about.
    failure: Option<CloudError>,
    /// The service as our own write's answer showed it, until that was looked at.
    shown: Option<Box<LiveService>>,
    /// What the last look was refused, and what of that was told.
    refused: Vec<CloudError>,
    told: BTreeSet<&'static str>,
    /// How ECS moves the service's traffic, once it was seen.
    wiring: Option<Wiring>,
    /// The group that the tasks of each revision are in.
    groups: HashMap<ServiceRevisionArn, TargetGroupArn>,
    /// The waits for somebody that were ended.
    continued: Vec<ContinuedPause>,
    /// How far the judgement of a step has come.
    judging: Judging,
}

impl<C: Cloud> Watch<'_, C> {
    async fn run(&mut self, report: &mut dyn Observer) -> Result<Outcome, CloudError> {
        let (service, follow) = (self.locate.service, self.locate.follow);
        let mut machine = Machine::new(follow.clone());
        let start = Instant::now();
        let mut silent_since = None;
        let mut look = PollRequest::FIRST;
        loop {
            let left = follow.timeout.saturating_sub(elapsed(start));
            let snapshot = self.look_within(look, left.max(LOOK_WITHIN)).await?;
            match &self.failure {
                // A look at other things says nothing of the deployment.
                None if look.deployment => silent_since = None,
                None => {}
                Some(error) => {
                    let message = format!("{error}; looking again");
                    let told = Event::Note { message };
                    let since = *silent_since.get_or_insert_with(|| {
                        report.event(service, &told);
                        Instant::now()
                    });
                    if OUT_OF_REACH.is_over(error.kind, since.elapsed()) {
                        return Err(error.clone());
                    }
                }
            }
            self.tell_blindness(report);
            machine.in_company_of(company());
            let step = machine.step(&snapshot, elapsed(start));
            for event in &step.events {
                report.event(service, event);
            }
            match step.next {
                Next::Done(mut outcome) => {
                    outcome.continued = std::mem::take(&mut self.continued);
                    return Ok(*outcome);
                }
                Next::Poll { after, look: next } => {
                    self.judge_step(&mut machine, report).await?;
                    let decision = no_verdict_yet(start.elapsed(), after, next);
                    report.decision(service, &decision);
                    report.idle(service);
                    sleep(jittered(after, fastrand::f64())).await;
                    look = next;
                }
                Next::Promote { deployment, hooks } => {
                    let left = self.promote(&deployment, hooks, report).await;
                    if !left.is_empty() {
                        machine.promote_no_more(&left);
                    }
                    look = PollRequest::FIRST;
                }
                Next::Abort {
                    deployment,
                    because,
                } => {
                    if !self.abort(&deployment, because, report).await {
                        machine.leave_it_to_ecs();
                    }
                    look = PollRequest::FIRST;
                }
            }
        }
    }

    /// Gives a deployment up whose tasks fail alike, and returns whether it may be rolled back.
    /// Whatever the answer, how it ends will tell.
    async fn abort(
        &mut self,
        deployment: &ServiceDeploymentArn,
        because: RepeatedFailure,
        report: &mut dyn Observer,
    ) -> bool {
        let service = self.locate.service;
        let RepeatedFailure {
            tasks,
            cause,
            reason,
            after,
        } = because;
        let event = Event::Aborting {
            tasks,
            cause,
            reason,
            after,
            deployment: deployment.clone(),
        };
        report.event(service, &event);
        self.take_back(deployment, report).await
    }

    /// Asks ECS to roll back, and returns whether that may be asked.
    async fn take_back(
        &mut self,
        deployment: &ServiceDeploymentArn,
        report: &mut dyn Observer,
    ) -> bool {
        let service = self.locate.service;
        // Another look decides whether it is still to be stopped.
        let busy = WhileBusy::no_longer();
        match stop_deployment(self.locate.cloud, deployment, busy).await {
            Err(error) if error.kind == ErrorKind::Denied => {
                let next = error.hint.clone().unwrap_or_default();
                let message = format!(
                    "it can't be rolled back from here, and is left to ECS: {error}; {next}"
                );
                report.event(service, &Event::Note { message });
                false
            }
            Err(error) => {
                // It is asked again until it ends.
                if self.told.insert(error.operation) {
                    let message = format!("no clear answer to stopping it: {error}");
                    report.event(service, &Event::Note { message });
                }
                true
            }
            Ok(()) => true,
        }
    }

    /// Says once of each answer that is refused what can't be seen for want of it.
    fn tell_blindness(&mut self, report: &mut dyn Observer) {
        for error in std::mem::take(&mut self.refused) {
            if !self.told.insert(error.operation) {
                continue;
            }
            let lost = match error.operation {
                "ListTasks" | "DescribeTasks" => {
                    "why tasks fail is not seen, and mlship can't give up by itself"
                }
                "DescribeRules"
                | "DescribeTags"
                | "DescribeTargetHealth"
                | "DescribeServiceRevisions" => "where traffic goes is not seen",
                _ => "the deployment's own record is not seen, and mlship can't give up by itself",
            };
            let next = error.hint.as_deref().unwrap_or_default();
            let message = format!("{lost}: {error}; {next}");
            report.event(self.locate.service, &Event::Note { message });
        }
    }
}

/// Says what a look came to that decided nothing.
fn no_verdict_yet(elapsed: Duration, after: Duration, next: PollRequest) -> String {
    let PollRequest {
        service,
        deployment,
        newer,
        tasks,
        alive,
        traffic,
    } = next;
    let parts = [
        (service, "the service"),
        (deployment, "the deployment"),
        (newer, "newer ones"),
        (tasks, "stopped tasks"),
        (alive, "running tasks"),
        (traffic != TrafficRequest::None, "the rule"),
    ];
    let parts = parts.iter().filter(|(is_next, _)| *is_next);
    let parts: Vec<&str> = parts.map(|(_, part)| *part).collect();
    format!(
        "no verdict after {}; next look in {:.1} s, at {}",
        duration(elapsed.as_secs_f64()),
        after.as_secs_f64(),
        parts.join(", ")
    )
}
