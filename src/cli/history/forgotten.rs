//! The revisions that deployments left which ECS has forgotten: it keeps those for 90 days, and
//! revisions, with their tags, for good.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::Known;
use mlship_core::cloud::{Answer, Cloud};
use mlship_core::release::ids::TaskDefinitionArn;
use mlship_core::release::{LiveService, LiveTaskDefinition, ServiceDeployment};

/// How many revisions are looked past that a listed deployment brought, or none ever did.
const OTHERS: usize = 50;
/// A service's first deployment is made with it.
const IN_ONE_GO: SignedDuration = SignedDuration::from_mins(1);

/// Returns revisions of the serving family from before the oldest deployment that is listed,
/// newest first.
pub(super) async fn forgotten<C: Cloud>(
    known: &mut Known<'_, C>,
    live: &LiveService,
    listed: &[ServiceDeployment],
    most: usize,
) -> Answer<Vec<LiveTaskDefinition>> {
    let oldest = listed.iter().filter_map(|one| one.created_at).min();
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
        found.extend(revision.filter(|one| is_earlier(one, oldest, &live.task_definition)));
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::entries;
    use mlship_core::cloud::fake::{FakeCloud, World, object};

    /// Deploys six releases; deployments of as many as said are forgotten.
    fn world(forgotten: usize) -> World {
        let mut world = World::default();
        let register = |version: u32, world: &mut World| {
            let at = world.time(i64::from(version) * 86_400);
            let tags = json!([{"key": "mlship:version", "value": version.to_string()}]);
            let document = json!({"family": "m", "tags": tags,
                "registeredAt": at.as_second() - 5});
            (world.register(&object(document)), at)
        };
        for version in 1..=6 {
            let (arn, at) = register(version, &mut world);
            let brings = object(json!({"taskDefinition": arn}));
            if version == 1 {
                world.create(&brings);
                let made = json!(at.as_second());
                let service = world.service.as_mut().unwrap();
                service.document.insert("createdAt".to_owned(), made);
            } else {
                world.update(&brings);
            }
            world.end("SUCCESSFUL", "COMPLETED");
            world.deployments[0].created_at = Some(at);
        }
        world.deployments.truncate(6 - forgotten);
        world
    }

    async fn told(cloud: &FakeCloud, limit: usize) -> String {
        let entries = entries(cloud, &FakeCloud::id(), limit).await.unwrap();
        let words = entries.iter().map(|entry| {
            let version = entry.version.as_deref().unwrap_or("-");
            let outcome = entry.outcome.map_or("-", |outcome| outcome.words());
            format!("{version} {outcome}")
        });
        words.collect::<Vec<_>>().join(", ")
    }

    #[tokio::test(start_paused = true)]
    async fn what_ecs_has_forgotten_is_told_by_the_tags_of_revisions() {
        let cloud = FakeCloud::new(world(3));
        let all = "6 succeeded, 5 succeeded, 4 succeeded, 3 -, 2 -, 1 -";
        assert_eq!(told(&cloud, 20).await, all);
        assert_eq!(
            told(&cloud, 4).await,
            "6 succeeded, 5 succeeded, 4 succeeded, 3 -"
        );
        let cloud = FakeCloud::new(world(6));
        assert_eq!(told(&cloud, 20).await, "6 -, 5 -, 4 -, 3 -, 2 -, 1 -");
    }

    #[tokio::test(start_paused = true)]
    async fn a_whole_history_costs_no_search_for_more() {
        let cloud = FakeCloud::new(world(0));
        assert_eq!(told(&cloud, 20).await.matches("succeeded").count(), 6);
        assert_eq!(cloud.count("ListTaskDefinitions"), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn an_old_release_that_came_back_hides_none_between() {
        let mut world = world(4);
        let first = world.task_definitions[0].arn.clone();
        world.update(&object(json!({"taskDefinition": first})));
        world.end("SUCCESSFUL", "COMPLETED");
        world.deployments[0].created_at = Some(world.time(7 * 86_400));
        let cloud = FakeCloud::new(world);
        let all = "1 succeeded, 6 succeeded, 5 succeeded, 4 -, 3 -, 2 -";
        assert_eq!(told(&cloud, 20).await, all);
    }

    #[tokio::test(start_paused = true)]
    async fn a_revision_that_was_never_deployed_is_no_deployment() {
        let mut world = world(3);
        let at = world.time(5 * 86_400 + 60).as_second();
        world.register(&object(json!({"family": "m", "registeredAt": at})));
        let cloud = FakeCloud::new(world);
        let all = "6 succeeded, 5 succeeded, 4 succeeded, 3 -, 2 -, 1 -";
        assert_eq!(told(&cloud, 20).await, all);
    }
}
