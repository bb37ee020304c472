//! What load balancers tell: which tasks they find healthy, and the share of the traffic.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Role;
use super::roles::{ReleaseTasks, by_traffic};
use crate::release::ids::{TargetGroupArn, TaskDefinitionArn};
use crate::release::{
    Document, ListenerRule, LiveService, LiveTask, Routing, ServiceRevision, TargetHealth, Wiring,
};
use crate::shape::items;

/// How the targets of each target group are, where that was told.
pub(super) struct Targets(pub(super) BTreeMap<TargetGroupArn, TargetHealth>);

impl Targets {
    /// Returns the groups of a pair that are known to have no healthy target.
    pub(super) fn empty(&self, wiring: &Wiring) -> BTreeSet<TargetGroupArn> {
        let is_empty = |group: &&TargetGroupArn| {
            let told = self.0.get(group);
            told.is_some_and(|health| health.healthy == 0)
        };
        wiring.groups.iter().filter(is_empty).cloned().collect()
    }

    /// Says whether every load balancer of one of these sets sends requests to a task; nothing
    /// where that was not told, or where targets go by the instance, which several tasks share.
    pub(super) fn finds_healthy(
        &self,
        task: &LiveTask,
        sets: &[Vec<TargetGroupArn>],
    ) -> Option<bool> {
        let mut is_known = true;
        for set in sets {
            match self.all_healthy(task, set) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => is_known = false,
            }
        }
        is_known.then_some(false)
    }

    fn all_healthy(&self, task: &LiveTask, set: &[TargetGroupArn]) -> Option<bool> {
        let mut all = true;
        for group in set {
            all &= is_healthy_in(self.0.get(group)?, task)?;
        }
        Some(all)
    }
}

/// The target groups that the tasks of each release are put into: an update can change them, and
/// old tasks stay where they are.
pub(super) struct TargetGroups {
    /// Those that the service states.
    pub(super) stated: Vec<TargetGroupArn>,
    /// Those of the service revisions that have tasks, by what these run.
    of_releases: BTreeMap<TaskDefinitionArn, Vec<Vec<TargetGroupArn>>>,
    /// Whether ECS moves traffic between two of them.
    is_pair: bool,
    /// What a release has whose service revision can't be read.
    otherwise: Vec<Vec<TargetGroupArn>>,
}

impl TargetGroups {
    pub(super) fn of(service: &LiveService, revisions: &[ServiceRevision]) -> Self {
        let otherwise = sets(&service.document, None);
        let stated: BTreeSet<TargetGroupArn> = otherwise.iter().flatten().cloned().collect();
        let wiring = Wiring::of(&service.document);
        let current: BTreeSet<_> = service
            .current_service_revisions
            .iter()
            .map(|revision| &revision.arn)
            .collect();
        let mut of_releases: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let running = revisions.iter();
        for revision in running.filter(|it| current.contains(&it.service_revision_arn)) {
            if let Some(arn) = &revision.task_definition {
                let lands_in = wiring.as_ref().and_then(|wiring| revision.group_of(wiring));
                let known = of_releases.entry(arn.clone()).or_default();
                known.extend(sets(&revision.document, lands_in));
            }
        }
        Self {
            is_pair: wiring.is_some(),
            otherwise,
            stated: stated.into_iter().collect(),
            of_releases,
        }
    }

    pub(super) fn sets_of(&self, release: &TaskDefinitionArn) -> &[Vec<TargetGroupArn>] {
        self.of_releases.get(release).unwrap_or(&self.otherwise)
    }

    /// Returns the share that a rule gives one of the releases, in percent; nothing where several
    /// have tasks in its group.
    pub(super) fn share_of(
        &self,
        rule: &ListenerRule,
        release: &ReleaseTasks,
        all: &[ReleaseTasks],
    ) -> Option<f64> {
        let mut running = all.iter().filter(|other| other.running > 0);
        if !self.is_pair {
            let is_alone = running.count() <= 1;
            let is_it = release.role == Role::Serving && is_alone;
            return share(rule, &self.stated).filter(|_| is_it);
        }
        let [its] = self.sets_of(&release.task_definition) else {
            return None;
        };
        let is_another = |other: &ReleaseTasks| other.task_definition != release.task_definition;
        let is_shared = running
            .any(|other| is_another(other) && self.sets_of(&other.task_definition).contains(its));
        (release.running > 0 && !is_shared).then(|| share(rule, its))?
    }

    /// Gives releases their roles by where requests go, where ECS moves these between two groups.
    pub(super) fn give_roles(
        &self,
        service: &LiveService,
        rule: Option<&ListenerRule>,
        releases: &mut [ReleaseTasks],
    ) {
        if let Some(rule) = rule.filter(|_| self.is_pair) {
            let all = releases.to_vec();
            by_traffic(service, releases, |release| {
                self.share_of(rule, release, &all)
            });
        }
    }

    /// Returns the group of a pair that the tasks of a release are in, where that is known.
    pub(super) fn in_pair(
        &self,
        release: &ReleaseTasks,
        wiring: &Wiring,
    ) -> Option<TargetGroupArn> {
        let [its] = self.sets_of(&release.task_definition) else {
            return None;
        };
        its.iter().find(|group| wiring.has(group)).cloned()
    }

    pub(super) fn all(&self) -> BTreeSet<&TargetGroupArn> {
        let sets = self.of_releases.values().flatten();
        sets.flatten().chain(&self.stated).collect()
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

/// Returns the sets of groups that tasks may be in: of a pair in one of both, that which ECS says
/// where it does.
fn sets(document: &Document, lands_in: Option<TargetGroupArn>) -> Vec<Vec<TargetGroupArn>> {
    let wiring = Wiring::of(document);
    let is_of_pair = |group: &TargetGroupArn| {
        let wiring = wiring.as_ref();
        wiring.is_some_and(|wiring| wiring.has(group))
    };
    let others: Vec<TargetGroupArn> = items(document.get("loadBalancers"))
        .filter_map(|balancer| balancer["targetGroupArn"].as_str())
        .map(TargetGroupArn::new)
        .filter(|group| !is_of_pair(group))
        .collect();
    let with = |group: TargetGroupArn| others.iter().cloned().chain([group]).collect();
    match (&wiring, lands_in) {
        (None, _) => vec![others],
        (Some(_), Some(group)) => vec![with(group)],
        (Some(wiring), None) => wiring.groups.iter().cloned().map(with).collect(),
    }
}

/// Returns the share that a rule gives the service's target groups, in percent.
fn share(rule: &ListenerRule, groups: &[TargetGroupArn]) -> Option<f64> {
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
