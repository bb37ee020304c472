//! `RemoveTags`.

use super::super::api::BalancingApi;

use super::super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::ids::RuleArn;

pub(super) async fn remove(client: &BalancingApi, arn: &RuleArn, names: &[&str]) -> Answer<()> {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let request = || {
        client
            .remove_tags()
            .resource_arns(arn.as_str())
            .set_tag_keys(Some(names.clone()))
            .send()
    };
    client.ask(Operation::RemoveTags, request, |_| Ok(())).await
}
