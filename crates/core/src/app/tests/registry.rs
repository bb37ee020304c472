//! Tests of what a deploy reads from a model registry and writes to it.

use super::super::model_version::GateOverrides;
use super::super::testing::{Stand, manifest_of, options};
use crate::app::deploy::DeployOptions;
use crate::cloud::fake::{FakeRegistry, World};
use crate::plan::Redeploy;
use crate::progress::{Conclusion, ExitCode, Fault, Refusal};
use mlship_manifest::Manifest;

/// A stand-in with a registry of two versions, of which the alias names the second.
fn stand(auc: f64) -> (Stand, FakeRegistry) {
    stand_in(World::serving(), auc)
}

fn stand_in(world: World, auc: f64) -> (Stand, FakeRegistry) {
    let stand = Stand::new(world);
    let registry = FakeRegistry::default().with("1", 0.9).with("2", auc);
    registry.name("challenger", "2");
    stand.cloud.registry.replace(Some(registry.clone()));
    (stand, registry)
}

fn challenger(more: &str) -> Manifest {
    manifest_of(
        &format!("{{ name: m, ref: \"models:/m@challenger\"{more} }}"),
        "x",
    )
}

#[tokio::test(start_paused = true)]
async fn the_registry_is_told_once_the_release_has_succeeded() {
    let (stand, registry) = stand(0.95);
    stand.succeed_after(20);
    let manifest = challenger(", promoteAlias: champion");
    let (result, _) = stand.deploy_with(&manifest, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded, "{result:?}");
    assert_eq!(result.release.unwrap().version, "2");
    assert_eq!(registry.named("champion").as_deref(), Some("2"));
    let told = [("2".to_owned(), "succeeded".to_owned())];
    assert_eq!(registry.outcomes(), told);
}

#[tokio::test(start_paused = true)]
async fn a_release_that_failed_is_told_and_promotes_nothing() {
    let (stand, registry) = stand(0.95);
    stand.fail_after(20);
    let manifest = challenger(", promoteAlias: champion");
    let (result, _) = stand.deploy_with(&manifest, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::RolledBack);
    assert_eq!(registry.named("champion"), None);
    let told = [("2".to_owned(), "rolled_back".to_owned())];
    assert_eq!(registry.outcomes(), told);
}

