//! Deployments that ECS no longer lists, from the tags of their task definition revisions: ECS
//! keeps deployments for 90 days, and revisions for good.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::TaskDefinitionCache;
use crate::cloud::{Answer, Cloud};
use crate::release::ids::TaskDefinitionArn;
use crate::release::{LiveService, LiveTaskDefinition, ServiceDeployment};

/// How many revisions are looked past that a listed deployment brought, or none ever did.
const OTHERS: usize = 50;
/// A service's first deployment is made with it.
const IN_ONE_GO: SignedDuration = SignedDuration::from_mins(1);

/// Returns revisions of the serving family from before the oldest deployment that is listed,
/// newest first.
pub(super) async fn older_revisions<C: Cloud>(
    known: &mut TaskDefinitionCache<'_, C>,
    live: &LiveService,
    listed: &[ServiceDeployment],
    most: usize,
) -> Answer<Vec<LiveTaskDefinition>> {
    let oldest = listed
        .iter()
        .filter_map(|deployment| deployment.created_at)
        .min();
    if most == 0 || is_first(live, oldest) {
        return Ok(Vec::new());
    }
    let family = live.task_definition.family();
    let enough = most.saturating_add(OTHERS);
    let arns = known.cloud.revisions_of_family(family, enough).await?;
    let listed: BTreeSet<TaskDefinitionArn> = known.found.keys().cloned().collect();
    let mut found = Vec::new();
    for arn in arns.iter().filter(|arn| !listed.contains(arn)) {
        if found.len() == most {
            break;
        }
        let revision = known.task_definition(Some(arn)).await?;
        found.extend(
            revision.filter(|revision| is_earlier(revision, oldest, &live.task_definition)),
        );
    }
    Ok(found)
}

/// Returns whether nothing was there before the oldest deployment that is listed.
fn is_first(live: &LiveService, oldest: Option<Timestamp>) -> bool {
    let both = live.created_at().zip(oldest);
    both.is_some_and(|(made, oldest)| oldest.duration_since(made).abs() < IN_ONE_GO)
}

/// Where nothing is listed, what is newer than what serves was never deployed, or not for long.
fn is_earlier(
    revision: &LiveTaskDefinition,
    oldest: Option<Timestamp>,
    serves: &TaskDefinitionArn,
) -> bool {
    match (revision.registered_at(), oldest) {
        (Some(registered), Some(oldest)) => registered < oldest,
        (None, Some(_)) => true,
        (_, None) => revision.arn.revision() <= serves.revision(),
    }
}
