//! Looks through the revisions of a family for the first that is the same as ours.

use std::time::Duration;

use serde_json::Value;

use super::register::number;
use crate::cloud::{Answer, Cloud};
use crate::pause::sleep;
use crate::plan::is_of_another_service;
use crate::release::ids::{ServiceId, TaskDefinitionArn};
use crate::release::{CONTENT, Document, LiveTaskDefinition, tags_of};

/// How many revisions before the newest are looked at: so many runs may register at once.
const TOGETHER: u64 = 20;
/// The waits for revisions that were numbered and are not shown yet, in seconds.
const SHOWN_WITHIN: [u64; 5] = [1, 2, 3, 4, 5];

pub(super) struct Family<'a, C> {
    pub(super) cloud: &'a C,
    pub(super) name: &'a str,
    pub(super) document: &'a Document,
    /// The service that it is for: services can share a family.
    pub(super) service: &'a ServiceId,
}

impl<C: Cloud> Family<'_, C> {
    /// Returns the first of the revisions in a row, up to this one, that are all the same. Who
    /// came a moment earlier uses that one.
    pub(super) async fn first_of_row(
        &self,
        newest: LiveTaskDefinition,
    ) -> Answer<TaskDefinitionArn> {
        let last = number(&newest);
        let mut first = newest.arn;
        for number in (last.saturating_sub(TOGETHER).max(1)..last).rev() {
            match self.same(number).await? {
                Revision::Same(arn) => first = arn,
                Revision::Other | Revision::Missing => break,
            }
        }
        Ok(first)
    }

    /// Returns the first revision of others between the one of that number and ours that is the
    /// same.
    pub(super) async fn first_between(
        &self,
        before: u64,
        ours: &TaskDefinitionArn,
    ) -> Answer<Option<TaskDefinitionArn>> {
        let last = ours.revision().unwrap_or(0);
        let mut waits = SHOWN_WITHIN.into_iter();
        for number in last.saturating_sub(TOGETHER).max(before + 1)..last {
            if let Some(same) = self.same_once_shown(number, &mut waits).await? {
                return Ok(Some(same));
            }
        }
        Ok(None)
    }

    /// Finds the first that is the same among those made since the one of that number.
    pub(super) async fn find_after(&self, before: u64) -> Answer<Option<TaskDefinitionArn>> {
        let Some(newest) = self.cloud.task_definition(self.name).await? else {
            return Ok(None);
        };
        let last = number(&newest);
        if last <= before {
            return Ok(None);
        }
        for number in last.saturating_sub(TOGETHER).max(before + 1)..last {
            if let Revision::Same(same) = self.same(number).await? {
                return Ok(Some(same));
            }
        }
        Ok(self.is_same(&newest).then_some(newest.arn))
    }

    /// Looks at a revision that was numbered: lists can be behind.
    async fn same_once_shown(
        &self,
        number: u64,
        waits: &mut impl Iterator<Item = u64>,
    ) -> Answer<Option<TaskDefinitionArn>> {
        loop {
            match self.same(number).await? {
                Revision::Same(arn) => return Ok(Some(arn)),
                Revision::Other => return Ok(None),
                Revision::Missing => {}
            }
            let Some(wait) = waits.next() else {
                return Ok(None);
            };
            sleep(Duration::from_secs(wait)).await;
        }
    }

    /// Returns whether a revision is what we would register, whoever's run it tells of. A copy made
    /// by hand can carry our tags and another image.
    pub(super) fn is_same(&self, found: &LiveTaskDefinition) -> bool {
        let tags = tags_of(self.document.get("tags").unwrap_or(&Value::Null));
        let is_active = found.document.get("status").and_then(Value::as_str) != Some("INACTIVE");
        tags.contains_key(CONTENT)
            && found.tags.get(CONTENT) == tags.get(CONTENT)
            && images(&found.document) == images(self.document)
            && is_active
            && !is_of_another_service(found, self.service)
    }

    async fn same(&self, number: u64) -> Answer<Revision> {
        let name = format!("{}:{number}", self.name);
        Ok(match self.cloud.task_definition(&name).await? {
            Some(found) if self.is_same(&found) => Revision::Same(found.arn),
            Some(_) => Revision::Other,
            None => Revision::Missing,
        })
    }
}

/// What a number stands for.
enum Revision {
    /// What we would register.
    Same(TaskDefinitionArn),
    /// Something else.
    Other,
    /// Nothing: it was deleted, or is not shown yet.
    Missing,
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
