//! `AddTags`: adds tags or changes their values, takes none away.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::Tag;

use super::super::call::write;
use crate::cloud::Answer;
use crate::release::ids::RuleArn;

pub(super) async fn add(
    client: &Client,
    arn: &RuleArn,
    tags: &BTreeMap<String, String>,
) -> Answer<()> {
    let tags = of(tags);
    write("AddTags", || {
        client
            .add_tags()
            .resource_arns(arn.as_str())
            .set_tags(Some(tags.clone()))
            .send()
    })
    .await
    .map(|_| ())
}

/// Returns tags as this API has them.
pub(super) fn of(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    let tags = tags.iter();
    tags.map(|(key, value)| tag(key, value)).collect()
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build()
}
