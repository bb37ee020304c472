//! `DescribeTags`: the tags of rules.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::Tag;

use super::super::call::read;
use super::describe_rules::GONE;
use super::sparing::{is, those_there};
use crate::cloud::Answer;

type Tags = BTreeMap<String, String>;

/// Returns the tags of a rule, or nothing when there is no such rule.
pub(super) async fn of(client: &Client, arn: &str) -> Answer<Option<Tags>> {
    match describe(client, vec![arn.to_owned()]).await {
        Ok(mut found) => Ok(found.remove(arn)),
        Err(error) if is(&error, GONE) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the tags of rules by ARN, without those of rules that are gone.
pub(super) async fn of_all(client: &Client, arns: &[String]) -> Answer<BTreeMap<String, Tags>> {
    let found = those_there(arns, GONE, async |some| {
        let found = describe(client, some).await?;
        Ok(found.into_iter().collect())
    });
    Ok(found.await?.into_iter().collect())
}

/// Returns the tags of each rule that was asked about, also where it has none.
async fn describe(client: &Client, arns: Vec<String>) -> Answer<BTreeMap<String, Tags>> {
    let untagged = arns.iter().map(|arn| (arn.clone(), Tags::new()));
    let mut found: BTreeMap<String, Tags> = untagged.collect();
    let request = client.describe_tags().set_resource_arns(Some(arns));
    let answer = read("DescribeTags", request.send()).await?;
    for one in answer.tag_descriptions() {
        let tags = found.entry(one.resource_arn().unwrap_or_default().to_owned());
        tags.or_default().extend(one.tags().iter().filter_map(pair));
    }
    Ok(found)
}

fn pair(tag: &Tag) -> Option<(String, String)> {
    Some((tag.key()?.to_owned(), tag.value()?.to_owned()))
}
