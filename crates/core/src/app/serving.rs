//! Finds what a service serves after ECS rolled a deployment back.

use crate::app::ResultRecord;
use crate::cloud::{Answer, Cloud};
use crate::plan::Previous;
use crate::progress::Conclusion;
use crate::release::ids::ServiceId;

/// Says of a deployment that was rolled back what serves now.
///
/// What the service stated when the deployment began may be what it brings, or a release that never
/// succeeded and was superseded or got stuck: ECS goes back past all of these. Where nobody can
/// tell, nothing is claimed.
pub async fn refresh_previous(cloud: &impl Cloud, service: &ServiceId, result: &mut ResultRecord) {
    if result.conclusion() == Conclusion::RolledBack {
        let before = result.previous.take();
        result.previous = now_serving(cloud, service, before)
            .await
            .unwrap_or_default();
    }
}

async fn now_serving(
    cloud: &impl Cloud,
    service: &ServiceId,
    before: Option<Previous>,
) -> Answer<Option<Previous>> {
    let live = cloud.service(service).await?;
    let primary = live.as_ref().and_then(|live| live.primary());
    // Whatever somebody has begun since does not serve yet.
    let completed = primary.filter(|primary| primary.rollout_state.as_deref() == Some("COMPLETED"));
    let Some(serving) = completed else {
        return Ok(None);
    };
    if before
        .as_ref()
        .is_some_and(|previous| previous.task_definition == serving.task_definition)
    {
        return Ok(before);
    }
    let found = cloud
        .task_definition(serving.task_definition.as_str())
        .await?;
    Ok(found.as_ref().map(Previous::of))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::fake::{FakeCloud, World, object};

    /// The second release was rolled back; what was planned says what serves.
    async fn back_on(world: World, planned: &str) -> Option<String> {
        let before = world.task_definition(planned).as_ref().map(Previous::of);
        let cloud = FakeCloud::new(world);
        let mut result = ResultRecord::new(&FakeCloud::id(), Conclusion::RolledBack);
        result.previous = before;
        refresh_previous(&cloud, &FakeCloud::id(), &mut result).await;
        result
            .previous
            .map(|previous| previous.task_definition.short().to_owned())
    }

    fn rolled_back() -> World {
        let mut world = World::serving();
        let arn = world.register(&object(json!({"family": "m"})));
        world.update(&object(json!({"taskDefinition": arn})));
        world.roll_back("FAILED");
        world.finish_rollback();
        world
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_attached_to_does_not_serve_after_its_rollback() {
        assert_eq!(back_on(rolled_back(), "m:2").await.as_deref(), Some("m:1"));
        assert_eq!(back_on(rolled_back(), "m:1").await.as_deref(), Some("m:1"));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_on_its_way_by_now_does_not_serve() {
        let mut world = rolled_back();
        let arn = world.register(&object(json!({"family": "m"})));
        world.update(&object(json!({"taskDefinition": arn})));
        assert_eq!(back_on(world, "m:1").await, None);
    }
}
