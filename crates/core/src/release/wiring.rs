//! How a service is wired to a load balancer whose traffic ECS moves.

use serde_json::Value;

use super::Document;
use super::ids::{RuleArn, TargetGroupArn};
use crate::shape::items;

/// The rules and the pair of groups that ECS moves a service's traffic by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wiring {
    /// The rule of production traffic; of a network load balancer its listener.
    pub production: RuleArn,
    /// The rule of test traffic.
    pub test: Option<RuleArn>,
    /// Both groups, in the order of the request. Which of them is live is the rule's to say.
    pub groups: [TargetGroupArn; 2],
}

impl Wiring {
    /// Reads it from a service's document, a live one or one that is sent.
    #[must_use]
    pub fn of(service: &Document) -> Option<Self> {
        items(service.get("loadBalancers")).find_map(Self::of_balancer)
    }

    fn of_balancer(balancer: &Value) -> Option<Self> {
        let advanced = balancer.get("advancedConfiguration")?;
        let rule = |name: &str| advanced[name].as_str().map(RuleArn::new);
        let first = balancer["targetGroupArn"].as_str()?;
        let other = advanced["alternateTargetGroupArn"].as_str()?;
        Some(Self {
            production: rule("productionListenerRule")?,
            test: rule("testListenerRule"),
            groups: [first, other].map(TargetGroupArn::new),
        })
    }

    /// Says whether a group is one of the pair.
    #[must_use]
    pub fn has(&self, group: &TargetGroupArn) -> bool {
        self.groups.contains(group)
    }

    /// Returns the other group of the pair.
    #[must_use]
    pub fn other(&self, group: &TargetGroupArn) -> &TargetGroupArn {
        let [first, second] = &self.groups;
        if group == first { second } else { first }
    }
}

/// Returns the first group that a service's document names.
#[must_use]
pub fn single_group(service: &Document) -> Option<&str> {
    items(service.get("loadBalancers")).find_map(|balancer| balancer["targetGroupArn"].as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cloud::fake::object;
    use crate::release::ServiceRevision;

    #[test]
    fn a_pair_with_its_rules_is_read_and_a_single_group_is_none() {
        let single = object(json!({"loadBalancers": [{"targetGroupArn": "arn:a"}]}));
        assert_eq!(Wiring::of(&single), None);
        let pair = object(json!({"loadBalancers": [{"targetGroupArn": "arn:a",
            "advancedConfiguration": {"alternateTargetGroupArn": "arn:b",
                "productionListenerRule": "arn:rule", "roleArn": "arn:role"}}]}));
        let wiring = Wiring::of(&pair).unwrap();
        assert_eq!(wiring.production.as_str(), "arn:rule");
        assert_eq!(wiring.test, None);
        assert_eq!(
            wiring.other(&TargetGroupArn::new("arn:a")).as_str(),
            "arn:b"
        );
        assert_eq!(
            wiring.other(&TargetGroupArn::new("arn:b")).as_str(),
            "arn:a"
        );
    }

    #[test]
    fn a_revision_s_tasks_are_in_the_group_that_ecs_says_or_in_the_only_one_that_it_names() {
        let wiring = Wiring {
            production: RuleArn::new("arn:rule"),
            test: None,
            groups: ["arn:a", "arn:b"].map(TargetGroupArn::new),
        };
        let revision = |balancer: Value, resolved: &Value| {
            let document = object(json!({"serviceRevisionArn": "arn:revision",
                "loadBalancers": [balancer],
                "resolvedConfiguration": {"loadBalancers": resolved}}));
            let revision = ServiceRevision::read(document).unwrap();
            revision.group_of(&wiring).map(|group| group.to_string())
        };
        let pair = || {
            json!({"targetGroupArn": "arn:a", "advancedConfiguration": {
                "alternateTargetGroupArn": "arn:b", "productionListenerRule": "arn:rule"}})
        };
        let single = |group: &str| json!({"targetGroupArn": group});
        let is_in_b = &json!([{"targetGroupArn": "arn:b"}]);
        assert_eq!(revision(pair(), is_in_b).as_deref(), Some("arn:b"));
        assert_eq!(revision(pair(), &json!([])), None);
        assert_eq!(
            revision(single("arn:a"), &json!([])).as_deref(),
            Some("arn:a")
        );
        assert_eq!(revision(single("arn:other"), &json!([])), None);
    }
}
