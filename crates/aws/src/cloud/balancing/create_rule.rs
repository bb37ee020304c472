//! `CreateRule`: a rule and its tags at once, so that none is ever without its owner's name.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{ActionTypeEnum, RuleCondition};

use super::super::call::ask;
use super::super::lacks::{member, text};
use super::super::operation::Operation;
use super::actions::{self, signed};
use super::{add_tags, condition, unsendable};
use mlship_core::cloud::Answer;
use mlship_core::release::Document;
use mlship_core::release::ids::{ListenerArn, RuleArn};
use mlship_core::release::{Condition, Forward};

const OPERATION: Operation = Operation::CreateRule;

pub(super) async fn create(
    client: &Client,
    listener: &ListenerArn,
    priority: u32,
    conditions: &[Condition],
    before: &[Document],
    to: &Forward,
    tags: &BTreeMap<String, String>,
) -> Answer<RuleArn> {
    let actions = actions::of(before, to).map_err(|kind| unsendable(OPERATION, &kind))?;
    // The client secret of another rule is never told.
    let secret = ActionTypeEnum::AuthenticateOidc;
    if actions.iter().any(|one| one.r#type() == Some(&secret)) {
        return Err(unsendable(OPERATION, secret.as_str()));
    }
    let conditions: Vec<RuleCondition> = conditions.iter().map(to_send).collect();
    let tags = (!tags.is_empty()).then(|| add_tags::of(tags));
    let request = || {
        client
            .create_rule()
            .listener_arn(listener.as_str())
            .priority(signed(priority))
            .set_conditions(Some(conditions.clone()))
            .set_actions(Some(actions.clone()))
            .set_tags(tags.clone())
            .send()
    };
    ask(OPERATION, request, |answer| {
        let made = member(answer.rules().first(), "rule")?;
        Ok(RuleArn::new(text(made.rule_arn(), "RuleArn")?))
    })
    .await
}

/// A condition is described in two forms, the short one and that of its kind, of which only one is
/// taken (<https://github.com/aws/aws-sdk/issues/439>).
fn to_send(condition: &Condition) -> RuleCondition {
    let mut condition = condition::of(condition);
    let forms = [
        condition.host_header_config.is_some(),
        condition.path_pattern_config.is_some(),
        condition.http_header_config.is_some(),
        condition.query_string_config.is_some(),
        condition.http_request_method_config.is_some(),
        condition.source_ip_config.is_some(),
    ];
    if forms.contains(&true) {
        condition.values = None;
        condition.regex_values = None;
    }
    condition
}
