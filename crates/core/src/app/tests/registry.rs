//! Tests of what a deploy reads from a model registry and writes to it.

use super::super::model_version::GateOverrides;
use super::super::testing::{Stand, manifest_of, options};
use crate::app::deploy::DeployOptions;
use crate::cloud::fake::FakeRegistry;
use crate::progress::{Conclusion, ExitCode, Fault, Refusal};
use mlship_manifest::Manifest;

/// A stand-in with a registry of two versions, of which the alias names the second.
fn stand(auc: f64) -> (Stand, FakeRegistry) {
    let stand = Stand::serving();
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
