//! Why a deployment failed is told alike by every command.

use super::super::testing::Stand;
use super::abort::abort;
use crate::app::history::history;
use crate::app::status::status;
use crate::cloud::fake::{FakeCloud, Fault, World};
use crate::progress::{Cause, Conclusion};

const SECOND: &str = "arn:aws:ecs:us-east-1:111122223333:task-definition/m:2";

async fn causes(stand: &Stand) -> [Option<Cause>; 3] {
    let told = history(&stand.cloud, &FakeCloud::id(), 20).await.unwrap();
    let seen = status(&stand.cloud, &FakeCloud::id()).await.unwrap();
    let watched = stand.watch().await;
    [
        told.entries[0].cause,
        seen.last_deployment.unwrap().cause,
        watched.failure.map(|failure| failure.cause),
    ]
}

/// The second release crashes after it ran.
async fn crashing() -> Stand {
    let stand = Stand::serving();
    stand.rolling_out("2").await;
    stand.cloud.after_now(0, |world| {
        world.logs.run("a", SECOND);
        world.logs.stop("a", "Essential container in task exited");
        world.crash_task();
    });
    stand
}

#[tokio::test(start_paused = true)]
async fn after_an_abort_all_name_what_its_tasks_died_of() {
    let stand = crashing().await;
    stand.cloud.after_now(30, World::finish_rollback);
    assert_eq!(abort(&stand).await.conclusion(), Conclusion::Returned);
    assert_eq!(causes(&stand).await, [Some(Cause::ContainerExited); 3]);
    // An hour later.
    stand.cloud.after_now(0, |world| {
        world.logs.tasks.clear();
        world.stopped.clear();
    });
    assert_eq!(causes(&stand).await, [Some(Cause::ContainerExited); 3]);
}

#[tokio::test(start_paused = true)]
async fn what_the_run_kept_stands_for_who_may_not_see_tasks() {
    let stand = crashing().await;
    stand.cloud.after_now(0, World::stop);
    stand.cloud.after_now(0, World::finish_rollback);
    stand.cloud.after_now(0, |world| {
        let kept = ("mlship:failure".to_owned(), "out_of_memory".to_owned());
        world.change_tags(SECOND, |tags| tags.extend([kept]));
    });
    for fault in [None, Some(Fault::Denied)] {
        stand.cloud.fail_always("ListTasks", fault);
        assert_eq!(causes(&stand).await, [Some(Cause::OutOfMemory); 3]);
    }
}

#[tokio::test(start_paused = true)]
async fn where_nothing_died_somebody_stopped_it() {
    let stand = Stand::serving();
    stand.rolling_out("2").await;
    stand.cloud.after_now(0, World::stop);
    stand.cloud.after_now(0, World::finish_rollback);
    assert_eq!(causes(&stand).await, [Some(Cause::StoppedBySomeone); 3]);
}

#[tokio::test(start_paused = true)]
async fn while_ecs_goes_back_that_is_said_with_the_cause() {
    let stand = crashing().await;
    stand.cloud.after_now(0, |world| world.roll_back("FAILED"));
    let told = history(&stand.cloud, &FakeCloud::id(), 20).await.unwrap();
    assert!(told.entries[0].going_back);
    assert_eq!(told.entries[0].cause, Some(Cause::ContainerExited));
    let seen = status(&stand.cloud, &FakeCloud::id()).await.unwrap();
    let newest = seen.last_deployment.unwrap();
    assert!(newest.going_back);
    assert_eq!(newest.cause, Some(Cause::ContainerExited));
    assert!(seen.deployment.unwrap().going_back);
}
