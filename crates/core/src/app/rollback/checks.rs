//! Checks that a release can still run, before a rollback changes anything.
//!
//! A deployment that runs is stopped without asking: what it replaces still has its tasks, and
//! going on is no better.

use super::Rollback;
use super::deployments::Deployments;
use super::target::Target;
use crate::app::ResultRecord;
use crate::app::watch::released;
use crate::cloud::{Balancing, Cloud};
use crate::preflight::{
    Check, Documents, Finding, Memory, Preflight, State, Surroundings, Survey, needs, preflight,
};
use crate::progress::{Conclusion, Refusal};
use crate::registry::Registries;
use crate::release::Document;

/// Says whether a finding is worth a line to whoever goes back.
fn is_doubt(finding: &Finding) -> bool {
    let is_found = match finding.state {
        State::Fail | State::Warn => true,
        State::Pass | State::Unchecked { .. } => false,
    };
    is_found
        && match finding.check {
            // The first three are looked at with what ran; and what fails makes room as it ends.
            // And a way back moves all traffic at once.
            Check::Image
            | Check::Secret
            | Check::Parameter
            | Check::Capacity
            | Check::FirstStep => false,
            Check::Architecture
            | Check::ExecutionRole
            | Check::TaskRole
            | Check::TrafficRole
            | Check::Hook
            | Check::RolePermissions
            | Check::Route
            | Check::SecurityGroups
            | Check::LogGroup
            | Check::TargetGroup
            | Check::CapacityProviders
            | Check::Alarms
            | Check::FiringAlarm
            | Check::HealthCheck => true,
        }
}

pub(super) fn unchecked(what: &String) -> String {
    format!("not checked: {what}")
}

impl<C: Cloud + Balancing + Registries> Rollback<'_, C> {
    /// Looks whether a release can run again.
    pub(super) async fn check(&self, target: &Target) -> Preflight {
        if self.options.skip_checks {
            return Preflight::default();
        }
        let needs = needs(&target.task_definition.document, target.revision.as_ref());
        preflight(self.context.cloud, &needs, self.options.check_timeout).await
    }

    /// Returns what else a release leans on that may not work. Nothing of it refuses: whoever goes
    /// back has no better place. What was not seen is not told, and nobody waits for it longer
    /// than for the checks that do refuse.
    pub(super) async fn doubts(&self, target: &Target) -> Vec<String> {
        if self.options.skip_checks {
            return Vec::new();
        }
        let (revision, none) = (target.revision.as_ref(), Document::new());
        let documents = Documents {
            task_definition: &target.task_definition.document,
            service: revision.map_or(&none, |revision| &revision.document),
        };
        let cluster = self.service().cluster.as_str();
        let survey = Survey {
            cloud: self.context.cloud,
            memory: &Memory::default(),
            within: self.options.check_timeout,
        };
        let surroundings = Surroundings::of(documents, cluster, self.caller);
        let findings = survey.of(&surroundings).await;
        let doubts = findings.iter().filter(|finding| is_doubt(finding));
        doubts
            .map(|finding| format!("warning: {} {}", finding.subject, finding.message))
            .collect()
    }

    /// A release that cannot run is no way out.
    pub(super) async fn unfit(
        &self,
        deployments: &Deployments,
        target: &Target,
        found: &Preflight,
    ) -> ResultRecord {
        let mut result = ResultRecord::new(self.service(), Conclusion::Refused(Refusal::Check));
        result.release = released(&target.task_definition);
        let missing = found.missing.join("; ");
        let short = target.task_definition.arn.short();
        result.error = Some(format!("{short} cannot run again: {missing}"));
        let others = deployments
            .others(self.context.cloud, Some(&target.task_definition.arn))
            .await;
        let command = self.watch().command("rollback");
        result.hint = Some(match others.hint(&command) {
            None => format!("put it back, or try all the same: {command} --skip-checks"),
            Some(elsewhere) => format!("put it back, or go elsewhere: {elsewhere}"),
        });
        result
    }
}
