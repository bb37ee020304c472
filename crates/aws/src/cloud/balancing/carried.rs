//! What of a rule is sent again as AWS told it, in the SDK's own types.
//!
//! A member that this SDK does not model is dropped by the SDK, nothing shows that it was there, and
//! a change of the rule resets it. What can be seen is a part of a kind that the SDK does not model,
//! of which only the name arrives: such a part is not sent.

use aws_sdk_elasticloadbalancingv2::types::{Action, Rule, RuleCondition, RuleTransform};

use super::super::operation::Operation;
use super::refused;
use mlship_core::cloud::Answer;
use mlship_core::release::ListenerRule;

/// The parts of a rule that are not looked into.
#[derive(Default, PartialEq)]
pub(in super::super) struct Carried {
    /// When the rule applies: all must hold.
    pub(super) conditions: Vec<RuleCondition>,
    /// What comes before the routing, in order.
    pub(super) preceding_actions: Vec<Action>,
    /// How requests are rewritten.
    pub(super) transforms: Vec<RuleTransform>,
}

impl Carried {
    pub(super) fn new(rule: &Rule, preceding_actions: Vec<Action>) -> Self {
        Self {
            conditions: rule.conditions().to_vec(),
            preceding_actions,
            transforms: rule.transforms().to_vec(),
        }
    }

    /// Returns what a rule carries.
    ///
    /// # Errors
    /// When the rule was not read here.
    pub(super) fn of(rule: &ListenerRule, operation: Operation) -> Answer<&Self> {
        let own = rule.carried.get();
        own.ok_or_else(|| refused(operation, "nothing is known of what the rule has"))
    }
}

/// Leaves out an empty list, which says nothing where it is told, and is a value where it is sent.
pub(super) fn leave_out_empty<T>(list: &mut Option<Vec<T>>) {
    list.take_if(|values| values.is_empty());
}

/// Says of a part that its kind is not modelled.
pub(super) fn unmodelled(part: &str, kind: &str) -> String {
    format!("this version of mlship does not know all of the {part} {kind}, so it cannot be sent")
}
