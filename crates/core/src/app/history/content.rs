//! How a release's content fared in a service, by ECS's records and the tags of revisions.

use std::collections::BTreeMap;

use super::{TaskDefinitionCache, revisions};
use crate::cloud::{Answer, Cloud};
use crate::history::{Entry, Outcome, outcomes};
use crate::release::CONTENT;
use crate::release::ids::ServiceId;

/// How many deployments are looked at, newest first.
const MOST: usize = 20;

/// Returns the newest deployment of some content that has ended, if there is one.
pub(in crate::app) async fn newest_of_content<C: Cloud>(
    cloud: &C,
    service: &ServiceId,
    content: &str,
) -> Answer<Option<Entry>> {
    let listed = cloud.service_deployments(service).await?;
    let arns = listed.into_iter().take(MOST);
    let arns: Vec<_> = arns
        .map(|deployment| deployment.service_deployment_arn)
        .collect();
    let mut deployments = cloud.describe_service_deployments(&arns).await?;
    deployments.sort_by_key(|deployment| std::cmp::Reverse(deployment.created_at));
    let revisions = revisions(cloud, &deployments).await?;
    let mut known = TaskDefinitionCache {
        cloud,
        found: BTreeMap::new(),
    };
    for (deployment, outcome) in deployments.iter().zip(outcomes(&deployments)) {
        let revision = deployment.target().and_then(|target| revisions.get(target));
        let brought = revision.and_then(|revision| revision.task_definition.as_ref());
        let Some(brought) = known.task_definition(brought).await? else {
            continue;
        };
        let has_ended = outcome.is_some_and(|outcome| outcome != Outcome::Running);
        if has_ended && brought.tags.get(CONTENT).is_some_and(|own| own == content) {
            let entry = Entry::of(deployment, outcome, revision, Some(&brought));
            return Ok(Some(entry));
        }
    }
    Ok(None)
}
