//! Until when going back takes seconds, and that it is said which way is taken.

use jiff::Timestamp;
use serde_json::json;

use super::rollback::{options, plan_back, take_back};
use crate::app::rollback::RollbackOptions;
use crate::app::status::status;
use crate::app::testing::Stand;
use crate::app::traffic::tests::stand;
use crate::cloud::fake::{FakeCloud, World};

const A: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/blue/1";
const B: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/green/2";

fn at_noon() -> Timestamp {
    "2026-11-27T12:00:00Z".parse().unwrap()
}

fn bakes(world: &mut World) {
    world.reach("BAKE_TIME", 100.0);
    let newest = &mut world.deployments[0];
    newest.updated_at = Some(at_noon());
    let configuration = newest.deployment_configuration.as_mut().unwrap();
    configuration.insert("bakeTimeInMinutes".to_owned(), json!(10));
}

/// A second release whose last bake has begun.
async fn baking() -> Stand {
    let stand = stand(&[(A, 0), (B, 100)], Some(B));
    stand.rolling_out("2").await;
    stand.cloud.after_now(0, bakes);
    stand
}

fn dry() -> RollbackOptions {
    RollbackOptions {
        dry_run: true,
        ..options()
    }
}

#[tokio::test(start_paused = true)]
async fn during_the_last_bake_a_rollback_stops_the_deployment_and_says_until_when_that_is_instant()
{
    let said = take_back(&baking().await, &dry()).await.notes.join("; ");
    assert!(said.contains("stops the running deployment"), "{said}");
    let until = "going back takes seconds: what served before still runs until \
                 2026-11-27T12:10:00Z at the latest";
    assert!(said.contains(until), "{said}");
}

#[tokio::test(start_paused = true)]
async fn after_the_end_a_rollback_is_said_to_be_a_deployment_of_its_own() {
    let stand = stand(&[(A, 0), (B, 100)], Some(B));
    stand.released("2").await;
    let said = plan_back(&stand, &dry()).await.notes.join("; ");
    assert!(said.contains("this is a new deployment"), "{said}");
    let rolling = Stand::serving();
    rolling.released("2").await;
    let said = plan_back(&rolling, &dry()).await.notes.join("; ");
    assert!(!said.contains("a new deployment"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn the_status_of_a_service_tells_the_same_moment_during_the_bake_alone() {
    let until = async |stand: &Stand| {
        let seen = status(&stand.cloud, &FakeCloud::id()).await.unwrap();
        seen.deployment.unwrap().instant_return_until
    };
    let stand = baking().await;
    let expected = at_noon() + jiff::SignedDuration::from_mins(10);
    assert_eq!(until(&stand).await, Some(expected));
    stand
        .cloud
        .after_now(0, |world| world.reach("CLEAN_UP", 100.0));
    assert_eq!(until(&stand).await, None);
}
