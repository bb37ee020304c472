//! `UpdateService`: the planned document, to the letter.

use aws_sdk_ecs::Client;
use serde_json::Value;

use super::call::ask;
use super::describe_services::live;
use super::lacks::member;
use super::operation::Operation;
use super::wire;
use mlship_core::cloud::Answer;
use mlship_core::release::{Document, LiveService};

pub(super) async fn update(client: &Client, document: &Document) -> Answer<LiveService> {
    let request = || {
        let document = document.clone();
        client
            .update_service()
            .customize()
            .mutate_request(move |request| wire::send(request, &document))
            .send()
    };
    let name = document.get("service").and_then(Value::as_str);
    ask(Operation::UpdateService, request, |answer| {
        live(&member(answer.service, "service")?, name)
    })
    .await
}
