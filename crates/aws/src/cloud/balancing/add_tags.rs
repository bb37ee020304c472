//! `AddTags`: adds tags or changes their values, takes none away.

use std::collections::BTreeMap;

use super::super::api::BalancingApi;
use aws_sdk_elasticloadbalancingv2::types::Tag;

use super::super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::RuleArn;

/// Its answer holds nothing: the caller reads the tags back.
pub(super) async fn add(
    client: &BalancingApi,
    arn: &RuleArn,
    tags: &BTreeMap<String, String>,
) -> Answer<()> {
    let tags = of(tags);
    let request = || {
        client
            .add_tags()
            .resource_arns(arn.as_str())
            .set_tags(Some(tags.clone()))
            .send()
    };
    client.ask(Operation::AddTags, request, |_| Ok(())).await
}

/// Returns tags as this API has them.
pub(super) fn of(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    let tags = tags.iter();
    tags.map(|(key, value)| tag(key, value)).collect()
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build()
}
