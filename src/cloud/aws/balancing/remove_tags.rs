//! `RemoveTags`.

use aws_sdk_elasticloadbalancingv2::Client;

use super::super::call::write;
use crate::cloud::Answer;
use crate::release::ids::RuleArn;

pub(super) async fn remove(client: &Client, arn: &RuleArn, names: &[&str]) -> Answer<()> {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    write("RemoveTags", || {
        client
            .remove_tags()
            .resource_arns(arn.as_str())
            .set_tag_keys(Some(names.clone()))
            .send()
    })
    .await
    .map(|_| ())
}
