//! What tests of experiments are made of.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};

use super::definition::{Arm, Definition};
use super::rule::{Condition, Forward, ListenerRule, Routing, TargetGroup, TargetHealth};
use super::start::Situation;
use crate::cloud::fake::{Fault, error};
use crate::cloud::{Answer, Balancing};
use crate::release::Document;
use crate::release::ids::{
    ClusterName, ListenerArn, RuleArn, ServiceId, ServiceName, TargetGroupArn,
};

pub(crate) const NAMES: [&str; 3] = ["control", "challenger", "third"];

pub(crate) fn group(name: &str) -> TargetGroupArn {
    let arn =
        format!("arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/{name}/6d0e");
    TargetGroupArn::new(arn)
}

pub(crate) fn rule_arn() -> RuleArn {
    RuleArn::new("arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/1/2/3")
}

/// An experiment of variants with these weights, the first the control.
pub(crate) fn definition(weights: &[u32]) -> Definition {
    let arms = NAMES.iter().zip(weights).enumerate();
    Definition {
        name: "v9".to_owned(),
        rule: rule_arn(),
        stickiness: None,
        header: None,
        hypothesis: None,
        arms: arms
            .map(|(index, (name, weight))| Arm {
                name: (*name).to_owned(),
                // In the order of the variants.
                group: group(&format!("{index}-{name}")),
                service: ServiceId {
                    cluster: ClusterName::new("ml"),
                    name: ServiceName::new(*name),
                },
                weight: *weight,
                is_control: index == 0,
            })
            .collect(),
        ramp: Vec::new(),
        terms: "0a1b".to_owned(),
    }
}

/// A rule that shares requests among groups.
pub(crate) fn rule(shares: &[(&TargetGroupArn, u32)]) -> ListenerRule {
    let weights = shares.iter();
    ListenerRule {
        arn: rule_arn(),
        priority: Some(10),
        conditions: Vec::new(),
        before: Vec::new(),
        routing: Routing::Forward(Forward {
            weights: weights
                .map(|(group, weight)| ((*group).clone(), *weight))
                .collect(),
            stickiness: None,
        }),
        tags: std::collections::BTreeMap::new(),
    }
}

/// An experiment's surroundings, all in order, with everything at the control.
pub(crate) fn situation(definition: &Definition) -> Situation {
    let control = &definition.arms[0].group;
    let rule = rule(&[(control, 1)]);
    let arms = definition.arms.iter();
    Situation {
        siblings: vec![rule.clone()],
        rule: Some(rule),
        groups: arms
            .map(|arm| TargetGroup {
                arn: arm.group.clone(),
                load_balancers: Vec::new(),
            })
            .collect(),
        services: vec![None; definition.arms.len()],
    }
}

/// A load balancer that loses answers and refuses on demand.
pub(crate) struct FakeBalancer {
    rules: RefCell<Vec<ListenerRule>>,
    faults: RefCell<HashMap<&'static str, VecDeque<Fault>>>,
    requests: RefCell<Vec<&'static str>>,
}

impl FakeBalancer {
    pub(crate) fn new(rules: Vec<ListenerRule>) -> Self {
        Self {
            rules: RefCell::new(rules),
            faults: RefCell::default(),
            requests: RefCell::default(),
        }
    }

    /// Lets the next calls of an operation go wrong, one after the other.
    pub(crate) fn fail(&self, operation: &'static str, faults: &[Fault]) {
        let mut all = self.faults.borrow_mut();
        all.entry(operation).or_default().extend(faults);
    }

    pub(crate) fn count(&self, operation: &str) -> usize {
        let requests = self.requests.borrow();
        requests.iter().filter(|one| **one == operation).count()
    }

    pub(crate) fn rule(&self, arn: &RuleArn) -> ListenerRule {
        let rules = self.rules.borrow();
        rules.iter().find(|rule| rule.arn == *arn).unwrap().clone()
    }

    pub(crate) fn rules(&self) -> Vec<ListenerRule> {
        self.rules.borrow().clone()
    }

