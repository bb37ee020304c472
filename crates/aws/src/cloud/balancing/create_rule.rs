//! `CreateRule`: a rule and its tags at once, so that none is ever without its owner's name.

use std::collections::BTreeMap;

use super::super::api::BalancingApi;
use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum, RuleCondition, RuleTransform};

use super::super::lacks::{member, text};
use super::super::operation::Operation;
use super::actions::{self, signed};
use super::carried::Carried;
use super::{add_tags, conditions, refused, transforms};
use mlship_core::cloud::Answer;
use mlship_core::release::ids::RuleArn;
use mlship_core::release::{Forward, HeaderCondition, ListenerRule};

const OPERATION: Operation = Operation::CreateRule;

pub(super) async fn create(
    client: &BalancingApi,
    like: &ListenerRule,
    priority: u32,
    header: &HeaderCondition,
    to: &Forward,
    tags: &BTreeMap<String, String>,
) -> Answer<RuleArn> {
    let carried = Carried::of(like, OPERATION)?;
    let actions = actions_of_copy(carried, to).map_err(|why| refused(OPERATION, why))?;
    let conditions = conditions_of_copy(carried, header).map_err(|why| refused(OPERATION, why))?;
    let transforms = transforms_of_copy(carried).map_err(|why| refused(OPERATION, why))?;
    let listener = like.listener();
    let tags = (!tags.is_empty()).then(|| add_tags::of(tags));
    let request = || {
        client
            .create_rule()
            .listener_arn(listener.as_str())
            .priority(signed(priority))
            .set_conditions(Some(conditions.clone()))
            .set_actions(Some(actions.clone()))
            .set_transforms(transforms.clone())
            .set_tags(tags.clone())
            .send()
    };
    client
        .ask(OPERATION, request, |answer| {
            let made = member(answer.rules().first(), "rule")?;
            Ok(RuleArn::new(text(made.rule_arn(), "RuleArn")?))
        })
        .await
}

fn actions_of_copy(carried: &Carried, to: &Forward) -> Result<Vec<Action>, String> {
    let actions = actions::of(&carried.preceding_actions, to)?;
    let has_secret = |action: &Action| action.r#type() == Some(&ActionTypeEnum::AuthenticateOidc);
    if actions.iter().any(has_secret) {
        let why = "AWS tells nobody the client secret of the action authenticate-oidc, so a new \
                   rule cannot have it";
        return Err(why.to_owned());
    }
    Ok(actions)
}

fn conditions_of_copy(
    carried: &Carried,
    header: &HeaderCondition,
) -> Result<Vec<RuleCondition>, String> {
    let others = carried.conditions.iter().map(conditions::sent_again);
    let own = std::iter::once(Ok(conditions::of_header(header)));
    others.chain(own).collect()
}

fn transforms_of_copy(carried: &Carried) -> Result<Option<Vec<RuleTransform>>, String> {
    let transforms = carried.transforms.iter().map(transforms::sent_again);
    let transforms = transforms.collect::<Result<Vec<_>, _>>()?;
    Ok((!transforms.is_empty()).then_some(transforms))
}
