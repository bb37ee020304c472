//! The first phase of a deploy: what can't work is refused before anything is written.

use std::time::Duration;

use super::{as_planned, diagnostic, firing_alarms, surroundings, survey};
use crate::app::deploy::{Deploy, IfAlarmed};
use crate::app::model_version::PinnedManifest;
use crate::app::{Address, Report, ResultRecord, results};
use crate::cloud::{Balancing, Cloud, closed};
use crate::plan::Plan;
use crate::preflight::{Check, Finding, Memory, State, Surroundings, Survey};
use crate::progress::Event;
use crate::registry::Registries;
use crate::release::{resolve, service_of};
use mlship_manifest::Manifest;

/// How long a look at the plan waits for alarms.
const WITHIN_A_LOOK: Duration = Duration::from_secs(5);

impl<C: Cloud + Balancing + Registries> Deploy<'_, C> {
    /// Returns why a release must not be deployed, for whoever writes something before it is: it
    /// leans on something that is not there. What is not planned by now is told by the deploy.
    pub(in crate::app) async fn unfit(
        &self,
        manifest: &Manifest,
        report: &mut dyn Report,
    ) -> Option<ResultRecord> {
        self.options.verify.as_ref()?;
        let (plan, pinned) = tokio::select! {
            planned = Box::pin(self.foreseen(manifest)) => planned?,
            interrupt = self.context.interrupts.wait() => {
                let service = service_of(&manifest.release);
                return Some(results::stopped_before(&service, interrupt));
            }
        };
        let address = Address::Manifest(manifest.source.name().to_owned());
        if let Some(refused) = self.misrouted(&plan, &address) {
            return Some(refused);
        }
        match self.looked_at(&plan, &pinned).await? {
            // The deploy tells the rest.
            Ok(findings) => refusal(&plan, &pinned.manifest, &findings, report),
            Err(ended) => Some(*ended),
        }
    }

    /// Returns why a release must not be deployed, if it leans on something that is not there. What
    /// may work, and what was not seen, is told.
    pub(in crate::app) async fn verified(
        &self,
        plan: &Plan,
        pinned: &PinnedManifest,
        report: &mut dyn Report,
    ) -> Option<ResultRecord> {
        let mut findings = match self.looked_at(plan, pinned).await? {
            Ok(findings) => findings,
            Err(ended) => return Some(*ended),
        };
        if self.options.if_alarmed == IfAlarmed::Unwatched {
            for finding in findings
                .iter_mut()
                .filter(|one| is_firing(one) && one.is_fail())
            {
                finding.state = State::Warn;
            }
        }
        for message in notes(&findings) {
            report.event(&plan.service, &Event::Note { message });
        }
        refusal(plan, &pinned.manifest, &findings, report)
    }

    /// Looks at what a release leans on; at alarms that are on alone where nobody shall ask for the
    /// rest, and at nothing where nothing is deployed.
    async fn looked_at(
        &self,
        plan: &Plan,
        pinned: &PinnedManifest,
    ) -> Option<Result<Vec<Finding>, Box<ResultRecord>>> {
        if !plan.deploys() {
            return None;
        }
        let survey = async |around| match &self.options.verify {
            Some(memory) => survey(self.context.cloud, memory, around).await,
            None => firing_alarms(self.context.cloud, around).await,
        };
        let around = around(plan, &pinned.manifest);
        Some(tokio::select! {
            biased;
            findings = survey(&around) => Ok(findings),
            why = closed() => {
                Err(Box::new(results::not_begun(&plan.service, &why).with_plan(plan)))
            }
            interrupt = self.context.interrupts.wait() => {
                Err(Box::new(results::stopped_before(&plan.service, interrupt)))
            }
        })
    }
}

/// Returns what a planned release leans on.
fn around(plan: &Plan, manifest: &Manifest) -> Surroundings {
    let caller = &plan.caller;
    let release = resolve(&manifest.release, &caller.region, &manifest.secrets);
    let rollout = manifest.release.rollout.as_ref();
    let live = plan.live.as_deref();
    let service = as_planned(&release, live, plan);
    surroundings(caller, &release, rollout, live, &service)
}

/// Returns what alarms and the first step of a planned release are worth a line of, for whoever only
/// looks. Where nothing is deployed, or no traffic moves, nobody asks.
pub(in crate::app) async fn warnings_of_shift<C: Cloud>(
    cloud: &C,
    plan: &Plan,
    manifest: &Manifest,
) -> Vec<String> {
    let around = around(plan, manifest);
    let is_asked = around.shifting.is_some() || !around.described.is_empty();
    if !plan.deploys() || !is_asked {
        return Vec::new();
    }
    let survey = Survey {
        cloud,
        memory: &Memory::default(),
        within: WITHIN_A_LOOK,
    };
    let mut findings = survey.of_shift(&around).await;
    for finding in findings.iter_mut().filter(|one| one.is_fail()) {
        finding.state = State::Warn;
    }
    notes(&findings)
}

/// Returns why a release must not be deployed, by what was found.
fn refusal(
    plan: &Plan,
    manifest: &Manifest,
    findings: &[Finding],
    report: &mut dyn Report,
) -> Option<ResultRecord> {
    let failed = findings.iter().filter(|finding| finding.is_fail());
    let failed: Vec<_> = failed
        .map(|finding| diagnostic(manifest, finding))
        .collect();
    if failed.is_empty() {
        return None;
    }
    report.findings(&failed);
    let mut refused = results::refused(&plan.service, &failed).with_plan(plan);
    let all_fire = findings
        .iter()
        .filter(|finding| finding.is_fail())
        .all(is_firing);
    refused.hint = Some(if all_fire {
        "wait until it is over, or deploy all the same with --despite-alarms".to_owned()
    } else {
        "mend it, or deploy all the same with --skip-verify".to_owned()
    });
    Some(refused)
}

/// Says whether a finding is about an alarm that is on.
fn is_firing(finding: &Finding) -> bool {
    finding.check == Check::FiringAlarm
}

/// What is worth a line: each warning, and in one all that was not seen.
fn notes(findings: &[Finding]) -> Vec<String> {
    let warned = findings
        .iter()
        .filter(|finding| finding.state == State::Warn);
    let mut notes: Vec<String> = warned
        .map(|finding| format!("warning: {} {}", finding.subject, finding.message))
        .collect();
    let mut unseen: Vec<String> = Vec::new();
    let mut permissions: Vec<&str> = Vec::new();
    for finding in findings {
        if let State::Unchecked { permission } = finding.state {
            let check = finding.check.to_string();
            if !unseen.contains(&check) {
                unseen.push(check);
            }
            permissions.extend(permission.filter(|one| !permissions.contains(one)));
        }
    }
    if !unseen.is_empty() {
        let unseen = unseen.join(", ");
        notes.push(if permissions.is_empty() {
            format!("not checked: {unseen}")
        } else {
            let permissions = permissions.join(", ");
            format!("not checked: {unseen} (for want of {permissions})")
        });
    }
    notes
}
