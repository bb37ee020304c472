//! Registers a task definition revision exactly once, however many requests that takes.

use serde_json::Value;

use super::ApplyError;
use super::family::Family;
use crate::cloud::retry::{Attempts, WhileBusy};
use crate::cloud::{Cloud, unless_closed};
use crate::pause::sleep;
use crate::plan::Plan;
use crate::progress::{Event, Observer};
use crate::release::ids::TaskDefinitionArn;
use crate::release::{Document, LiveTaskDefinition};

/// The revision to deploy.
pub(super) struct Registered {
    pub(super) arn: TaskDefinitionArn,
    /// Whether it came to be since this run first looked.
    pub(super) is_new: bool,
}

impl Registered {
    fn new(arn: TaskDefinitionArn) -> Self {
        Self { arn, is_new: true }
    }
}

/// Registers a revision, unless the newest of its family is the same already: left behind by a
/// run that did not get any further, or made by one that is as far as this one.
///
/// ECS knows no token for this call, so that runs of one release that register together make a
/// revision each. All of them go on with the first: one deployment comes of that.
pub(super) async fn register<C: Cloud>(
    cloud: &C,
    plan: &Plan,
    document: &Document,
    busy: WhileBusy<'_>,
    report: &mut dyn Observer,
) -> Result<Registered, ApplyError> {
    let family = document.get("family").and_then(Value::as_str);
    let family = Family {
        cloud,
        name: family.unwrap_or_default(),
        document,
        service: &plan.service,
    };
    let newest = match &plan.newest {
        // What came since is found among the revisions before ours.
        Some(seen) => Some(seen.as_ref().clone()),
        None => cloud.task_definition(family.name).await?,
    };
    let before = newest.as_ref().map_or(0, number);
    if let Some(same) = newest.filter(|newest| family.is_same(newest)) {
        let arn = family.first_of_row(same).await?;
        let message = format!("task definition {} is the same and used again", arn.short());
        report.event(&plan.service, &Event::Note { message });
        return Ok(Registered { arn, is_new: false });
    }
    let mut attempts = Attempts::default();
    loop {
        // A revision is no change of the service: nobody misses it.
        let sent = unless_closed(Box::pin(cloud.register_task_definition(document))).await;
        let error = match sent.map_err(ApplyError::NotBegun)? {
            Ok(arn) => {
                let task_definition = arn.clone();
                report.event(&plan.service, &Event::Registered { task_definition });
                let first = family.first_between(before, &arn).await?;
                let Some(first) = first else {
                    return Ok(Registered::new(arn));
                };
                let message = format!(
                    "another run has registered task definition {}, which is the same and used; {} is not",
                    first.short(),
                    arn.short()
                );
                report.event(&plan.service, &Event::Note { message });
                return Ok(Registered::new(first));
            }
            Err(error) => error,
        };
        let Some(mut looks) = attempts.failed(error.kind, busy) else {
            return Err(error.into());
        };
        while let Some(wait) = looks.next_wait() {
            sleep(wait).await;
            if let Some(arn) = family.find_after(before).await? {
                let what = format!("task definition {}", arn.short());
                let found = if attempts.is_in_doubt() {
                    Event::Adopted { what }
                } else {
                    let message =
                        format!("another run has registered {what}, which is the same and used");
                    Event::Note { message }
                };
                report.event(&plan.service, &found);
                return Ok(Registered::new(arn));
            }
        }
        if !looks.may_send_again() {
            return Err(error.into());
        }
    }
}

pub(super) fn number(task_definition: &LiveTaskDefinition) -> u64 {
    task_definition.arn.revision().unwrap_or(0)
}
