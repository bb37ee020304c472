//! `ListTaskDefinitions`: the newest revisions of a family.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::SortOrder;

use super::call::read;
use crate::cloud::Answer;
use crate::release::ids::TaskDefinitionArn;

pub(super) async fn newest(
    client: &Client,
    family: &str,
    most: usize,
) -> Answer<Vec<TaskDefinitionArn>> {
    let mut found: Vec<TaskDefinitionArn> = Vec::new();
    let mut token = None;
    loop {
        let request = client
            .list_task_definitions()
            .family_prefix(family)
            .sort(SortOrder::Desc)
            .set_next_token(token);
        let answer = read("ListTaskDefinitions", request.send()).await?;
        let arns = answer.task_definition_arns().iter();
        found.extend(arns.map(TaskDefinitionArn::new));
        token = answer.next_token;
        if token.is_none() || found.len() >= most {
            found.truncate(most);
            return Ok(found);
        }
    }
}