#[tokio::test(start_paused = true)]
async fn neither_a_first_release_that_fails_nor_a_superseded_one_gets_the_alias() {
    let manifest = challenger(", promoteAlias: champion");
    let stop: fn(&mut World) = |world| world.end("STOPPED", "FAILED");
    for (world, turn, ends) in [
        (World::default(), stop, Conclusion::Failed),
        (World::serving(), World::supersede, Conclusion::Superseded),
    ] {
        let (stand, registry) = stand_in(world, 0.95);
        stand.cloud.after(20, turn);
        let (result, _) = stand.deploy_with(&manifest, &options()).await;
        assert_eq!(result.conclusion(), ends, "{result:?}");
        assert_eq!(registry.named("champion"), None);
        let told = [("2".to_owned(), ends.word().to_owned())];
        assert_eq!(registry.outcomes(), told);
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_that_served_before_it_had_a_reference_is_promoted() {
    let (stand, registry) = stand(0.95);
    stand.succeed_after(20);
    let before = manifest_of("{ name: m, version: \"2\" }", "x");
    stand.deploy_with(&before, &options()).await;
    let after = challenger(", promoteAlias: champion");
    let (result, _) = stand.deploy_with(&after, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Unchanged, "{result:?}");
    let told = result.registry.unwrap();
    assert_eq!(told.alias.unwrap().after, "2");
    assert_eq!(registry.named("champion").as_deref(), Some("2"));
}

#[tokio::test(start_paused = true)]
async fn what_serves_is_not_refused_for_growing_worse() {
    let (stand, registry) = stand(0.95);
    stand.succeed_after(20);
    let gated = challenger(", require: { tags: { bias: checked } }");
    let bias = |value: &str| {
        let value = value.to_owned();
        registry.change("2", |version| {
            version.tags.insert("bias".to_owned(), value);
        });
    };
    bias("checked");
    let (result, _) = stand.deploy_with(&gated, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded, "{result:?}");
    bias("disputed");
    let (result, _) = stand.deploy_with(&gated, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Unchanged, "{result:?}");
    let force = DeployOptions {
        redeploy: Redeploy::Always,
        ..options()
    };
    let (result, _) = stand.deploy_with(&gated, &force).await;
    let refused = Conclusion::Refused(Refusal::Check);
    assert_eq!(result.conclusion(), refused, "{result:?}");
}

#[tokio::test(start_paused = true)]
async fn weights_behind_the_server_cannot_be_downloaded_by_a_task() {
    let (stand, registry) = stand(0.95);
    registry.change("2", |version| {
        version.artifact_uri = Some("mlflow-artifacts:/2/models/m/artifacts".to_owned());
    });
    let artifact = |more: &str| {
        let delivery = "delivery: s3-init, mountPath: /opt/model";
        challenger(&format!(", artifact: {{ {delivery}{more} }}"))
    };
    let (result, heard) = stand.deploy_with(&artifact(""), &options()).await;
    let refused = Conclusion::Refused(Refusal::Check);
    assert_eq!(result.conclusion(), refused);
    assert_eq!(heard.findings, ["weights-out-of-reach"]);
    assert_eq!(stand.cloud.count("RegisterTaskDefinition"), 0);
    stand.succeed_after(20);
    let elsewhere = artifact(", uri: s3://models/8/");
    let (result, _) = stand.deploy_with(&elsewhere, &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded, "{result:?}");
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_is_down_stops_a_deploy_before_it_begins() {
    let (stand, registry) = stand(0.95);
    registry.is_down(true);
    let (result, _) = stand.deploy_with(&challenger(""), &options()).await;
    let unreachable = Conclusion::Error(Fault::Unreachable);
    assert_eq!(result.conclusion(), unreachable);
    assert_eq!(stand.cloud.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_registry_that_goes_down_changes_no_verdict() {
    let (stand, registry) = stand(0.95);
    stand.succeed_after(20);
    let goes = registry.clone();
    stand.cloud.after_now(20, move |_| goes.is_down(true));
    let (result, _) = stand.deploy_with(&challenger(""), &options()).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    assert_eq!(result.exit_code(), ExitCode::Done);
    let told = result.registry.unwrap();
    assert!(told.error.is_some());
    assert_eq!(told.retry.as_deref(), Some("mlship watch m.yaml --record"));
}

#[tokio::test(start_paused = true)]
async fn a_gate_that_does_not_hold_refuses_before_anything_is_written() {
    let (stand, registry) = stand(0.7);
    let gate = ", require: { metrics: { auc: { min: 0.8 } } }";
    let (result, heard) = stand.deploy_with(&challenger(gate), &options()).await;
    let refused = Conclusion::Refused(Refusal::Check);
    assert_eq!(result.conclusion(), refused);
    assert_eq!(heard.findings, ["gate-failed"]);
    assert!(result.previous.is_some(), "what goes on serving is told");
    assert_eq!(stand.cloud.count("RegisterTaskDefinition"), 0);
    assert!(registry.outcomes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_overridden_gate_is_kept_with_the_release() {
    let (stand, _) = stand(0.7);
    stand.succeed_after(20);
    let gate = ", require: { metrics: { auc: { min: 0.8 } } }";
    let overridden = DeployOptions {
        overrides: GateOverrides {
            gates: vec!["auc".to_owned()],
            reason: Some("incident 42".to_owned()),
        },
        ..options()
    };
    let (result, _) = stand.deploy_with(&challenger(gate), &overridden).await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    let origin = result.origin.unwrap();
    assert_eq!(origin.overridden["metrics.auc"], "incident 42");
}
