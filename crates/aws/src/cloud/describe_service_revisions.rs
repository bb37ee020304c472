//! `DescribeServiceRevisions`: up to 20 in one call.

use aws_sdk_ecs::Client;

use super::call::ask;
use super::lacks::{document, each_once, text};
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ServiceRevision;
use mlship_core::release::ids::ServiceRevisionArn;

/// The most that ECS takes in one call.
const AT_ONCE: usize = 20;

pub(super) async fn describe(
    client: &Client,
    arns: &[ServiceRevisionArn],
) -> Answer<Vec<ServiceRevision>> {
    let mut found = Vec::with_capacity(arns.len());
    for some in arns.chunks(AT_ONCE) {
        let names: Vec<String> = some.iter().map(ToString::to_string).collect();
        let request = || {
            let request = client.describe_service_revisions();
            request
                .set_service_revision_arns(Some(names.clone()))
                .send()
        };
        let described = ask(Operation::DescribeServiceRevisions, request, |answer| {
            let there = answer.service_revisions().iter();
            each_once(
                names.iter().map(String::as_str),
                there
                    .clone()
                    .map(|revision| revision.service_revision_arn()),
                answer.failures(),
            )?;
            there
                .map(|revision| {
                    text(revision.task_definition(), "taskDefinition of a revision")?;
                    document(revision, ServiceRevision::read)
                })
                .collect::<Result<Vec<_>, _>>()
        });
        found.extend(described.await?);
    }
    Ok(found)
}
