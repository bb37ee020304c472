//! The actions of a rule: what comes before, and where requests go.

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, ForwardActionConfig, TargetGroupStickinessConfig, TargetGroupTuple,
};

use super::preceding_actions;
use mlship_core::release::ids::TargetGroupArn;
use mlship_core::release::{Forward, Routing};

/// What Elastic Load Balancing takes an absent weight for.
const USUAL_WEIGHT: u32 = 1;

/// Returns the actions before the routing, and the routing, which is always the last.
pub(super) fn split(actions: &[Action]) -> (Vec<Action>, Routing) {
    let mut actions = actions.to_vec();
    actions.sort_by_key(Action::order);
    let routing = actions.pop().as_ref().map(routing);
    (actions, routing.unwrap_or(Routing::Other(String::new())))
}

fn routing(action: &Action) -> Routing {
    match action.r#type() {
        Some(ActionTypeEnum::Forward) => Routing::Forward(forward(action)),
        other => Routing::Other(other.map_or_else(String::new, |kind| kind.as_str().to_owned())),
    }
}

fn forward(action: &Action) -> Forward {
    let config = action.forward_config();
    let groups = config.map_or(&[][..], ForwardActionConfig::target_groups);
    let weights = groups.iter().filter_map(|group| {
        let weight = group.weight().and_then(|weight| u32::try_from(weight).ok());
        let arn = TargetGroupArn::new(group.target_group_arn()?);
        Some((arn, weight.unwrap_or(USUAL_WEIGHT)))
    });
    let mut forward = Forward {
        weights: weights.collect(),
        stickiness: config
            .and_then(ForwardActionConfig::target_group_stickiness_config)
            .filter(|stickiness| stickiness.enabled() == Some(true))
            .and_then(TargetGroupStickinessConfig::duration_seconds)
            .and_then(|seconds| u32::try_from(seconds).ok()),
    };
    // The short form, which is there for a single group only.
    if let Some(arn) = action.target_group_arn() {
        let weights = &mut forward.weights;
        weights
            .entry(TargetGroupArn::new(arn))
            .or_insert(USUAL_WEIGHT);
    }
    forward
}

/// Returns all actions of a rule, in order.
///
/// # Errors
/// What would be lost of an action that comes before.
pub(super) fn of(preceding: &[Action], to: &Forward) -> Result<Vec<Action>, String> {
    let preceding = preceding.iter().map(preceding_actions::sent_again);
    let actions = preceding.chain(std::iter::once(Ok(forwarding(to))));
    let ordered = (1..).zip(actions).map(|(order, action)| {
        action.map(|mut action| {
            action.order = Some(order);
            action
        })
    });
    ordered.collect()
}

fn forwarding(to: &Forward) -> Action {
    let groups = to.weights.iter().map(|(arn, weight)| {
        TargetGroupTuple::builder()
            .target_group_arn(arn.as_str())
            .weight(signed(*weight))
            .build()
    });
    let stickiness = TargetGroupStickinessConfig::builder()
        .enabled(to.stickiness.is_some())
        .set_duration_seconds(to.stickiness.map(signed));
    let config = ForwardActionConfig::builder()
        .set_target_groups(Some(groups.collect()))
        .target_group_stickiness_config(stickiness.build());
    Action::builder()
        .r#type(ActionTypeEnum::Forward)
        .forward_config(config.build())
        .build()
}

/// Returns a number as this API has it.
pub(super) fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
