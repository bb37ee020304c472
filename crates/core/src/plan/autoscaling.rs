//! Plans the number of tasks: fixed by the manifest, or scaled with the load.

use serde_json::{Value, json};

use super::Observed;
use super::diff::{Change, ChangeValues};
use crate::release::{
    DesiredScaling, Document, LiveService, Policy, Release, SCALED, Scaling, ScalingWrite,
    Tracking, Wiring,
};

/// The policy that mlship makes where there is none that tracks the CPU yet.
const POLICY: &str = "mlship-cpu";

/// Why Application Auto Scaling is asked about a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Its answer is needed.
    Must,
    /// Someone else may have it scale the service; without an answer nobody does.
    May,
    /// It has no part in this.
    No,
}

/// Returns whether Application Auto Scaling has to be asked before planning.
#[must_use]
pub fn asks_about_scaling(release: &Release, observed: &Observed) -> Ask {
    let live = observed.service.as_ref();
    let Some(service) = live.filter(|service| service.is_active()) else {
        return Ask::No;
    };
    if release.desired.scaling.is_some() || is_marked(service) {
        return Ask::Must;
    }
    let wanted = release.desired.service.get("desiredCount");
    match wanted.and_then(Value::as_u64) {
        Some(count) if count != u64::from(service.desired_count) => Ask::May,
        Some(_) | None => Ask::No,
    }
}

/// Returns a warning of each policy that goes by the requests of one group, of a service as ECS will
/// have it that moves its traffic between two.
#[must_use]
pub fn single_group_notes(scaling: Option<&Scaling>, service: &Document) -> Vec<String> {
    if Wiring::of(service).is_none() {
        return Vec::new();
    }
    let policies = scaling.map_or(&[][..], |scaling| &scaling.policies);
    let tied = policies
        .iter()
        .filter_map(|policy| Some((policy, policy.counts_requests_of()?)));
    tied.map(|(policy, group)| {
        format!(
            "warning: scaling policy {} goes by the requests of {group} alone: while traffic is \
             with the other group it sees none, and takes tasks away",
            policy.name
        )
    })
    .collect()
}

/// Returns whether mlship once made this service's autoscaling.
#[must_use]
pub(super) fn is_marked(service: &LiveService) -> bool {
    service.tags().contains_key(SCALED)
}

/// What autoscaling adds to a plan.
#[derive(Debug, Default)]
pub(super) struct Scaled {
    pub(super) changes: Vec<Change>,
    pub(super) writes: Vec<ScalingWrite>,
    pub(super) notes: Vec<String>,
    /// Whether autoscaling owns the number of tasks once the plan is applied.
    pub(super) owns: bool,
}

/// Plans the autoscaling of a service.
#[must_use]
pub(super) fn scaled(
    wanted: Option<DesiredScaling>,
    live: Option<&Scaling>,
    is_marked: bool,
) -> Scaled {
    match (wanted, live) {
        (Some(wanted), live) => set(wanted, live),
        (None, Some(live)) if is_marked => remove(live),
        (None, Some(_)) => Scaled {
            owns: true,
            ..Scaled::default()
        },
        (None, None) => Scaled::default(),
    }
}

fn set(wanted: DesiredScaling, live: Option<&Scaling>) -> Scaled {
    let mut scaled = Scaled {
        owns: true,
        ..Scaled::default()
    };
    let before = |number: fn(&Scaling) -> u32| live.map(|live| json!(number(live)));
    let bounds = [
        ("min", "minCapacity", before(|live| live.min), wanted.min),
        ("max", "maxCapacity", before(|live| live.max), wanted.max),
    ];
    for (field, ecs_field, before, after) in bounds {
        let ecs_field = format!("scalableTarget.{ecs_field}");
        scaled.differ(field, ecs_field, before, Some(json!(after)));
    }
    if !scaled.changes.is_empty() {
        let (min, max) = (wanted.min, wanted.max);
        scaled.writes.push(ScalingWrite::Bounds { min, max });
    }
    let policies = live.map_or(&[][..], |live| &live.policies);
    // AWS takes one policy a metric: one that tracks the CPU already is changed, whoever made it.
    let tracks = policies.iter().find(|policy| policy.cpu.is_some());
    let (changes, writes) = match wanted.target_cpu_percent {
        Some(target) => track(f64::from(target), tracks),
        None => delete_own_policy(tracks),
    };
    scaled.changes.extend(changes);
    scaled.writes.extend(writes);
    scaled
}

type PolicyChange = (Option<Change>, Option<ScalingWrite>);

fn track(target: f64, policy: Option<&Policy>) -> PolicyChange {
    let known = policy.and_then(|policy| policy.cpu.clone());
    let before = known.as_ref().map(|cpu| cpu.target);
    let same = before == Some(target);
    if same {
        return (None, None);
    }
    let name = policy.map_or(POLICY, |policy| &policy.name).to_owned();
    let tracking = Tracking {
        target,
        ..known.unwrap_or_default()
    };
    let change = target_change(
        before.map(|capacity| json!(capacity)),
        Some(json!(target)),
        &name,
    );
    let write = ScalingWrite::Track {
        policy: name,
        tracking,
    };
    (Some(change), Some(write))
}

fn delete_own_policy(policy: Option<&Policy>) -> PolicyChange {
    let Some(policy) = policy.filter(|policy| policy.name == POLICY) else {
        return (None, None);
    };
    let before = policy.cpu.as_ref().map(|cpu| json!(cpu.target));
    let change = target_change(before, None, POLICY);
    let policy = POLICY.to_owned();
    (Some(change), Some(ScalingWrite::Drop { policy }))
}

fn remove(live: &Scaling) -> Scaled {
    let (ours, others): (Vec<&Policy>, Vec<&Policy>) = live
        .policies
        .iter()
        .partition(|policy| policy.cpu.is_some());
    let mut scaled = Scaled::default();
    if !others.is_empty() {
        let (change, write) = delete_own_policy(ours.first().copied());
        scaled.changes.extend(change);
        scaled.writes.extend(write);
        scaled.owns = true;
        scaled.notes.push(format!(
            "leaves autoscaling in place: policy {} is not of this manifest",
            others[0].name
        ));
        return scaled;
    }
    let before = [
        ("min", "minCapacity", live.min),
        ("max", "maxCapacity", live.max),
    ];
    for (field, ecs_field, before) in before {
        let ecs_field = format!("scalableTarget.{ecs_field}");
        scaled.differ(field, ecs_field, Some(json!(before)), None);
    }
    for policy in ours {
        let before = policy.cpu.as_ref().map(|cpu| json!(cpu.target));
        scaled
            .changes
            .push(target_change(before, None, &policy.name));
    }
    scaled.writes.push(ScalingWrite::DropAll);
    scaled.notes.push("removes autoscaling".to_owned());
    scaled
}

impl Scaled {
    fn differ(
        &mut self,
        field: &str,
        ecs_field: String,
        before: Option<Value>,
        after: Option<Value>,
    ) {
        if before != after {
            self.changes.push(Change {
                path: format!("autoscaling.{field}"),
                ecs_field,
                shown: ChangeValues::Values { before, after },
            });
        }
    }
}

fn target_change(before: Option<Value>, after: Option<Value>, policy: &str) -> Change {
    Change {
        path: "autoscaling.targetCpuPercent".to_owned(),
        ecs_field: format!("scalingPolicies[{policy}].targetValue"),
        shown: ChangeValues::Values { before, after },
    }
}

#[cfg(test)]
mod tests;
