//! A fake Elastic Load Balancing.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use super::{FakeCloud, Fault, Kill, World, error};
use crate::cloud::{Answer, Balancing, CloudError};
use crate::release::ids::{ListenerArn, RuleArn, TargetGroupArn};
use crate::release::{
    Forward, HeaderCondition, ListenerRule, Routing, Target, TargetGroup, TargetHealth,
};

/// A load balancer that loses answers and refuses on demand.
#[derive(Default)]
pub struct FakeBalancer {
    rules: RefCell<Vec<ListenerRule>>,
    faults: RefCell<HashMap<&'static str, VecDeque<Fault>>>,
    requests: RefCell<Vec<&'static str>>,
    unhealthy: RefCell<BTreeSet<TargetGroupArn>>,
    gone: RefCell<BTreeSet<TargetGroupArn>>,
    /// How long it waits for an answer, where not a minute.
    pub idle_timeout: Cell<Option<Duration>>,
    /// What is in front of every group.
    pub load_balancers: RefCell<Vec<String>>,
    /// What is in every group.
    pub targets: RefCell<Vec<Target>>,
    /// When a process is killed, by its writes.
    pub kill: Kill,
}

impl FakeBalancer {
    #[must_use]
    pub fn new(rules: Vec<ListenerRule>) -> Self {
        Self {
            rules: RefCell::new(rules),
            faults: RefCell::default(),
            requests: RefCell::default(),
            unhealthy: RefCell::default(),
            gone: RefCell::default(),
            idle_timeout: Cell::default(),
            load_balancers: RefCell::default(),
            targets: RefCell::default(),
            kill: Kill::default(),
        }
    }

    /// Puts another rule there, or another one in its place.
    pub fn put(&self, rule: ListenerRule) {
        let mut rules = self.rules.borrow_mut();
        rules.retain(|known| known.arn != rule.arn);
        rules.push(rule);
    }

    /// Lets the next calls of an operation go wrong, one after the other.
    pub fn fail(&self, operation: &'static str, faults: &[Fault]) {
        let mut all = self.faults.borrow_mut();
        all.entry(operation).or_default().extend(faults);
    }

    /// Lets a group have a healthy target, or none.
    pub fn is_healthy(&self, group: &TargetGroupArn, is_healthy: bool) {
        let mut unhealthy = self.unhealthy.borrow_mut();
        if is_healthy {
            unhealthy.remove(group);
        } else {
            unhealthy.insert(group.clone());
        }
    }

    /// Lets somebody delete a group.
    pub fn delete_group(&self, group: &TargetGroupArn) {
        self.gone.borrow_mut().insert(group.clone());
    }

    pub fn count(&self, operation: &str) -> usize {
        let requests = self.requests.borrow();
        requests
            .iter()
            .filter(|requested| **requested == operation)
            .count()
    }

    pub fn rule(&self, arn: &RuleArn) -> ListenerRule {
        let rules = self.rules.borrow();
        rules.iter().find(|rule| rule.arn == *arn).unwrap().clone()
    }

    pub fn rules(&self) -> Vec<ListenerRule> {
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
        let write = async || {
            self.change("ModifyRule", &rule.arn, |rule| {
                rule.routing = Routing::Forward(to.clone());
            })
        };
        self.kill.around(write).await
    }

    async fn create_rule(
        &self,
        like: &ListenerRule,
        priority: u32,
        _: &HeaderCondition,
        to: &Forward,
        tags: &BTreeMap<String, String>,
    ) -> Answer<RuleArn> {
        self.write("CreateRule", |rules| {
            if rules.iter().any(|rule| rule.priority == Some(priority)) {
                let mut taken = error("CreateRule", Fault::Rejected);
                taken.code = Some("PriorityInUse".to_owned());
                return Err(taken);
            }
            let listener = like.listener();
            let of_rules = listener.as_str();
            let of_rules = of_rules.replacen(":listener/", ":listener-rule/", 1);
            let arn = RuleArn::new(format!("{of_rules}/{priority}"));
            rules.push(ListenerRule {
                arn: arn.clone(),
                priority: Some(priority),
                carried: like.carried.clone(),
                before: like.before.clone(),
                routing: Routing::Forward(to.clone()),
                tags: tags.clone(),
            });
            Ok(arn)
        })
    }

    async fn delete_rule(&self, arn: &RuleArn) -> Answer<()> {
        let write = async || {
            self.write("DeleteRule", |rules| {
                rules.retain(|rule| rule.arn != *arn);
                Ok(())
            })
        };
        self.kill.around(write).await
    }

