//! `UpdateService`: the planned document, to the letter.

use aws_sdk_ecs::Client;

use super::call::write;
use super::describe_services::live;
use super::wire;
use crate::cloud::{Answer, CloudError, ErrorKind};
use crate::release::{Document, LiveService};

pub(super) async fn update(client: &Client, document: &Document) -> Answer<LiveService> {
    let answer = write("UpdateService", || {
        let document = document.clone();
        client
            .update_service()
            .customize()
            .mutate_request(move |request| wire::send(request, &document))
            .send()
    })
    .await?;
    let service = answer.service().ok_or_else(|| CloudError {
        operation: "UpdateService",
        kind: ErrorKind::Lost,
        code: None,
        message: "the answer has no service".to_owned(),
        hint: None,
    })?;
    live(service, "UpdateService")
}
