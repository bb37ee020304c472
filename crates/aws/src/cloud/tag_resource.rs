//! `TagResource`: adds tags, takes none away.

use std::collections::BTreeMap;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::Tag;

use super::call::ask;
use super::operation::Operation;
use mlship_core::cloud::Answer;

/// Its answer holds nothing: where control depends on the tags they are read back.
pub(super) async fn tag(client: &Client, arn: &str, tags: &BTreeMap<String, String>) -> Answer<()> {
    let tags: Vec<Tag> = tags
        .iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect();
    let request = || {
        client
            .tag_resource()
            .resource_arn(arn)
            .set_tags(Some(tags.clone()))
            .send()
    };
    ask(Operation::TagResource, request, |_| Ok(())).await
}
