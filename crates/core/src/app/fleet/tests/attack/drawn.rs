//! Fleets in which something goes wrong, as they are drawn.

use std::num::NonZeroUsize;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use tokio::time::Instant;

use super::{Loaded, OnFailure};
use crate::app::deploy::DeployOptions;
use crate::app::fleet::RunOptions;
use crate::app::fleet::simulated::{manifest, options};
use crate::app::watch::OnInterrupt;
use crate::cloud::fake::{FakeFleet, Fault, World};
use serde_json::json;

/// That of a service which is not there makes it; all others are to one that serves.
const CREATE: &str = "CreateService";

const WRITES: [&str; 4] = [
    "RegisterTaskDefinition",
    "UpdateService",
    "TagResource",
    CREATE,
];

const WAYS_OUT: [OnInterrupt; 3] = [
    OnInterrupt::Detach,
    OnInterrupt::Rollback,
    OnInterrupt::RollbackOwn,
];

const FAULTS: [Fault; 3] = [Fault::LostBefore, Fault::LostAfter, Fault::GarbledAfter];

const KINDS: [OnFailure; 3] = [OnFailure::Continue, OnFailure::Stop, OnFailure::Rollback];

/// What goes wrong with one service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) enum Wrong {
    Nothing,
    Fails,
    /// It is not there, and is created.
    Absent,
    /// Somebody else deploys, so many seconds after the run began.
    Foreign(u64),
    Deleted(u64),
    /// The write does not get through, or its answer doesn't, so many times.
    Lost(&'static str, Fault, usize),
}

#[derive(Debug, Clone)]
pub(in super::super) struct Member {
    wave: u32,
    /// Whom it depends on, of those before it.
    pub(in super::super) on: Vec<usize>,
    pub(in super::super) wrong: Wrong,
}

/// A fleet, and how a run over it goes.
#[derive(Debug, Clone)]
pub(in super::super) struct Drawn {
    pub(in super::super) members: Vec<Member>,
    pub(in super::super) on_failure: OnFailure,
    pub(super) budget: Option<usize>,
    pub(super) max_parallel: Option<usize>,
    pub(in super::super) run_timeout: Option<Duration>,
    pub(super) interrupted: Option<Duration>,
    pub(super) on_interrupt: OnInterrupt,
}

fn wrong() -> impl Strategy<Value = Wrong> {
    prop_oneof![
        4 => Just(Wrong::Nothing),
        2 => Just(Wrong::Fails),
        1 => Just(Wrong::Absent),
        2 => (0_u64..200).prop_map(Wrong::Foreign),
        1 => (0_u64..200).prop_map(Wrong::Deleted),
        3 => (select(&WRITES[..]), select(&FAULTS[..]), 1_usize..9)
            .prop_map(|(write, fault, times)| Wrong::Lost(write, fault, times)),
    ]
}

fn seconds(most: u64) -> impl Strategy<Value = Option<Duration>> {
    let some = (0..most * 1000).prop_map(Duration::from_millis);
    prop_oneof![3 => Just(None), 1 => some.prop_map(Some)]
}

pub(in super::super) fn drawn() -> impl Strategy<Value = Drawn> {
    let member = (
        1_u32..4,
        prop::collection::vec(any::<Index>(), 0..3),
        wrong(),
    );
    let members = prop::collection::vec(member, 1..9).prop_map(|all| {
        let mut made: Vec<Member> = Vec::new();
        for (at, (wave, on, wrong)) in all.into_iter().enumerate() {
            let on = on.iter().filter(|_| at > 0).map(|on| on.index(at));
            let mut on: Vec<usize> = on.filter(|on| made[*on].wave <= wave).collect();
            on.sort_unstable();
            on.dedup();
            made.push(Member { wave, on, wrong });
        }
        made
    });
    let limits = (
        select(&KINDS[..]),
        prop::option::of(0_usize..4),
        prop::option::of(1_usize..4),
    );
    let ends = (seconds(400), seconds(400), select(&WAYS_OUT[..]));
    (members, limits, ends).prop_map(
        |(
            members,
            (on_failure, budget, max_parallel),
            (run_timeout, interrupted, on_interrupt),
        )| {
            Drawn {
                members,
                on_failure,
                budget,
                max_parallel,
                run_timeout,
                interrupted,
                on_interrupt,
            }
        },
    )
}

pub(super) fn name(member: usize) -> String {
    format!("s{member}")
}

/// Lets somebody deploy something else.
fn hotfix(world: &mut World) {
    if let Some(service) = &world.service {
        let family = service.task_definition.short().to_owned();
        let family = family.split(':').next().unwrap();
        let content = json!({"family": family,
            "containerDefinitions": [{"name": "m", "image": "m:3"}]});
        let arn = world.register(content.as_object().unwrap());
        world.update(json!({"taskDefinition": arn}).as_object().unwrap());
    }
}

impl Drawn {
    pub(in super::super) fn cloud(&self) -> FakeFleet {
        let names: Vec<String> = (0..self.members.len()).map(name).collect();
        let cloud = FakeFleet::serving(names.iter().map(String::as_str), 1.0);
        for (name, member) in names.iter().zip(&self.members) {
            match member.wrong {
                Wrong::Nothing => {}
                Wrong::Fails => cloud.change(name, |world| world.fails = true),
                Wrong::Absent => cloud.change(name, World::delete),
                Wrong::Foreign(at) => cloud.after(name, Duration::from_secs(at), hotfix),
                Wrong::Deleted(at) => cloud.after(name, Duration::from_secs(at), World::delete),
                Wrong::Lost(write, fault, times) => {
                    if write == CREATE {
                        cloud.change(name, World::delete);
                    }
                    cloud.fail(name, write, &vec![fault; times]);
                }
            }
        }
        cloud
    }

    pub(in super::super) fn manifests(&self) -> Vec<Loaded> {
        let each = self.members.iter().enumerate().map(|(at, member)| {
            let on: Vec<String> = member.on.iter().copied().map(name).collect();
            let more = format!(", wave: {}, dependsOn: [{}]", member.wave, on.join(", "));
            Loaded::new(manifest(&name(at), &more))
        });
        each.collect()
    }

    pub(super) fn options(&self) -> RunOptions {
        RunOptions {
            max_parallel: self.max_parallel.and_then(NonZeroUsize::new),
            failure_budget: self
                .budget
                .map(|budget| budget.to_string().parse().unwrap()),
            on_failure: self.on_failure,
        }
    }

    pub(in super::super) fn deploy_options(&self) -> DeployOptions {
        let mut options = options(self.run_timeout.map(|after| Instant::now() + after));
        options.watch.on_interrupt = self.on_interrupt;
        options
    }

    /// Says whether only one request to a service is lost, which is made up for.
    pub(in super::super) fn is_made_up_for(&self, member: usize) -> bool {
        match self.members[member].wrong {
            Wrong::Lost(.., times) => times == 1,
            Wrong::Nothing
            | Wrong::Fails
            | Wrong::Absent
            | Wrong::Foreign(_)
            | Wrong::Deleted(_) => true,
        }
    }

    /// Says whether nothing but its services holds the run back.
    pub(super) fn is_unlimited(&self) -> bool {
        let goes_on = self.on_failure == OnFailure::Continue && self.budget.is_none();
        goes_on && self.run_timeout.is_none() && self.interrupted.is_none()
    }
}
