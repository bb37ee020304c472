//! `RegisterTaskDefinition`: the planned document, to the letter.

use aws_sdk_ecs::Client;
use serde_json::Value;

use super::call::ask;
use super::lacks::{about, last, member, text};
use super::operation::Operation;
use super::wire;
use mlship_core::cloud::Answer;
use mlship_core::release::Document;
use mlship_core::release::ids::TaskDefinitionArn;

/// Without an ARN nobody knows what was registered: the caller looks for it.
pub(super) async fn register(client: &Client, document: &Document) -> Answer<TaskDefinitionArn> {
    let request = || {
        let document = document.clone();
        client
            .register_task_definition()
            .customize()
            .mutate_request(move |request| wire::send(request, &document))
            .send()
    };
    let family = document.get("family").and_then(Value::as_str);
    ask(Operation::RegisterTaskDefinition, request, |answer| {
        let registered = member(answer.task_definition, "taskDefinition")?;
        let arn = text(registered.task_definition_arn(), "taskDefinitionArn")?;
        about(last(arn).split(':').next() == family, "task definition")?;
        Ok(TaskDefinitionArn::new(arn))
    })
    .await
}
