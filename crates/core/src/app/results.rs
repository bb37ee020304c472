//! Builds the final record of a service for the ways in which a command ends without a rollout.

use super::idle::look_whether_idle;
use super::{conclusion_of, ended_by};
use crate::app::ResultRecord;
use crate::apply::ApplyError;
use crate::cloud::{Cloud, CloudError, ErrorKind};
use crate::plan::{Effect, Plan, Started};
use crate::progress::{Conclusion, Interrupt, Pause, Refusal};
use crate::registry::RegistryError;
use crate::release::ids::ServiceId;
use crate::rollout::ways_on;
use mlship_manifest::Diagnostic;

/// A check said no.
#[must_use]
pub fn refused(service: &ServiceId, findings: &[Diagnostic]) -> ResultRecord {
    let messages: Vec<&str> = findings.iter().map(|finding| &*finding.message).collect();
    let mut result = ResultRecord::new(service, Conclusion::Refused(Refusal::Check));
    result.error = Some(messages.join("; "));
    result
}

/// AWS gave no usable answer before anything was written.
#[must_use]
pub fn aws_error(service: &ServiceId, error: &CloudError) -> ResultRecord {
    let (conclusion, message) = match error.kind {
        ErrorKind::Foreign => (Conclusion::Refused(Refusal::Check), error.message.clone()),
        _ => (ended_by(error), error.to_string()),
    };
    let mut result = ResultRecord::new(service, conclusion);
    result.error = Some(message);
    result.hint.clone_from(&error.hint);
    result
}

/// The model registry gave no usable answer before anything was written.
#[must_use]
pub fn registry_error(service: &ServiceId, error: &RegistryError) -> ResultRecord {
    let mut result = ResultRecord::new(service, conclusion_of(error));
    result.error = Some(error.to_string());
    result.hint.clone_from(&error.hint);
    result
}

/// No deployment runs: either nothing was written, or what was written starts none.
pub async fn unchanged_or_adjusted<C: Cloud>(cloud: &C, plan: &Plan) -> ResultRecord {
    let conclusion = match plan.effect {
        Effect::None => Conclusion::Unchanged,
        Effect::InPlace | Effect::ReplaceTasks | Effect::Create => Conclusion::Succeeded,
    };
    let mut result = ResultRecord::new(&plan.service, conclusion).with_plan(plan);
    if plan.is_idle {
        result.note = look_whether_idle(cloud, &plan.service).await;
    }
    let serving = plan.previous.as_ref();
    result.task_definition = serving.map(|serving| serving.task_definition.to_string());
    result
}

/// AWS said no to a write, the plan was stale, or somebody interrupted the command before.
#[must_use]
pub fn not_applied(plan: &Plan, error: &ApplyError, interrupt: Option<Interrupt>) -> ResultRecord {
    let mut message = error.to_string();
    let (conclusion, hint) = match (error, interrupt) {
        (ApplyError::Stale, _) => (
            Conclusion::Refused(Refusal::Stale),
            Some("run mlship diff again, then deploy".to_owned()),
        ),
        (ApplyError::Interrupted, interrupt) => {
            let interrupt = interrupt.unwrap_or(Interrupt::Terminate);
            (Conclusion::Interrupted(interrupt), None)
        }
        (ApplyError::NotBegun(why), interrupt) => {
            let result = not_begun(&plan.service, why).with_plan(plan);
            return match interrupt {
                Some(interrupt) => result.not_begun_for(interrupt),
                None => result,
            };
        }
        // It would have gone on, had nobody asked it to stop.
        (ApplyError::Cloud(error), Some(interrupt)) if error.kind == ErrorKind::Throttled => {
            message = format!(
                "{}; AWS was too busy for it: {error}",
                ApplyError::Interrupted
            );
            (Conclusion::Interrupted(interrupt), None)
        }
        (ApplyError::Cloud(error), _) => {
            let hint = error.hint.clone().or_else(|| of_strategy(plan, error));
            (ended_by(error), hint)
        }
    };
    let mut result = ResultRecord::new(&plan.service, conclusion).with_plan(plan);
    result.error = Some(message);
    result.hint = hint;
    result
}

