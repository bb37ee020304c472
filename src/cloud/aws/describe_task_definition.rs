//! `DescribeTaskDefinition`, with its tags.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::TaskDefinitionField;

use super::call::read;
use super::wire;
use crate::cloud::{Answer, ErrorKind};
use crate::release::ids::TaskDefinitionArn;
use crate::release::{LiveTaskDefinition, tags_of};

pub(super) async fn task_definition(
    client: &Client,
    name: &str,
) -> Answer<Option<LiveTaskDefinition>> {
    let request = client
        .describe_task_definition()
        .task_definition(name)
        .include(TaskDefinitionField::Tags);
    let answer = match read("DescribeTaskDefinition", request.send()).await {
        Ok(answer) => answer,
        Err(error)
            if error.kind == ErrorKind::Rejected
                && error
                    .message
                    .starts_with("Unable to describe task definition") =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let tags = wire::document(&answer).remove("tags").unwrap_or_default();
    Ok(answer.task_definition().map(|found| LiveTaskDefinition {
        arn: TaskDefinitionArn::new(found.task_definition_arn().unwrap_or_default()),
        document: wire::document(found),
        tags: tags_of(&tags),
    }))
}
