//! Releases that no deployment on record tells of any more: ECS keeps those for 90 days, and
//! revisions for good.

use super::deployments::Deployments;
use super::target::Target;
use crate::cloud::{Answer, Cloud};
use crate::plan::has_succeeded;
use crate::release::ids::{ServiceId, TaskDefinitionArn};
use crate::release::{LiveTaskDefinition, VERSION};

/// How many revisions are looked at, a request each.
const MOST: usize = 50;

/// Returns the newest release before what serves whose revision says that it succeeded.
pub(super) async fn before_what_serves<C: Cloud>(
    cloud: &C,
    id: &ServiceId,
    deployments: &Deployments,
) -> Answer<Option<Target>> {
    let timeline = deployments.timeline();
    if timeline.running().is_some() || deployments.service.running().is_some() {
        return Ok(None);
    }
    let stated = &deployments.service.task_definition;
    let serving = timeline.serves().map(|serves| &serves.task_definition);
    let serving = serving.unwrap_or(stated);
    let serving = timeline.release_of(serving);
    let is_earlier = |arn: &TaskDefinitionArn| arn.revision() < serving.revision();
    let succeeded = |live: &LiveTaskDefinition| has_succeeded(&live.tags, id);
    find(cloud, deployments, is_earlier, succeeded).await
}

/// Returns the newest release of a version that succeeded by its revision's tags, or else the
/// newest whose tags don't say.
pub(super) async fn of_version<C: Cloud>(
    cloud: &C,
    id: &ServiceId,
    deployments: &Deployments,
    version: &str,
) -> Answer<Option<Target>> {
    let is_it =
        |live: &LiveTaskDefinition| live.tags.get(VERSION).map(String::as_str) == Some(version);
    let succeeded = |live: &LiveTaskDefinition| is_it(live) && has_succeeded(&live.tags, id);
    match find(cloud, deployments, |_| true, succeeded).await? {
        Some(found) => Ok(Some(found)),
        None => find(cloud, deployments, |_| true, is_it).await,
    }
}

async fn find<C: Cloud>(
    cloud: &C,
    deployments: &Deployments,
    is_candidate: impl Fn(&TaskDefinitionArn) -> bool,
    is_wanted: impl Fn(&LiveTaskDefinition) -> bool,
) -> Answer<Option<Target>> {
    let family = deployments.service.task_definition.family();
    let arns = cloud.revisions_of_family(family, MOST).await?;
    // Of what is on record the timeline knows more than any tag.
    let of_tags = arns.iter().filter(|arn| !deployments.is_on_record(arn));
    for arn in of_tags.filter(|arn| is_candidate(arn)) {
        let found = cloud.task_definition(arn.as_str()).await?;
        if let Some(task_definition) = found.filter(&is_wanted) {
            return Ok(Some(Target {
                task_definition,
                revision: None,
            }));
        }
    }
    Ok(None)
}
