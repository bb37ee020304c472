//! Task definitions: registered, described, listed.

use super::super::api::EcsApi;
use super::super::lacks::{about, last, member, text};
use super::super::operation::Operation;
use super::super::wire;
use aws_sdk_ecs::types::{SortOrder, TaskDefinitionField};
use mlship_core::cloud::{Answer, ErrorKind};
use mlship_core::release::ids::TaskDefinitionArn;
use mlship_core::release::{Document, LiveTaskDefinition, tags_of};
use serde_json::Value;

/// `DescribeTaskDefinition`, with its tags.
pub(super) async fn task_definition(
    client: &EcsApi,
    name: &str,
) -> Answer<Option<LiveTaskDefinition>> {
    let request = || {
        client
            .describe_task_definition()
            .task_definition(name)
            .include(TaskDefinitionField::Tags)
            .send()
    };
    let found = client.ask(Operation::DescribeTaskDefinition, request, |answer| {
        let tags = wire::document(&answer).remove("tags").unwrap_or_default();
        let found = member(answer.task_definition, "taskDefinition")?;
        let arn = text(found.task_definition_arn(), "taskDefinitionArn")?;
        about(is_meant(arn, name), "task definition")?;
        member(found.container_definitions.as_ref(), "containerDefinitions")?;
        Ok(LiveTaskDefinition {
            arn: TaskDefinitionArn::new(arn),
            document: wire::document(&found),
            tags: tags_of(&tags),
        })
    });
    match found.await {
        Ok(found) => Ok(Some(found)),
        Err(error)
            if error.kind == ErrorKind::Rejected
                && error
                    .message
                    .starts_with("Unable to describe task definition") =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Returns whether an ARN is that of a task definition named by its own, by `family:revision`, or
/// by the family.
fn is_meant(arn: &str, name: &str) -> bool {
    let (arn, name) = (last(arn), last(name));
    arn == name || arn.split(':').next() == Some(name)
}

/// `RegisterTaskDefinition`: the planned document, to the letter.
///
/// Without an ARN nobody knows what was registered: the caller looks for it.
pub(super) async fn register(client: &EcsApi, document: &Document) -> Answer<TaskDefinitionArn> {
    let request = || {
        let document = document.clone();
        client
            .register_task_definition()
            .customize()
            .mutate_request(move |request| wire::send(request, &document))
            .send()
    };
    let family = document.get("family").and_then(Value::as_str);
    client
        .ask(Operation::RegisterTaskDefinition, request, |answer| {
            let registered = member(answer.task_definition, "taskDefinition")?;
            let arn = text(registered.task_definition_arn(), "taskDefinitionArn")?;
            about(last(arn).split(':').next() == family, "task definition")?;
            Ok(TaskDefinitionArn::new(arn))
        })
        .await
}

/// `ListTaskDefinitions`: the newest revisions of a family.
pub(super) async fn newest(
    client: &EcsApi,
    family: &str,
    most: usize,
) -> Answer<Vec<TaskDefinitionArn>> {
    let request = |token| {
        client
            .list_task_definitions()
            .family_prefix(family)
            .sort(SortOrder::Desc)
            .set_next_token(token)
            .send()
    };
    let found = client.pages(Operation::ListTaskDefinitions, most, request, |answer| {
        let arns = member(answer.task_definition_arns, "taskDefinitionArns")?;
        let arns = arns.into_iter().map(TaskDefinitionArn::new);
        Ok((arns.collect(), answer.next_token))
    });
    let mut found = found.await?;
    found.truncate(most);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_definition_is_known_by_each_of_its_names() {
        let arn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/fraud:7";
        for name in [arn, "fraud:7", "fraud"] {
            assert!(is_meant(arn, name), "{name}");
        }
        for name in ["fraud:8", "frau", "fraud:", "other"] {
            assert!(!is_meant(arn, name), "{name}");
        }
    }
}
