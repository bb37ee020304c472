//! Where the tasks of a service's revisions are, and which of its groups have none that answer:
//! asked of AWS in one way by whoever looks at its traffic.

use std::collections::BTreeSet;

use super::{Answer, Balancing, Ecs};
use crate::release::Wiring;
use crate::release::ids::{ServiceRevisionArn, TargetGroupArn};

/// Returns the groups of a pair that have no healthy target; one that is gone has none.
///
/// # Errors
/// When AWS gives no answer for one of them.
pub async fn empty_groups<C: Balancing>(
    cloud: &C,
    wiring: &Wiring,
) -> Answer<BTreeSet<TargetGroupArn>> {
    let [first, second] = &wiring.groups;
    let (of_first, of_second) = tokio::join!(is_empty(cloud, first), is_empty(cloud, second));
    let both = [(first, of_first?), (second, of_second?)];
    let empty = both.into_iter().filter(|(_, is_empty)| *is_empty);
    Ok(empty.map(|(group, _)| group.clone()).collect())
}

async fn is_empty<C: Balancing>(cloud: &C, group: &TargetGroupArn) -> Answer<bool> {
    match cloud.target_health(group).await {
        // That it is gone is told by whoever looks for what a release leans on.
        Err(error) if error.code.as_deref() == Some("TargetGroupNotFound") => Ok(true),
        health => Ok(health?.healthy == 0),
    }
}

/// Returns the group of a pair that the tasks of a revision are in. ECS may say so late.
///
/// # Errors
/// When AWS gives no answer.
pub async fn group_of_revision<C: Ecs>(
    cloud: &C,
    revision: &ServiceRevisionArn,
    wiring: &Wiring,
) -> Answer<Option<TargetGroupArn>> {
    let found = cloud
        .service_revisions(std::slice::from_ref(revision))
        .await?;
    Ok(found.first().and_then(|found| found.group_of(wiring)))
}
