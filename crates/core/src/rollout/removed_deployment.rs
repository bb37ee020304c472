//! Finds the `deployments` entry of a service deployment after its rollback ended: ECS removes it
//! from the list, and only its tasks still name it.

use jiff::{SignedDuration, Timestamp};

use crate::cloud::{Answer, Cloud};
use crate::release::ids::{DeploymentId, ServiceId, TaskDefinitionArn};
use crate::release::{DesiredStatus, LiveService, LiveTask, ServiceDeployment};

/// What one request for tasks takes.
const AT_ONCE: usize = 100;
/// How many requests a diagnosis is worth.
const REQUESTS: usize = 5;
/// ECS writes the two records of one call almost at once.
const IN_ONE_GO: SignedDuration = SignedDuration::from_secs(5);

/// Returns the entry that belonged to a service deployment, by the tasks that it left behind;
/// nothing once ECS has forgotten those.
///
/// # Errors
/// When tasks cannot be listed or described.
pub async fn removed_deployment<C: Cloud>(
    cloud: &C,
    service: (&ServiceId, &LiveService),
    deployment: &ServiceDeployment,
    task_definition: &TaskDefinitionArn,
) -> Answer<Option<DeploymentId>> {
    let (id, live) = service;
    let listed = cloud.service_tasks(id, DesiredStatus::Stopped).await?;
    for some in listed.chunks(AT_ONCE).take(REQUESTS) {
        let tasks = cloud.tasks(&id.cluster, some).await?;
        let left = |task: &LiveTask| {
            let by = task.started_by.clone()?;
            let is_ours = task.task_definition_arn == *task_definition
                && live.deployment(&by).is_none()
                && was_made_during(task, deployment);
            is_ours.then_some(by)
        };
        if let Some(found) = tasks.iter().find_map(left) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Tells two deployments of one task definition apart.
fn was_made_during(task: &LiveTask, deployment: &ServiceDeployment) -> bool {
    let within = |made: Timestamp| {
        let began = deployment
            .created_at
            .is_none_or(|at| made.duration_since(at) >= -IN_ONE_GO);
        began && deployment.finished_at.is_none_or(|at| made <= at)
    };
    task.created_at.is_some_and(within)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::cloud::fake::{FakeCloud, World, object};

    /// A service whose third deployment, of the second release again, was rolled back.
    fn world(tasks: &[Value]) -> World {
        let mut world = World::serving();
        let arn = world.register(&object(json!({"family": "m"})));
        for _ in 0..2 {
            world.update(&object(json!({"taskDefinition": arn})));
            world.roll_back("FAILED");
            world.finish_rollback();
        }
        world.deployments[0].created_at = Some(Timestamp::from_second(1000).unwrap());
        world.deployments[0].finished_at = Some(Timestamp::from_second(1200).unwrap());
        for (number, task) in tasks.iter().enumerate() {
            let mut task = task.clone();
            task["taskArn"] = json!(format!("arn:aws:ecs:x:1:task/ml/{number}"));
            task["lastStatus"] = json!("STOPPED");
            world.logs.tasks.push(LiveTask::read(object(task)).unwrap());
        }
        world
    }

    fn task(by: &str, revision: u32, created: u32) -> Value {
        let definition = format!("arn:aws:ecs:us-east-1:111122223333:task-definition/m:{revision}");
        json!({"startedBy": by, "taskDefinitionArn": definition, "createdAt": created})
    }

    async fn check(tasks: &[Value], expected: Option<&str>) {
        let world = world(tasks);
        let live = world.service.clone().unwrap();
        let deployment = world.deployments[0].clone();
        let brought = world.task_definition("m:2").unwrap().arn;
        let cloud = FakeCloud::new(world);
        let service = (&FakeCloud::id(), &live);
        let found = removed_deployment(&cloud, service, &deployment, &brought).await;
        assert_eq!(found.unwrap(), expected.map(DeploymentId::new));
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_names_the_entry_that_left() {
        check(&[task("ecs-svc/9", 2, 1010)], Some("ecs-svc/9")).await;
    }

    #[tokio::test(start_paused = true)]
    async fn another_revision_or_another_time_is_of_another_deployment() {
        let others = [
            task("ecs-svc/7", 1, 1010),
            task("ecs-svc/8", 2, 500),
            task("ecs-svc/8", 2, 1300),
        ];
        check(&others, None).await;
        let ours = task("ecs-svc/9", 2, 1199);
        check(&[&others[..], &[ours]].concat(), Some("ecs-svc/9")).await;
    }

    #[tokio::test(start_paused = true)]
    async fn an_entry_that_is_listed_still_has_not_left() {
        check(&[task("ecs-svc/1", 2, 1010)], None).await;
    }

    #[tokio::test(start_paused = true)]
    async fn among_hundreds_of_tasks_it_is_found() {
        let mut tasks = vec![task("ecs-svc/7", 1, 1010); 250];
        tasks.push(task("ecs-svc/9", 2, 1010));
        check(&tasks, Some("ecs-svc/9")).await;
    }
}
