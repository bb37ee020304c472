//! `ListTaskDefinitions`: the newest revisions of a family.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::SortOrder;

use super::call::{ask, pages};
use super::lacks::member;
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::TaskDefinitionArn;

pub(super) async fn newest(
    client: &Client,
    family: &str,
    most: usize,
) -> Answer<Vec<TaskDefinitionArn>> {
    let mut found = pages(Operation::ListTaskDefinitions, most, async |token| {
        let request = || {
            client
                .list_task_definitions()
                .family_prefix(family)
                .sort(SortOrder::Desc)
                .set_next_token(token.clone())
                .send()
        };
        ask(Operation::ListTaskDefinitions, request, |answer| {
            let arns = member(answer.task_definition_arns, "taskDefinitionArns")?;
            let arns = arns.into_iter().map(TaskDefinitionArn::new);
            Ok((arns.collect(), answer.next_token))
        })
        .await
    })
    .await?;
    found.truncate(most);
    Ok(found)
}
