//! What load balancers tell: which tasks they find healthy, and the share of the traffic.

use crate::release::ids::TargetGroupArn;
use crate::release::{ListenerRule, LiveService, LiveTask, Routing, TargetHealth};
use crate::shape::items;

/// How the targets of each target group are.
pub(super) struct Targets(pub(super) Vec<TargetHealth>);

impl Targets {
    /// Says whether every load balancer sends requests to a task; nothing where its targets go by
    /// the instance, which several tasks share.
    pub(super) fn finds_healthy(&self, task: &LiveTask) -> Option<bool> {
        let mut all = true;
        for group in &self.0 {
            all &= is_healthy_in(group, task)?;
        }
        Some(all)
    }
}

fn is_healthy_in(group: &TargetHealth, task: &LiveTask) -> Option<bool> {
    if group
        .targets
        .iter()
        .any(|target| target.id.starts_with("i-"))
    {
        return None;
    }
    let is_its = |id: &str| task.addresses().any(|address| address == id);
    Some(
        group
            .targets
            .iter()
            .any(|target| target.is_healthy && is_its(&target.id)),
    )
}

/// Returns the target groups that a service puts its tasks into.
pub(super) fn target_groups(service: &LiveService) -> Vec<TargetGroupArn> {
    items(service.document.get("loadBalancers"))
        .filter_map(|balancer| balancer["targetGroupArn"].as_str())
        .map(TargetGroupArn::new)
        .collect()
}

/// Returns the share that a rule gives the service's target groups, in percent.
pub(super) fn share(rule: &ListenerRule, groups: &[TargetGroupArn]) -> Option<f64> {
    let Routing::Forward(forward) = &rule.routing else {
        return None;
    };
    let of = |is_counted: &dyn Fn(&TargetGroupArn) -> bool| -> f64 {
        let counted = forward
            .weights
            .iter()
            .filter(|(group, _)| is_counted(group));
        counted.map(|(_, weight)| f64::from(*weight)).sum()
    };
    let (own, all) = (of(&|group| groups.contains(group)), of(&|_| true));
    if forward.weights.len() == 1 {
        // A single group gets all requests, whatever its weight.
        let is_own = forward.weights.keys().all(|group| groups.contains(group));
        return Some(if is_own { 100.0 } else { 0.0 });
    }
    (all > 0.0).then(|| (own / all * 1000.0).round() / 10.0)
}
