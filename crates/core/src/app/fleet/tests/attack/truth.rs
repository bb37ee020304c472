//! What is true of a fleet, against what a run said of it.

use std::collections::BTreeMap;

use super::drawn::name;
use super::{Drawn, Heard, Wrong};
use crate::app::ResultRecord;
use crate::app::fleet::{RunRecord, RunResults};
use crate::app::watch::OnInterrupt;
use crate::cloud::fake::{FakeFleet, World};
use crate::progress::{Conclusion, ExitCode};
use crate::release::ServiceDeploymentStatus as Status;
use crate::release::ids::TaskDefinitionArn;

/// A run that is over.
pub(super) struct Truth<'a> {
    pub(super) drawn: &'a Drawn,
    pub(super) cloud: &'a FakeFleet,
    pub(super) results: &'a RunResults,
}

/// Says whether a revision is of the release that the run deploys.
fn is_ours(world: &World, arn: &TaskDefinitionArn) -> bool {
    let found = world.task_definition(arn.as_str());
    found.is_some_and(|found| found.document["containerDefinitions"][0]["image"] == "m:2")
}

/// Returns how each deployment of the release went, the newest first.
pub(in super::super) fn ours(world: &World) -> Vec<Status> {
    let mut found = Vec::new();
    for deployment in &world.deployments {
        let target = deployment.target().cloned();
        let revision = world.revisions(target.as_slice()).pop().unwrap();
        if is_ours(world, &revision.task_definition.unwrap()) {
            found.push(deployment.status);
        }
    }
    found
}

/// Returns how many revisions of the release there are.
pub(in super::super) fn registered(world: &World) -> usize {
    let all = world.task_definitions.iter();
    all.filter(|one| is_ours(world, &one.arn)).count()
}

/// Says whether the service runs the release.
pub(super) fn serves(world: &World) -> bool {
    let service = world.service.as_ref();
    service.is_some_and(|service| is_ours(world, &service.task_definition))
}

fn of(all: &[ResultRecord], at: usize) -> Vec<ResultRecord> {
    let of_it = all.iter().filter(|result| result.service == name(at));
    of_it.cloned().collect()
}

