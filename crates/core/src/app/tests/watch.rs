use super::super::testing::Stand;
use crate::cloud::fake::World;
use crate::progress::Conclusion;

#[tokio::test(start_paused = true)]
async fn a_deployment_that_runs_is_followed_to_its_verdict() {
    let stand = Stand::serving();
    stand.begin("2").await;
    stand.succeed_after(30);
    let result = stand.watch().await;
    assert_eq!(result.conclusion(), Conclusion::Succeeded);
    assert!(result.task_definition.unwrap().ends_with("m:2"));
}

#[tokio::test(start_paused = true)]
async fn how_the_newest_deployment_ended_is_told_later() {
    let stand = Stand::serving();
    assert_eq!(stand.watch().await.conclusion(), Conclusion::Succeeded);
    stand.fail_after(20);
    stand.deploy("2").await;
    let result = stand.watch().await;
    assert_eq!(result.release.as_ref().unwrap().version, "2");
    assert_eq!(result.conclusion(), Conclusion::RolledBack);
    assert_eq!(result.previous.unwrap().task_definition.short(), "m:1");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_not_there_is_an_error() {
    let stand = Stand::new(World::default());
    let result = stand.watch().await;
    assert_eq!(result.exit_code().number(), 20);
    let error = result.error.unwrap();
    assert!(error.contains("no active service ml/m"), "{error}");
}
