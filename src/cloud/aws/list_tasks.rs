//! `ListTasks`: which tasks a service has.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::DesiredStatus;

use super::call::read;
use crate::cloud::Answer;
use crate::release::Wanted;
use crate::release::ids::{ServiceId, TaskArn};

pub(super) async fn of_service(
    client: &Client,
    service: &ServiceId,
    wanted: Wanted,
) -> Answer<Vec<TaskArn>> {
    let desired = match wanted {
        Wanted::Running => DesiredStatus::Running,
        Wanted::Stopped => DesiredStatus::Stopped,
    };
    let mut found = Vec::new();
    let mut token = None;
    loop {
        let request = client
            .list_tasks()
            .cluster(service.cluster.as_str())
            .service_name(service.name.as_str())
            .desired_status(desired.clone())
            .set_next_token(token);
        let answer = read("ListTasks", request.send()).await?;
        found.extend(answer.task_arns().iter().map(TaskArn::new));
        token = answer.next_token;
        if token.is_none() {
            return Ok(found);
        }
    }
}