    async fn tag_rule(&self, arn: &RuleArn, tags: &BTreeMap<String, String>) -> Answer<()> {
        let write = async || self.change("AddTags", arn, |rule| rule.tags.extend(tags.clone()));
        self.kill.around(write).await
    }

    async fn untag_rule(&self, arn: &RuleArn, names: &[&str]) -> Answer<()> {
        let write = async || {
            self.change("RemoveTags", arn, |rule| {
                rule.tags.retain(|name, _| !names.contains(&name.as_str()));
            })
        };
        self.kill.around(write).await
    }

    async fn target_groups(&self, arns: &[TargetGroupArn]) -> Answer<Vec<TargetGroup>> {
        let groups = arns.iter().map(|arn| TargetGroup {
            arn: arn.clone(),
            load_balancers: self.load_balancers.borrow().clone(),
        });
        Ok(groups.collect())
    }

    async fn target_health(&self, arn: &TargetGroupArn) -> Answer<TargetHealth> {
        if self.gone.borrow().contains(arn) {
            return Err(CloudError {
                code: Some("TargetGroupNotFound".to_owned()),
                ..error("DescribeTargetHealth", Fault::Rejected)
            });
        }
        Ok(TargetHealth {
            healthy: usize::from(!self.unhealthy.borrow().contains(arn)),
            others: Vec::new(),
            targets: self.targets.borrow().clone(),
        })
    }

    async fn idle_timeout(&self, _: &RuleArn) -> Answer<Duration> {
        self.write("DescribeLoadBalancerAttributes", |_| {
            Ok(self.idle_timeout.get().unwrap_or(Duration::from_mins(1)))
        })
    }

    async fn has_target_group(&self, _: &str) -> Answer<bool> {
        Ok(true)
    }
}

/// A stand-in that has a load balancer: it takes no part in an experiment, unless rules are put
/// there.
pub trait Balanced {
    /// Returns the load balancer.
    fn balancer(&self) -> &FakeBalancer;

    /// Says whether there is a target group.
    fn knows_target_group(&self, arn: &str) -> impl Future<Output = Answer<bool>>;
}

impl Balanced for FakeCloud {
    fn balancer(&self) -> &FakeBalancer {
        &self.balancer
    }

    async fn knows_target_group(&self, arn: &str) -> Answer<bool> {
        let found = |world: &World| world.target_groups.contains(arn);
        self.read("DescribeTargetGroups", found).await
    }
}

impl<C: Balanced> Balancing for C {
    async fn listener_rule(&self, arn: &RuleArn) -> Answer<Option<ListenerRule>> {
        self.balancer().listener_rule(arn).await
    }

    async fn rules_of(&self, listener: &ListenerArn) -> Answer<Vec<ListenerRule>> {
        self.balancer().rules_of(listener).await
    }

    async fn all_rules(&self) -> Answer<Vec<ListenerRule>> {
        self.balancer().all_rules().await
    }

    async fn forward(&self, rule: &ListenerRule, to: &Forward) -> Answer<()> {
        self.balancer().forward(rule, to).await
    }

    async fn create_rule(
        &self,
        like: &ListenerRule,
        priority: u32,
        header: &HeaderCondition,
        to: &Forward,
        tags: &BTreeMap<String, String>,
    ) -> Answer<RuleArn> {
        self.balancer()
            .create_rule(like, priority, header, to, tags)
            .await
    }

    async fn delete_rule(&self, arn: &RuleArn) -> Answer<()> {
        self.balancer().delete_rule(arn).await
    }

    async fn tag_rule(&self, arn: &RuleArn, tags: &BTreeMap<String, String>) -> Answer<()> {
        self.balancer().tag_rule(arn, tags).await
    }

    async fn untag_rule(&self, arn: &RuleArn, names: &[&str]) -> Answer<()> {
        self.balancer().untag_rule(arn, names).await
    }

    async fn target_groups(&self, arns: &[TargetGroupArn]) -> Answer<Vec<TargetGroup>> {
        self.balancer().target_groups(arns).await
    }

    async fn target_health(&self, arn: &TargetGroupArn) -> Answer<TargetHealth> {
        self.balancer().target_health(arn).await
    }

    async fn idle_timeout(&self, rule: &RuleArn) -> Answer<Duration> {
        self.balancer().idle_timeout(rule).await
    }

    async fn has_target_group(&self, arn: &str) -> Answer<bool> {
        self.knows_target_group(arn).await
    }
}
