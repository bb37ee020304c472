//! Rules with their tags, which two operations tell.

use super::super::api::BalancingApi;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::describe_existing::{TOGETHER, is};
use super::{describe_listeners, describe_load_balancers, describe_rules, describe_tags};
use mlship_core::cloud::Answer;
use mlship_core::release::ListenerRule;
use mlship_core::release::ids::{ListenerArn, RuleArn};

pub(super) async fn one(client: &BalancingApi, arn: &RuleArn) -> Answer<Option<ListenerRule>> {
    if arn.is_listener() {
        // No experiment is on one, so that its tags say nothing.
        return describe_listeners::as_rule(client, arn).await;
    }
    let rule = Box::pin(describe_rules::by_arn(client, arn));
    let tags = Box::pin(describe_tags::of(client, arn.as_str()));
    let (rule, tags) = tokio::join!(rule, tags);
    let both = rule?.zip(tags?);
    Ok(both.map(|(rule, tags)| ListenerRule { tags, ..rule }))
}

pub(super) async fn of_listener(
    client: &BalancingApi,
    listener: &ListenerArn,
) -> Answer<Vec<ListenerRule>> {
    let rules = describe_rules::of_listener(client, listener).await?;
    tagged(client, rules).await
}

/// What is deleted while this looks around is left out.
pub(super) async fn all(client: &BalancingApi) -> Answer<Vec<ListenerRule>> {
    let balancers = describe_load_balancers::application(client).await?;
    let listeners = balancers.iter().map(async |balancer| {
        let found = describe_listeners::of(client, balancer).await;
        unless_gone(found, "LoadBalancerNotFound")
    });
    let listeners = stream::iter(listeners).buffered(TOGETHER);
    let listeners: Vec<ListenerArn> = listeners.try_concat().await?;
    let rules = listeners.iter().map(async |listener| {
        let found = describe_rules::of_listener(client, listener).await;
        unless_gone(found, "ListenerNotFound")
    });
    let rules = stream::iter(rules).buffered(TOGETHER).try_concat().await?;
    tagged(client, rules).await
}

fn unless_gone<T>(found: Answer<Vec<T>>, gone: &str) -> Answer<Vec<T>> {
    match found {
        Err(error) if is(&error, gone) => Ok(Vec::new()),
        found => found,
    }
}

/// Gives rules their tags, and leaves out those that are gone by now.
async fn tagged(client: &BalancingApi, rules: Vec<ListenerRule>) -> Answer<Vec<ListenerRule>> {
    let arns: Vec<String> = rules.iter().map(|rule| rule.arn.to_string()).collect();
    let mut tags = describe_tags::of_all(client, &arns).await?;
    let tagged = rules.into_iter().filter_map(|rule| {
        let tags = tags.remove(rule.arn.as_str())?;
        Some(ListenerRule { tags, ..rule })
    });
    Ok(tagged.collect())
}