/// Returns the next step where ECS refuses what belongs to a strategy, of which its pages say
/// different things.
fn of_strategy(plan: &Plan, error: &CloudError) -> Option<String> {
    let is_refused = error.kind == ErrorKind::Rejected && error.operation == "UpdateService";
    if error
        .message
        .contains("Invalid lifecycle stage provided for Pause Hook")
    {
        let next = "ECS takes no pause at one of these stages: where it is RECONCILE_SERVICE, write \
                    PRE_SCALE_UP into rollout.pause";
        Some(next.to_owned())
    } else if is_refused && plan.leaves_rolling() {
        let next = "deploy with traffic.targetGroups and rollout.strategy: rolling first, then this; \
                    one of AWS's pages asks for that";
        Some(next.to_owned())
    } else {
        None
    }
}

/// What a second deployment over one that moves traffic may do.
const SPLIT: &str = "--if-busy supersede may leave the rule split between both groups, also with \
                     requests to a group without tasks";

/// Returns the command that takes back what runs of the service.
fn abort_of(plan: &Plan) -> String {
    format!("mlship abort --service {}", plan.service.path())
}

/// Another deployment ran when this one was to start.
#[must_use]
pub fn busy(plan: &Plan, running: &Started) -> ResultRecord {
    let mut result =
        ResultRecord::new(&plan.service, Conclusion::Refused(Refusal::Check)).with_plan(plan);
    let other = running.task_definition.short();
    result.error = Some(format!(
        "deployment {} of {other} is running",
        running.deployment
    ));
    result.hint = Some(if plan.is_over_a_shift() {
        let abort = abort_of(plan);
        format!("take it back first with {abort}, or wait for it with --if-busy wait; {SPLIT}")
    } else {
        "wait for it with --if-busy wait, or replace it with --if-busy supersede".to_owned()
    });
    result
}

/// ECS changes no strategy while a deployment runs.
#[must_use]
pub fn switching(plan: &Plan, running: &Started) -> ResultRecord {
    let mut result = busy(plan, running);
    let error = result.error.take().unwrap_or_default();
    result.error = Some(format!(
        "{error}, and ECS changes no strategy meanwhile: nothing was written"
    ));
    result.hint = Some(format!(
        "wait for it with --if-busy wait, or take it back with {}",
        abort_of(plan)
    ));
    result
}

/// Another deployment waits for somebody's word, and this one was not started.
#[must_use]
pub fn paused(plan: &Plan, running: &Started, waits: Vec<Pause>) -> ResultRecord {
    let mut result = busy(plan, running);
    let places: Vec<String> = waits
        .iter()
        .map(|wait| {
            let until = wait.until.map_or_else(String::new, |until| {
                format!(" until {until}, and then {}", wait.otherwise())
            });
            format!("{}{until}", wait.place())
        })
        .collect();
    result.error = Some(format!(
        "deployment {} of {} waits for somebody at {}; nothing was started",
        running.deployment,
        running.task_definition.short(),
        places.join(", and at ")
    ));
    let abort = waits.first().map_or("", |wait| &*wait.abort);
    result.hint = Some(ways_on(&waits, abort));
    result.pauses = waits;
    result
}

/// Another deployment did not end in time, and this one was not started.
#[must_use]
pub fn timed_out_waiting(plan: &Plan, running: &Started) -> ResultRecord {
    let mut result = busy(plan, running);
    result.conclude(Conclusion::TimedOut);
    result.error = Some("another deployment still runs; nothing was started".to_owned());
    result.hint = Some(if plan.is_over_a_shift() {
        let abort = abort_of(plan);
        format!("take it back with {abort}, or wait longer with --timeout; {SPLIT}")
    } else {
        "wait longer with --timeout, or replace it with --if-busy supersede".to_owned()
    });
    result
}

/// Somebody asked the process to stop before it had written anything.
#[must_use]
pub fn stopped_before(service: &ServiceId, interrupt: Interrupt) -> ResultRecord {
    let mut result = ResultRecord::new(service, Conclusion::Interrupted(interrupt));
    result.error = Some("interrupted before anything was written".to_owned());
    result
}

/// It was not its turn yet when the run ended, or what it waits for did not come about.
#[must_use]
pub fn not_begun(service: &ServiceId, why: &str) -> ResultRecord {
    let mut result = ResultRecord::new(service, Conclusion::NotBegun);
    result.error = Some(format!("not begun: {why}"));
    result
}