    fn write<T>(
        &self,
        operation: &'static str,
        change: impl FnOnce(&mut Vec<ListenerRule>) -> Answer<T>,
    ) -> Answer<T> {
        self.requests.borrow_mut().push(operation);
        let next = self
            .faults
            .borrow_mut()
            .get_mut(operation)
            .and_then(VecDeque::pop_front);
        match next {
            None => change(&mut self.rules.borrow_mut()),
            Some(fault) if fault.takes_effect() => {
                change(&mut self.rules.borrow_mut())?;
                Err(error(operation, fault))
            }
            Some(fault) => Err(error(operation, fault)),
        }
    }

    fn change(
        &self,
        operation: &'static str,
        arn: &RuleArn,
        change: impl FnOnce(&mut ListenerRule),
    ) -> Answer<()> {
        let mut faults = self.faults.borrow_mut();
        let next = faults.get_mut(operation);
        if next.is_some_and(|next| {
            next.pop_front_if(|fault| *fault == Fault::Swallowed)
                .is_some()
        }) {
            self.requests.borrow_mut().push(operation);
            return Ok(());
        }
        drop(faults);
        self.write(operation, |rules| {
            change(rules.iter_mut().find(|rule| rule.arn == *arn).unwrap());
            Ok(())
        })
    }
}

impl Balancing for FakeBalancer {
    async fn listener_rule(&self, arn: &RuleArn) -> Answer<Option<ListenerRule>> {
        let found =
            |rules: &mut Vec<ListenerRule>| Ok(rules.iter().find(|rule| rule.arn == *arn).cloned());
        self.write("DescribeRules", found)
    }

    async fn rules_of(&self, _: &ListenerArn) -> Answer<Vec<ListenerRule>> {
        Ok(self.rules())
    }

    async fn all_rules(&self) -> Answer<Vec<ListenerRule>> {
        Ok(self.rules())
    }

    async fn forward(&self, rule: &ListenerRule, to: &Forward) -> Answer<()> {
        self.change("ModifyRule", &rule.arn, |rule| {
            rule.routing = Routing::Forward(to.clone());
        })
    }

    async fn create_rule(
        &self,
        listener: &ListenerArn,
        priority: u32,
        conditions: &[Condition],
        before: &[Document],
        to: &Forward,
        tags: &BTreeMap<String, String>,
    ) -> Answer<RuleArn> {
        self.write("CreateRule", |rules| {
            if rules.iter().any(|rule| rule.priority == Some(priority)) {
                let mut taken = error("CreateRule", Fault::Rejected);
                taken.code = Some("PriorityInUse".to_owned());
                return Err(taken);
            }
            let of_rules = listener
                .as_str()
                .replacen(":listener/", ":listener-rule/", 1);
            let arn = RuleArn::new(format!("{of_rules}/{priority}"));
            rules.push(ListenerRule {
                arn: arn.clone(),
                priority: Some(priority),
                conditions: conditions.to_vec(),
                before: before.to_vec(),
                routing: Routing::Forward(to.clone()),
                tags: tags.clone(),
            });
            Ok(arn)
        })
    }

    async fn delete_rule(&self, arn: &RuleArn) -> Answer<()> {
        self.write("DeleteRule", |rules| {
            rules.retain(|rule| rule.arn != *arn);
            Ok(())
        })
    }

    async fn tag_rule(&self, arn: &RuleArn, tags: &BTreeMap<String, String>) -> Answer<()> {
        self.change("AddTags", arn, |rule| rule.tags.extend(tags.clone()))
    }

    async fn untag_rule(&self, arn: &RuleArn, names: &[&str]) -> Answer<()> {
        self.change("RemoveTags", arn, |rule| {
            rule.tags.retain(|name, _| !names.contains(&name.as_str()));
        })
    }

    async fn target_groups(&self, arns: &[TargetGroupArn]) -> Answer<Vec<TargetGroup>> {
        let groups = arns.iter().map(|arn| TargetGroup {
            arn: arn.clone(),
            load_balancers: Vec::new(),
        });
        Ok(groups.collect())
    }

    async fn target_health(&self, _: &TargetGroupArn) -> Answer<TargetHealth> {
        Ok(TargetHealth {
            healthy: 1,
            others: Vec::new(),
        })
    }
}
