//! Services that are somebody else's to deploy: every command says whose they are.

use serde_json::json;

use super::super::history::history;
use super::super::status::status;
use super::super::testing::options;
use super::super::testing::{Stand, manifest};
use super::rollback;
use crate::cloud::fake::{FakeCloud, World};
use crate::progress::{Conclusion, Refusal};

fn of_others() -> [(&'static str, serde_json::Value, &'static str); 5] {
    [
        (
            "deploymentController",
            json!({"type": "CODE_DEPLOY"}),
            "AWS CodeDeploy",
        ),
        (
            "deploymentController",
            json!({"type": "EXTERNAL"}),
            "external",
        ),
        ("schedulingStrategy", json!("DAEMON"), "daemon"),
        ("resourceManagementType", json!("ECS"), "ECS Express"),
        (
            "deploymentConfiguration",
            json!({"strategy": "SHADOW"}),
            "SHADOW",
        ),
    ]
}

fn stand(field: &str, value: &serde_json::Value) -> Stand {
    let mut world = World::serving();
    let service = world.service.as_mut().unwrap();
    service.document.insert(field.to_owned(), value.clone());
    Stand::new(world)
}

#[tokio::test(start_paused = true)]
async fn nothing_is_registered_for_them() {
    for (field, value, _) in of_others() {
        let stand = stand(field, &value);
        let (result, _) = stand.deploy_with(&manifest("2"), &options()).await;
        assert_eq!(
            result.conclusion(),
            Conclusion::Refused(Refusal::Check),
            "{value}"
        );
        assert_eq!(stand.cloud.count("RegisterTaskDefinition"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn who_watches_or_goes_back_is_told_whose_they_are() {
    for (field, value, whose) in of_others() {
        let stand = stand(field, &value);
        for result in [
            stand.watch().await,
            rollback::roll_back(&stand, &rollback::options()).await,
        ] {
            assert_eq!(
                result.conclusion(),
                Conclusion::Refused(Refusal::Check),
                "{value}"
            );
            let error = result.error.unwrap();
            assert!(error.contains(whose), "{error}");
            assert!(result.hint.is_some());
        }
        assert_eq!(stand.cloud.count("UpdateService"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn who_only_looks_sees_them_and_whose_they_are() {
    for (field, value, whose) in of_others() {
        let stand = stand(field, &value);
        let seen = status(&stand.cloud, &FakeCloud::id()).await.unwrap();
        assert!(seen.note.unwrap().contains(whose));
        assert!(seen.release.is_some());
        let told = history(&stand.cloud, &FakeCloud::id(), 5).await.unwrap();
        assert!(told.note.unwrap().contains(whose));
    }
}
