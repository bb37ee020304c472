//! `DescribeTags`: the tags of rules.

use std::collections::BTreeMap;

use super::super::api::BalancingApi;
use aws_sdk_elasticloadbalancingv2::types::Tag;

use super::super::lacks::{Lacks, about, member, text};
use super::super::operation::Operation;
use super::describe_existing::{is, those_there};
use super::describe_rules::GONE;
use mlship_core::cloud::Answer;

type Tags = BTreeMap<String, String>;

/// Returns the tags of a rule, or nothing when there is no such rule.
pub(super) async fn of(client: &BalancingApi, arn: &str) -> Answer<Option<Tags>> {
    match describe(client, vec![arn.to_owned()]).await {
        Ok(mut found) => Ok(found.remove(arn)),
        Err(error) if is(&error, GONE) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the tags of rules by ARN, without those of rules that are gone.
pub(super) async fn of_all(
    client: &BalancingApi,
    arns: &[String],
) -> Answer<BTreeMap<String, Tags>> {
    let found = those_there(arns, GONE, async |some| {
        let found = describe(client, some).await?;
        Ok(found.into_iter().collect())
    });
    Ok(found.await?.into_iter().collect())
}

/// Returns the tags of each rule that was asked about. One that has none is told without any: an
/// answer that leaves a rule out says nothing of it.
async fn describe(client: &BalancingApi, arns: Vec<String>) -> Answer<BTreeMap<String, Tags>> {
    let request = || {
        let request = client.describe_tags();
        request.set_resource_arns(Some(arns.clone())).send()
    };
    client
        .ask(Operation::DescribeTags, request, |answer| {
            let mut found: BTreeMap<String, Tags> = BTreeMap::new();
            for described in member(answer.tag_descriptions, "TagDescriptions")? {
                let arn = text(described.resource_arn(), "ResourceArn")?;
                about(arns.iter().any(|asked| asked == arn), "rule")?;
                let tags = member(described.tags.as_ref(), "Tags")?;
                let tags: Tags = tags.iter().map(pair).collect::<Result<_, Lacks>>()?;
                found.insert(arn.to_owned(), tags);
            }
            match arns.iter().find(|arn| !found.contains_key(*arn)) {
                Some(left_out) => Err(Lacks::new(format!("it says nothing of {left_out}"))),
                None => Ok(found),
            }
        })
        .await
}

fn pair(tag: &Tag) -> Result<(String, String), Lacks> {
    let key = text(tag.key(), "Key of a tag")?;
    Ok((key.to_owned(), tag.value().unwrap_or_default().to_owned()))
}
