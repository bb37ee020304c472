use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::super::testing::{Stand, manifest, manifest_with};
use super::*;
use crate::cloud::Identity;
use crate::cloud::fake::{Fault, World};
use crate::plan::Effect;
use crate::release::ContainerInstance;

fn instance(status: &str, memory: u64, gpus: usize) -> ContainerInstance {
    let gpus: Vec<String> = (0..gpus).map(|gpu| gpu.to_string()).collect();
    let resources = json!([
        {"name": "CPU", "type": "INTEGER", "integerValue": 4096},
        {"name": "MEMORY", "type": "INTEGER", "integerValue": memory},
        {"name": "GPU", "type": "STRINGSET", "stringSetValue": gpus},
    ]);
    let instance = json!({"status": status, "agentConnected": true,
        "registeredResources": resources, "remainingResources": resources});
    serde_json::from_value(instance).unwrap()
}

/// Returns what is warned of two services of two tasks each, of 512 MiB.
async fn warned(
    instances: Vec<ContainerInstance>,
    more: &str,
    fault: Option<Fault>,
) -> Vec<String> {
    let mut world = World::default();
    world.instances = instances;
    let stand = Stand::new(world);
    stand.cloud.fail_always("ListContainerInstances", fault);
    let manifest = manifest_with("2", more);
    let caller = stand.cloud.caller().await.unwrap();
    let context = stand.context();
    let overrides = GateOverrides::default();
    let manifests = [&manifest, &manifest];
    let releases = manifests.map(|manifest| ToPreview {
        manifest,
        way: Ok((&context, &caller)),
    });
    let plans = previews(&releases, Redeploy::default(), &overrides).await;
    let plans: Vec<Plan> = plans.into_iter().map(Result::unwrap).collect();
    let planned: Vec<(&Manifest, &Plan)> = manifests.into_iter().zip(&plans).collect();
    overfull(&context, &planned).await
}

const ON_INSTANCES: &str = "overrides: { service: { launchType: EC2 } }";

#[tokio::test(start_paused = true)]
async fn tasks_that_a_cluster_can_not_hold_are_warned_of_once() {
    let told = warned(vec![instance("ACTIVE", 2000, 0)], ON_INSTANCES, None).await;
    assert_eq!(
        told,
        [
            "cluster ml can't hold the 4 tasks of 2 services: together they ask for 2048 MiB of \
          memory, and its 1 container instance that takes tasks has 2000"
        ]
    );
    let draining = vec![instance("DRAINING", 64_000, 0)];
    assert_eq!(warned(draining, ON_INSTANCES, None).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_fits_and_what_is_not_known_is_not_warned_of() {
    let fits = vec![instance("ACTIVE", 1024, 0), instance("ACTIVE", 1024, 0)];
    assert!(warned(fits, ON_INSTANCES, None).await.is_empty());
    let denied = Some(Fault::Denied);
    assert!(warned(Vec::new(), ON_INSTANCES, denied).await.is_empty());
    assert!(warned(Vec::new(), "", None).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn many_releases_are_planned_as_soon_as_one_and_in_their_order() {
    let stand = Stand::serving();
    stand.cloud.latency.set(Duration::from_millis(40));
    let caller = stand.cloud.caller().await.unwrap();
    let versions: Vec<Manifest> = (0..50)
        .map(|version| manifest(&version.to_string()))
        .collect();
    let mut took = Vec::new();
    for count in [1, 50] {
        let start = Instant::now();
        let (context, overrides) = (stand.context(), GateOverrides::default());
        let releases = versions.iter().take(count).map(|manifest| ToPreview {
            manifest,
            way: Ok((&context, &caller)),
        });
        let releases: Vec<_> = releases.collect();
        let plans = previews(&releases, Redeploy::default(), &overrides).await;
        for (number, plan) in plans.iter().enumerate() {
            let plan = plan.as_ref().unwrap();
            assert_eq!(plan.model.version, number.to_string());
            assert_eq!((plan.effect, plan.tasks), (Effect::ReplaceTasks, 2));
        }
        took.push(start.elapsed());
    }
    assert_eq!(took[0], took[1]);
}
