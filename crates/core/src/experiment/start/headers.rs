//! Plans the extra rules for variants that callers choose by a header.

use std::collections::{BTreeMap, BTreeSet};

use crate::experiment::definition::{Arm, Definition};
use crate::experiment::record::{RULE, VARIANT};
use crate::experiment::refusal::Refusal;
use crate::release::EXPERIMENT;
use crate::release::ids::RuleArn;
use crate::release::{Forward, HeaderCondition, ListenerRule};

/// A rule that leads callers who name a variant to it.
#[derive(Debug, Clone, PartialEq)]
pub struct HeaderRule {
    /// The variant's name.
    pub variant: String,
    /// Its priority, before the experiment's own rule.
    pub priority: u32,
    /// The header that names it, on requests of the experiment's rule.
    pub header: HeaderCondition,
    /// Where it leads.
    pub forward: Forward,
    /// Its tags, by which it is found again.
    pub tags: BTreeMap<String, String>,
}

/// Returns the rules for callers that assign themselves which are not there yet.
pub(super) fn missing_headers(
    definition: &Definition,
    rule: &ListenerRule,
    siblings: &[ListenerRule],
) -> Result<Vec<HeaderRule>, Vec<Refusal>> {
    let (Some(header), Some(own)) = (&definition.header, rule.priority) else {
        return Ok(Vec::new());
    };
    let taken: BTreeSet<u32> = siblings.iter().filter_map(|rule| rule.priority).collect();
    let mut free = (1..own).rev().filter(|priority| !taken.contains(priority));
    let mut found = Vec::new();
    for arm in definition.challengers() {
        let tags = header_tags(definition, arm);
        if siblings.iter().any(|rule| rule.is_tagged(&tags)) {
            continue;
        }
        let Some(priority) = free.next() else {
            return Err(vec![Refusal::no_priority(own)]);
        };
        found.push(HeaderRule {
            variant: arm.name.clone(),
            priority,
            header: HeaderCondition {
                name: header.clone(),
                value: arm.name.clone(),
            },
            forward: Forward {
                weights: [(arm.group.clone(), 1)].into(),
                stickiness: None,
            },
            tags,
        });
    }
    Ok(found)
}

/// Returns the rules of variants that were dropped, with the variants' names.
pub(super) fn gone_headers(
    definition: &Definition,
    siblings: &[ListenerRule],
) -> Vec<(String, RuleArn)> {
    let dropped = |rule: &ListenerRule| {
        let arm = definition.arm(rule.tags.get(VARIANT)?)?;
        arm.is_dropped.then(|| (arm.name.clone(), rule.arn.clone()))
    };
    let rules = header_rules(&definition.rule, siblings).into_iter();
    rules.filter_map(dropped).collect()
}

/// Returns the tags of a variant's own rule.
fn header_tags(definition: &Definition, arm: &Arm) -> BTreeMap<String, String> {
    let pairs = [
        (EXPERIMENT, definition.name.as_str()),
        (VARIANT, &arm.name),
        (RULE, definition.rule.as_str()),
    ];
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// Returns the rules of variants that an experiment made.
#[must_use]
pub fn header_rules<'a>(rule: &RuleArn, siblings: &'a [ListenerRule]) -> Vec<&'a ListenerRule> {
    let is_own = |sibling: &&ListenerRule| {
        let of = sibling.tags.get(RULE);
        sibling.tags.contains_key(VARIANT) && of.is_some_and(|own| own == rule.as_str())
    };
    siblings.iter().filter(is_own).collect()
}
