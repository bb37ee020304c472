//! `ListTasks`: which tasks a service has.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::DesiredStatus;

use super::call::{ask, pages};
use super::lacks::member;
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::Wanted;
use mlship_core::release::ids::{ServiceId, TaskArn};

pub(super) async fn of_service(
    client: &Client,
    service: &ServiceId,
    wanted: Wanted,
) -> Answer<Vec<TaskArn>> {
    let desired = match wanted {
        Wanted::Running => DesiredStatus::Running,
        Wanted::Stopped => DesiredStatus::Stopped,
    };
    pages(Operation::ListTasks, usize::MAX, async |token| {
        let request = || {
            client
                .list_tasks()
                .cluster(service.cluster.as_str())
                .service_name(service.name.as_str())
                .desired_status(desired.clone())
                .set_next_token(token.clone())
                .send()
        };
        ask(Operation::ListTasks, request, |answer| {
            let arns = member(answer.task_arns, "taskArns")?.into_iter();
            Ok((arns.map(TaskArn::new).collect(), answer.next_token))
        })
        .await
    })
    .await
}
