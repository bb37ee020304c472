//! What is said of the events that change with what was said before.

use jiff::Timestamp;

use super::super::event_text::{gave_up, progress_line, status_line};
use super::super::human::clock;
use super::alike::{alike, brief};
use super::{Event, Fold, Output};
use mlship_core::progress::TaskCounts;
use mlship_core::release::ServiceDeploymentStatus as Status;

impl Fold {
    pub(super) fn status(
        &mut self,
        status: Status,
        reason: Option<&str>,
        at: Timestamp,
        out: &mut Vec<Output>,
    ) {
        let is_ours =
            self.gave_up && reason.is_none_or(|reason| reason.contains("StopServiceDeployment"));
        let text = match status {
            Status::Pending | Status::InProgress if self.has_begun && reason.is_none() => return,
            // How it ended is what the closing lines begin with.
            Status::Successful | Status::Stopped | Status::StopRequested if reason.is_none() => {
                return;
            }
            Status::RollbackRequested | Status::RollbackInProgress | Status::RollbackSuccessful
                if is_ours || reason.is_none() =>
            {
                return;
            }
            Status::RollbackInProgress | Status::RollbackSuccessful => {
                status_line(Status::RollbackInProgress, reason, &self.color)
            }
            Status::StopRequested | Status::Stopped => {
                status_line(Status::StopRequested, reason, &self.color)
            }
            Status::Pending
            | Status::InProgress
            | Status::Successful
            | Status::RollbackRequested
            | Status::RollbackFailed
            | Status::Unknown => status_line(status, reason, &self.color),
        };
        let text = brief(&text);
        if !self.lines.contains_key(&text) {
            self.once(at, text, out);
        }
    }

    pub(super) fn aborting(
        &mut self,
        tasks: u32,
        reason: &str,
        after: u32,
        at: Timestamp,
        out: &mut Vec<Output>,
    ) {
        let key = alike(reason);
        self.gave_up = true;
        let bad = self.color.bad;
        let mut text = format!("{bad}{}{bad:#}", gave_up(tasks, after));
        let trouble = self.troubles.get_mut(&key);
        let was_told = trouble.as_ref().is_some_and(|trouble| trouble.was_told());
        if let Some(trouble) = trouble {
            trouble.mark_told();
            text = text.replacen(
                "failed alike",
                &format!("failed alike since {}", clock(trouble.first())),
                1,
            );
        }
        if !was_told {
            self.untold.retain(|untold| *untold != key);
            text = format!("{text}: {}", brief(reason));
        }
        self.tell_troubles(out);
        // ECS may be asked again: that is no second giving up.
        self.once_as(at, format!("gives up: {key}"), |_| text.clone(), out);
    }

    pub(super) fn waiting_for(
        &mut self,
        event: &Event,
        counts: Option<TaskCounts>,
        at: Timestamp,
        out: &mut Vec<Output>,
    ) {
        let Event::WaitingFor {
            deployment,
            task_definition,
            model,
            version,
            since,
            ..
        } = event
        else {
            return;
        };
        let brings = model.as_ref().zip(version.as_ref()).map_or_else(
            || task_definition.short().to_owned(),
            |(model, version)| format!("{model} {version}"),
        );
        let since = since.map_or_else(String::new, |since| format!(", since {}", clock(since)));
        let text = brief(&format!(
            "waiting for the end of another deployment: {brings} ({}, {deployment}){since}",
            task_definition.short()
        ));
        let Some(counts) = counts else {
            self.tell_waiting(out);
            self.waiting = Some((text, at));
            return;
        };
        let TaskCounts {
            desired,
            running,
            pending,
            failed,
        } = counts;
        let counts = [desired, running, pending, failed, 0];
        let far = progress_line(counts, &self.color);
        if self.waiting.take().is_some() || !self.lines.contains_key(&text) {
            self.once_as(at, text, |text| format!("{text}, {far}"), out);
            self.pace.begin();
        }
        let far = format!("waiting for {brings}: {far}");
        self.counts(&far, counts, at, out);
    }
}