impl Truth<'_> {
    pub(super) fn check(&self, heard: &Heard, record: &RunRecord) {
        self.check_sum(heard, record);
        for at in 0..self.drawn.members.len() {
            self.check_forth(at);
            self.check_interrupted(at);
            self.check_back(at);
        }
    }

    fn forth(&self, at: usize) -> ResultRecord {
        let mut of_it = of(&self.results.forth, at);
        assert_eq!(of_it.len(), 1, "{of_it:?}");
        of_it.remove(0)
    }

    fn check_sum(&self, heard: &Heard, record: &RunRecord) {
        let all: Vec<&ResultRecord> = self.results.all().collect();
        assert_eq!(heard.told().len(), all.len());
        let mut last = BTreeMap::new();
        for result in &all {
            last.insert(&result.service, result.conclusion().word());
        }
        let mut sum: BTreeMap<&str, usize> = BTreeMap::new();
        for word in last.values() {
            *sum.entry(word).or_default() += 1;
        }
        assert_eq!(record.verdicts, sum);
        assert_eq!(record.services, self.drawn.members.len());
        let codes = all.iter().map(|result| result.exit_code());
        assert_eq!(record.exit_code, ExitCode::worst(codes));
        let is_well = |result: &&ResultRecord| result.exit_code() == ExitCode::Done;
        assert_eq!(record.exit_code == ExitCode::Done, all.iter().all(is_well));
    }

    fn check_forth(&self, at: usize) {
        let member = &self.drawn.members[at];
        let (world, result) = (self.cloud.world(&name(at)), self.forth(at));
        let said = result.conclusion();
        let is_deleted = matches!(member.wrong, Wrong::Deleted(_));
        let is_foreign = matches!(member.wrong, Wrong::Foreign(_));
        let ours = ours(&world);
        assert!(ours.len() <= 1, "{at}: {ours:?}");
        let (first, because) = (ours.first(), format!("{at}: {result:?}"));
        match said {
            // Deleted, ECS forgot it.
            Conclusion::Succeeded if is_deleted => {}
            Conclusion::Succeeded => assert_eq!(first, Some(&Status::Successful), "{because}"),
            Conclusion::RolledBack => {
                assert_eq!(first, Some(&Status::RollbackSuccessful), "{because}");
            }
            Conclusion::Superseded => assert!(is_foreign, "{because}"),
            Conclusion::TimedOut => assert!(self.drawn.run_timeout.is_some(), "{because}"),
            Conclusion::Interrupted(_) => assert!(self.drawn.interrupted.is_some(), "{because}"),
            Conclusion::NotBegun => assert_eq!(first, None, "{because}"),
            Conclusion::Refused(_) => {
                assert_eq!(first, None, "{because}");
                assert!(is_foreign || is_deleted, "{because}");
            }
            Conclusion::Failed => assert_eq!(member.wrong, Wrong::Fails, "{because}"),
            Conclusion::Error(_) => {
                assert!(is_deleted || !self.drawn.is_made_up_for(at), "{because}");
            }
            Conclusion::Unchanged
            | Conclusion::Misrouted
            | Conclusion::Started
            | Conclusion::Returned
            | Conclusion::Paused => panic!("{because}"),
        }
        let is_met = |on: &usize| self.forth(*on).conclusion() == Conclusion::Succeeded;
        if !member.on.iter().all(is_met) {
            assert_eq!(said, Conclusion::NotBegun, "{because}");
        } else if self.drawn.is_unlimited() && self.drawn.is_made_up_for(at) {
            match member.wrong {
                Wrong::Nothing | Wrong::Absent | Wrong::Lost(..) => {
                    assert_eq!(said, Conclusion::Succeeded, "{because}");
                }
                Wrong::Fails => assert_eq!(said, Conclusion::RolledBack, "{because}"),
                Wrong::Foreign(_) | Wrong::Deleted(_) => {
                    assert_ne!(said, Conclusion::NotBegun, "{because}");
                }
            }
        }
    }

    /// What a signal did to a deployment is what was said of it, and none but the run's own is
    /// touched.
    fn check_interrupted(&self, at: usize) {
        let world = self.cloud.world(&name(at));
        let (result, ours) = (self.forth(at), ours(&world));
        let newest = world.deployments.first();
        let is_stopped = newest.is_some_and(|newest| newest.rollback.is_some());
        let because = format!("{at}: {result:?} {ours:?} {newest:?}");
        let error = result.error.as_deref().unwrap_or_default();
        if let Conclusion::Interrupted(_) = result.conclusion() {
            let goes_on = ours.first() == Some(&Status::InProgress);
            match self.drawn.on_interrupt {
                OnInterrupt::Detach => assert!(!is_stopped, "{because}"),
                OnInterrupt::Rollback | OnInterrupt::RollbackOwn | OnInterrupt::Spare => {
                    if error.contains("ECS was asked to roll back") {
                        assert!(!goes_on, "{because}");
                        assert!(is_stopped, "{because}");
                    } else {
                        assert!(!error.is_empty(), "{because}");
                    }
                }
            }
        }
    }

    fn check_back(&self, at: usize) {
        let back = of(&self.results.back, at);
        assert!(back.len() <= 1);
        let Some(result) = back.first() else {
            return;
        };
        assert_eq!(self.forth(at).conclusion(), Conclusion::Succeeded);
        let world = self.cloud.world(&name(at));
        let error = result.error.as_deref().unwrap_or_default();
        if error.starts_with("not taken back: ") {
            let is_left_to_others = matches!(
                self.drawn.members[at].wrong,
                Wrong::Foreign(_) | Wrong::Deleted(_)
            );
            assert!(serves(&world) || is_left_to_others, "{at}: {result:?}");
        }
        if result.conclusion() == Conclusion::Returned {
            assert!(!serves(&world), "{at}: {result:?}");
            for (other, member) in self.drawn.members.iter().enumerate() {
                if member.on.contains(&at) {
                    let forth = self.forth(other);
                    assert!(
                        !forth.may_serve_yet(),
                        "{at} is back, and {other} goes on: {forth:?}"
                    );
                }
            }
        }
    }
}
