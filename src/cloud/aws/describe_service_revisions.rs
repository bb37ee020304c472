//! `DescribeServiceRevisions`: up to 20 in one call.

use aws_sdk_ecs::Client;

use super::call::read;
use super::wire;
use crate::cloud::Answer;
use crate::release::ServiceRevision;
use crate::release::ids::ServiceRevisionArn;

/// The most that ECS takes in one call.
const AT_ONCE: usize = 20;

pub(super) async fn describe(
    client: &Client,
    arns: &[ServiceRevisionArn],
) -> Answer<Vec<ServiceRevision>> {
    let mut found = Vec::with_capacity(arns.len());
    for some in arns.chunks(AT_ONCE) {
        let names = some.iter().map(ToString::to_string).collect();
        let request = client
            .describe_service_revisions()
            .set_service_revision_arns(Some(names));
        let answer = read("DescribeServiceRevisions", request.send()).await?;
        let revisions = answer.service_revisions().iter();
        found.extend(revisions.filter_map(|one| ServiceRevision::read(wire::document(one)).ok()));
    }
    Ok(found)
}
