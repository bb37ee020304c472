//! Builds the outcome: the verdict and its reasons.

use super::Machine;
use crate::progress::Verdict;
use crate::release::{ServiceDeployment, ServiceDeploymentStatus as Status, Shift, StoppedTask};
use crate::rollout::cause::{is_of_others, of_alarm, of_hook, of_message};
use crate::rollout::{Cause, Failure, Group, Outcome, diagnose};

impl Machine {
    pub(super) fn outcome(&self, verdict: Verdict) -> Outcome {
        let deployment = self.deployment.as_deref();
        let failure = verdict.is_failure().then(|| self.failure()).flatten();
        let failure = failure.map(|failure| Box::new(self.with_what_ecs_says(failure)));
        Outcome {
            verdict,
            failure,
            deployment: Some(self.follow.deployment.clone()),
            service_deployment: deployment
                .map(|deployment| deployment.service_deployment_arn.clone()),
            seconds: deployment.and_then(seconds),
            running: self.reported.counts().map(|counts| counts.running),
            traffic: None,
            alarms: self.unheeded_alarms(verdict),
            pauses: self.pauses(),
            continued: Vec::new(),
        }
    }

    /// Returns the alarms that somebody should look at who is told of a success.
    fn unheeded_alarms(&self, verdict: Verdict) -> Vec<String> {
        let moved = self.deployment.as_deref().filter(|_| {
            // Of what ended before anybody looked, an alarm of now says nothing.
            verdict == Verdict::Succeeded && self.reported.has_reported(Status::InProgress)
        });
        let watch = moved.filter(|moved| Shift::of(moved).is_some());
        let watch = watch.and_then(|moved| moved.alarms.as_ref());
        watch.map_or_else(Vec::new, |watch| watch.alarm_names.clone())
    }

    /// Adds that a first release has nothing to go back to, in ECS's words: the cause comes first.
    fn with_what_ecs_says(&self, mut failure: Failure) -> Failure {
        let failed = self.deployment.as_deref();
        let failed = failed.filter(|seen| seen.status == Status::RollbackFailed);
        let reason = failed.and_then(|seen| seen.status_reason.as_deref());
        let Some(reason) = reason.filter(|reason| of_message(reason).is_none()) else {
            return failure;
        };
        let said = Group::without_tasks(Cause::Unknown, reason);
        let mut known = failure.others.iter().map(|other| &other.reason);
        if failure.reason != said.reason && !known.any(|known| *known == said.reason) {
            failure.others.insert(0, said);
        }
        failure
    }

    fn failure(&self) -> Option<Failure> {
        let reason = self
            .deployment
            .as_ref()
            .and_then(|deployment| deployment.status_reason.clone());
        if let Some(reason) = &self.blamed {
            let worse = Group::without_tasks(Cause::Analysis, reason);
            return Some(self.with_tasks(Failure::of(worse)));
        }
        if let Some((cause, said)) = reason.as_deref().and_then(of_hook) {
            let ended_by = Group::without_tasks(cause, &said);
            return Some(self.with_tasks(Failure::of(ended_by)));
        }
        if let Some(reason) = self.alarm(reason.as_deref()) {
            let alarm = Group::without_tasks(Cause::Alarm, &reason);
            return Some(self.with_tasks(Failure::of(alarm)));
        }
        self.diagnosis().or_else(|| {
            // A poll can miss the request, never the reason.
            let names_the_call = reason
                .as_ref()
                .is_some_and(|reason| reason.contains("StopServiceDeployment"));
            let was_asked_for =
                names_the_call || self.reported.has_reported(Status::RollbackRequested);
            let cause = if was_asked_for {
                Cause::StoppedBySomeone
            } else {
                of_message(reason.as_deref()?).unwrap_or(Cause::Unknown)
            };
            Some(Failure::of(Group::without_tasks(cause, &reason?)))
        })
    }

    /// Returns ECS's words on the alarm that went off, with its name where ECS has it. Its words on
    /// a first deployment are of what it looked for afterwards.
    fn alarm(&self, reason: Option<&str>) -> Option<String> {
        let said = reason.and_then(of_alarm).map(|(_, reason)| reason);
        let watched = self.deployment.as_ref()?.alarms.as_ref();
        let fired = watched.map_or(&[][..], |alarms| &alarms.triggered_alarm_names);
        if fired.is_empty() {
            return said;
        }
        let whose = self.watches_what_serves(fired);
        let fired = fired.join(", ");
        let said = said.or_else(|| reason.map(str::to_owned));
        let said = match said {
            Some(said) if said.contains(&fired) => said,
            Some(said) => format!("{fired} went off: {said}"),
            None => format!("{fired} went off"),
        };
        Some(match whose {
            Some(live) => format!(
                "{said} It watches {live}, where the release that serves is: it may not be the new \
                 one's doing."
            ),
            None => said,
        })
    }

    /// Returns the group of the release that served, where mlship's own alarms that fired watch that
    /// one alone: their names say so.
    fn watches_what_serves(&self, fired: &[String]) -> Option<&str> {
        let live = self.routing.seen.as_deref()?.live.as_ref()?.name();
        let of_live = format!("-{live}-");
        let is_its = |name: &String| name.starts_with("mlship-") && name.contains(&of_live);
        fired.iter().all(is_its).then_some(live)
    }

    /// Returns what tasks and messages tell.
    fn diagnosis(&self) -> Option<Failure> {
        let tasks: Vec<StoppedTask> = self.tasks.values().cloned().collect();
        // Where none of ours is seen any more, its name alone does not tell whose a task was.
        let is_ours = |id: &str| {
            let named = |task: &StoppedTask| task.task_arn.as_str().ends_with(id);
            tasks.is_empty() || tasks.iter().any(named)
        };
        let messages = self.reported.messages().iter();
        let messages: Vec<String> = messages
            .filter(|message| !is_of_others(message, is_ours))
            .cloned()
            .collect();
        diagnose(&tasks, &messages)
    }

    /// Adds to what ends a deployment whatever its tasks do what these tell beside it.
    fn with_tasks(&self, mut ended_by: Failure) -> Failure {
        if let Some(beside) = self.diagnosis() {
            let first = Group {
                cause: beside.cause,
                reason: beside.reason,
                evidence: beside.evidence,
            };
            let all = std::iter::once(first).chain(beside.others);
            let is_another = |failure: &Group| failure.cause != ended_by.cause;
            ended_by.others = all.filter(is_another).collect();
        }
        ended_by
    }
}

/// How long it took, by ECS's own clock.
fn seconds(deployment: &ServiceDeployment) -> Option<f64> {
    let from = deployment.started_at.or(deployment.created_at)?;
    let to = deployment.finished_at?;
    Some(to.duration_since(from).as_secs_f64())
}
