//! What is said of a service in the end, whichever way it came about.

use super::exit;
use super::saved::Mismatch;
use crate::apply::ApplyError;
use crate::cloud::CloudError;
use crate::manifest::Diagnostic;
use crate::plan::{Effect, Plan, Started};
use crate::registry::RegistryError;
use crate::release::ids::ServiceId;
use crate::report::{ResultRecord, word};
use crate::rollout::{Interrupt, Verdict};

/// A check said no.
pub(super) fn refused(service: &ServiceId, code: u8, findings: &[Diagnostic]) -> ResultRecord {
    let messages: Vec<&str> = findings.iter().map(|finding| &*finding.message).collect();
    let mut result = ResultRecord::new(service, "refused", code);
    result.error = Some(messages.join("; "));
    result
}

/// AWS gave no usable answer before anything was written.
pub(super) fn failed_call(service: &ServiceId, error: &CloudError) -> ResultRecord {
    let mut result = ResultRecord::new(service, "error", exit::of_cloud_error(error));
    result.error = Some(error.to_string());
    result.hint.clone_from(&error.hint);
    result
}

/// The model registry gave no usable answer before anything was written.
pub(super) fn failed_registry(service: &ServiceId, error: &RegistryError) -> ResultRecord {
    let mut result = ResultRecord::new(service, "error", exit::of_registry_error(error));
    result.error = Some(error.to_string());
    result.hint.clone_from(&error.hint);
    result
}

/// Nothing runs: either nothing was written, or what was written starts no deployment.
pub(super) fn at_rest(plan: &Plan) -> ResultRecord {
    let verdict = match plan.effect {
        Effect::None => Verdict::Unchanged,
        Effect::InPlace | Effect::ReplaceTasks | Effect::Create => Verdict::Succeeded,
    };
    let code = exit::of_verdict(verdict, None);
    let mut result = ResultRecord::new(&plan.service, word(verdict), code).with_plan(plan);
    let serving = plan.previous.as_ref();
    result.task_definition = serving.map(|one| one.task_definition.to_string());
    result
}

pub(super) fn not_applied(plan: &Plan, error: &ApplyError) -> ResultRecord {
    let (verdict, code, hint) = match error {
        ApplyError::Stale => (
            "refused",
            exit::STALE,
            Some("run mlship diff again, then deploy".to_owned()),
        ),
        ApplyError::Cloud(error) => ("error", exit::of_cloud_error(error), error.hint.clone()),
    };
    let mut result = ResultRecord::new(&plan.service, verdict, code).with_plan(plan);
    result.error = Some(error.to_string());
    result.hint = hint;
    result
}

/// A deploy that is held to a saved plan would do something else.
pub(super) fn not_the_plan(plan: &Plan, mismatch: Mismatch) -> ResultRecord {
    let (code, error) = match mismatch {
        Mismatch::NotSaved => (
            exit::REFUSED,
            "the saved plan is not for this service".to_owned(),
        ),
        Mismatch::Stale => (
            exit::STALE,
            "service or manifest changed since the plan was saved".to_owned(),
        ),
        Mismatch::Moved {
            reference,
            saved,
            now,
        } => (
            exit::STALE,
            format!("{reference} names version {now}, and did {saved} when the plan was saved"),
        ),
    };
    let mut result = ResultRecord::new(&plan.service, "refused", code).with_plan(plan);
    result.error = Some(error);
    result.hint = Some("save and review a new one with mlship diff --out".to_owned());
    result
}

/// Another deployment ran when this one was to start.
pub(super) fn busy(plan: &Plan, running: &Started) -> ResultRecord {
    let mut result = ResultRecord::new(&plan.service, "refused", exit::REFUSED).with_plan(plan);
    let other = running.task_definition.short();
    result.error = Some(format!(
        "deployment {} of {other} is running",
        running.deployment
    ));
    result.hint =
        Some("wait for it with --if-busy wait, or replace it with --if-busy supersede".to_owned());
    result
}

/// Another deployment did not end in time, and this one was not started.
pub(super) fn never_idle(plan: &Plan, running: &Started) -> ResultRecord {
    let mut result = busy(plan, running);
    result.verdict = word(Verdict::TimedOut);
    result.exit_code = exit::of_verdict(Verdict::TimedOut, None);
    result.error = Some("another deployment still runs; nothing was started".to_owned());
    result
}

/// Somebody asked the process to stop before it had written anything.
pub(super) fn stopped_before(service: &ServiceId, interrupt: Interrupt) -> ResultRecord {
    let code = exit::of_verdict(Verdict::Interrupted, Some(interrupt));
    let mut result = ResultRecord::new(service, word(Verdict::Interrupted), code);
    result.error = Some("interrupted before anything was written".to_owned());
    result
}
