//! `RegisterTaskDefinition`: the planned document, to the letter.

use aws_sdk_ecs::Client;

use super::call::write;
use super::wire;
use crate::cloud::{Answer, CloudError, ErrorKind};
use crate::release::Document;
use crate::release::ids::TaskDefinitionArn;

pub(super) async fn register(client: &Client, document: &Document) -> Answer<TaskDefinitionArn> {
    let answer = write("RegisterTaskDefinition", || {
        let document = document.clone();
        client
            .register_task_definition()
            .customize()
            .mutate_request(move |request| wire::send(request, &document))
            .send()
    })
    .await?;
    let registered = answer
        .task_definition()
        .and_then(|one| one.task_definition_arn());
    // Without an ARN nobody knows what was registered: the caller looks for it.
    registered
        .map(TaskDefinitionArn::new)
        .ok_or_else(|| CloudError {
            operation: "RegisterTaskDefinition",
            kind: ErrorKind::Lost,
            code: None,
            message: "the answer has no task definition".to_owned(),
            hint: None,
        })
}
