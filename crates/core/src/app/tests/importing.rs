//! Manifests of services that run.

use serde_json::json;

use super::super::importing::{ImportError, import_service};
use super::super::testing::Stand;
use crate::cloud::Identity;
use crate::cloud::fake::{FakeCloud, Fault, World};
use crate::import::Imported;
use crate::progress::ExitCode;
use crate::release::ServiceDeploymentStatus;

async fn import(stand: &Stand) -> Result<Imported, ImportError> {
    let caller = stand.cloud.caller().await.unwrap();
    import_service(&stand.cloud, &caller, &FakeCloud::id(), None, &|examined| {
        examined
    })
    .await
}

/// A service whose task definition has all that ECS asks for.
async fn released() -> Stand {
    let stand = Stand::serving();
    stand.released("2").await;
    stand
}

#[tokio::test(start_paused = true)]
async fn nothing_is_written_for_it() {
    let stand = released().await;
    let before = stand.cloud.count("UpdateService");
    let imported = import(&stand).await.unwrap();
    assert!(
        imported.manifest.contains("image: m:2"),
        "{}",
        imported.manifest
    );
    assert_eq!(imported.notes, Vec::<String>::new());
    assert_eq!(stand.cloud.count("UpdateService"), before);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_not_there_is_missing() {
    let stand = Stand::new(World::default());
    let error = import(&stand).await.unwrap_err();
    assert_eq!(error.conclusion().exit_code(), ExitCode::SaidNo);
}

#[tokio::test(start_paused = true)]
async fn one_that_others_deploy_is_refused() {
    let stand = released().await;
    stand.cloud.after_now(0, |world| {
        let service = world.service.as_mut().unwrap();
        let controller = json!({"type": "CODE_DEPLOY"});
        service
            .document
            .insert("deploymentController".to_owned(), controller);
    });
    let error = import(&stand).await.unwrap_err();
    assert_eq!(error.conclusion().exit_code(), ExitCode::Refused);
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_asked_is_left_out_and_told() {
    let stand = released().await;
    stand
        .cloud
        .fail_always("DescribeScalableTargets", Some(Fault::Denied));
    let imported = import(&stand).await.unwrap();
    assert!(
        imported.notes[0].contains("autoscaling could not be read"),
        "{:?}",
        imported.notes
    );
}

/// The service states the revision that leaves, until it has left.
#[tokio::test(start_paused = true)]
async fn what_is_being_taken_back_is_not_imported() {
    let stand = released().await;
    stand.begin("3").await;
    let imported = import(&stand).await.unwrap();
    assert!(imported.notes[0].contains("under way"));
    stand.cloud.after_now(0, |world| {
        world.deployments[0].status = ServiceDeploymentStatus::StopRequested;
    });
    let error = import(&stand).await.unwrap_err();
    assert_eq!(error.conclusion().exit_code(), ExitCode::Refused);
}
