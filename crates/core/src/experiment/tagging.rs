//! Writes and verifies the tags of a listener rule, by which an experiment is found.

use std::collections::BTreeMap;

use crate::apply::retry_until_visible;
use crate::cloud::{Answer, Balancing, CloudError};
use crate::release::ids::RuleArn;

type Tags = BTreeMap<String, String>;

/// Writes tags until the rule shows them.
///
/// # Errors
/// When AWS says no or is out of reach, and when the rule goes on without them.
pub async fn tag<C: Balancing>(cloud: &C, rule: &RuleArn, tags: &Tags) -> Answer<()> {
    let has = |shown: &Tags| {
        tags.iter()
            .all(|(name, value)| shown.get(name) == Some(value))
    };
    retry_until_visible(
        async || cloud.tag_rule(rule, tags).await,
        async || {
            Ok(read_tags(cloud, rule)
                .await?
                .is_some_and(|shown| has(&shown)))
        },
        CloudError::not_shown("AddTags", "the rule"),
    )
    .await
}

/// Takes tags away until the rule shows none of them.
///
/// # Errors
/// As [`tag`] does.
pub(super) async fn untag<C: Balancing>(cloud: &C, rule: &RuleArn, names: &[&str]) -> Answer<()> {
    let lacks = |shown: &Tags| !names.iter().any(|name| shown.contains_key(*name));
    retry_until_visible(
        async || cloud.untag_rule(rule, names).await,
        async || {
            Ok(read_tags(cloud, rule)
                .await?
                .is_none_or(|shown| lacks(&shown)))
        },
        CloudError::not_shown("RemoveTags", "the rule"),
    )
    .await
}

async fn read_tags<C: Balancing>(cloud: &C, rule: &RuleArn) -> Answer<Option<Tags>> {
    let rule = cloud.listener_rule(rule).await?;
    Ok(rule.map(|rule| rule.tags))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{FakeBalancer, group, rule, rule_arn};
    use super::*;
    use crate::cloud::fake::Fault;

    fn tags() -> Tags {
        [("mlship:state".to_owned(), "running".to_owned())].into()
    }

    async fn check(faults: &[Fault], is_written: bool, sent: usize) {
        let cloud = FakeBalancer::new(vec![rule(&[(&group("a"), 1)])]);
        cloud.fail("AddTags", faults);
        let told = tag(&cloud, &rule_arn(), &tags()).await;
        assert_eq!(told.is_ok(), is_written, "{faults:?}: {told:?}");
        assert_eq!(cloud.rule(&rule_arn()).tags == tags(), is_written);
        assert_eq!(cloud.count("AddTags"), sent, "{faults:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn tags_are_written_until_the_rule_shows_them() {
        check(&[], true, 1).await;
        check(&[Fault::GarbledAfter], true, 1).await;
        check(&[Fault::Swallowed], true, 2).await;
        check(
            &[Fault::Garbled, Fault::LostBefore, Fault::Swallowed],
            true,
            4,
        )
        .await;
        check(&[Fault::Swallowed; 9], false, 5).await;
        check(&[Fault::Garbled; 9], false, 5).await;
        check(&[Fault::Denied], false, 1).await;
    }

    #[tokio::test(start_paused = true)]
    async fn tags_are_taken_away_until_the_rule_shows_none() {
        let mut tagged = rule(&[(&group("a"), 1)]);
        tagged.tags = tags();
        let cloud = FakeBalancer::new(vec![tagged]);
        cloud.fail("RemoveTags", &[Fault::Swallowed, Fault::Garbled]);
        untag(&cloud, &rule_arn(), &["mlship:state"]).await.unwrap();
        assert_eq!(cloud.rule(&rule_arn()).tags, Tags::new());
        assert_eq!(cloud.count("RemoveTags"), 3);
    }
}
