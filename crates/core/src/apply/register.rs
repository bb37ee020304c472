//! Registers a task definition revision exactly once, however many requests that takes.

use serde_json::Value;

use crate::cloud::retry::{Attempts, WhileBusy};
use crate::cloud::{Answer, Cloud};
use crate::pause::sleep;
use crate::plan::Plan;
use crate::progress::{Event, Observer};
use crate::release::ids::TaskDefinitionArn;
use crate::release::{CONTENT, Document, LiveTaskDefinition, STORY, tags_of};

/// How many revisions back from the newest ours is looked for: others may register meanwhile.
const OTHERS: u64 = 5;

/// The revision to deploy.
pub(super) struct Registered {
    pub(super) arn: TaskDefinitionArn,
    /// Whether it came to be in this run.
    pub(super) is_new: bool,
}

impl Registered {
    fn new(arn: TaskDefinitionArn) -> Self {
        Self { arn, is_new: true }
    }
}

/// Registers a revision, unless the newest of its family is the same already: left behind by a
/// run that did not get any further.
pub(super) async fn register<C: Cloud>(
    cloud: &C,
    plan: &Plan,
    document: &Document,
    busy: WhileBusy<'_>,
    report: &mut dyn Observer,
) -> Answer<Registered> {
    let family = document.get("family").and_then(Value::as_str);
    let family = Family {
        cloud,
        name: family.unwrap_or_default(),
        document,
    };
    let newest = cloud.task_definition(family.name).await?;
    if let Some(same) = newest.as_ref().filter(|newest| is_same(newest, document)) {
        let message = format!(
            "task definition {} is the same and used again",
            same.arn.short()
        );
        report.event(&plan.service, &Event::Note { message });
        let arn = same.arn.clone();
        return Ok(Registered { arn, is_new: false });
    }
    let before = newest.as_ref().map_or(0, number);
    let mut attempts = Attempts::default();
    loop {
        let error = match cloud.register_task_definition(document).await {
            Ok(arn) => {
                let task_definition = arn.clone();
                report.event(&plan.service, &Event::Registered { task_definition });
                return Ok(Registered::new(arn));
            }
            Err(error) => error,
        };
        let Some(mut looks) = attempts.failed(error.kind, busy) else {
            return Err(error);
        };
        while let Some(wait) = looks.next_wait() {
            sleep(wait).await;
            if let Some(arn) = family.find_after(before).await? {
                let what = format!("task definition {}", arn.short());
                report.event(&plan.service, &Event::Adopted { what });
                return Ok(Registered::new(arn));
            }
        }
        if !looks.may_send_again() {
            return Err(error);
        }
    }
}

struct Family<'a, C> {
    cloud: &'a C,
    name: &'a str,
    document: &'a Document,
}

impl<C: Cloud> Family<'_, C> {
    /// Finds our revision among those made since the one of that number.
    async fn find_after(&self, before: u64) -> Answer<Option<TaskDefinitionArn>> {
        let Some(newest) = self.cloud.task_definition(self.name).await? else {
            return Ok(None);
        };
        let last = number(&newest);
        if last > before && is_same(&newest, self.document) {
            return Ok(Some(newest.arn));
        }
        let first = last.saturating_sub(OTHERS).max(before) + 1;
        for number in (first..last).rev() {
            let name = format!("{}:{number}", self.name);
            let found = self.cloud.task_definition(&name).await?;
            if let Some(ours) = found.filter(|revision| is_same(revision, self.document)) {
                return Ok(Some(ours.arn));
            }
        }
        Ok(None)
    }
}

fn number(task_definition: &LiveTaskDefinition) -> u64 {
    task_definition.arn.revision().unwrap_or(0)
}

/// Returns whether a revision is what a document would register. A copy made by hand can carry
/// our tags and another image; and what was released before, by somebody else or without
/// overriding a gate, tells their story.
fn is_same(found: &LiveTaskDefinition, document: &Document) -> bool {
    let tags = tags_of(document.get("tags").unwrap_or(&Value::Null));
    let is_told = |name: &&str| found.tags.get(*name) == tags.get(*name);
    let is_active = found.document.get("status").and_then(Value::as_str) != Some("INACTIVE");
    tags.contains_key(CONTENT)
        && is_told(&CONTENT)
        && STORY.iter().all(is_told)
        && images(&found.document) == images(document)
        && is_active
}

fn images(document: &Document) -> Vec<Option<&str>> {
    let containers = document
        .get("containerDefinitions")
        .and_then(Value::as_array);
    containers
        .into_iter()
        .flatten()
        .map(|container| container.get("image").and_then(Value::as_str))
        .collect()
}
