//! What a command takes down for the reports that are written once it is over.

use super::Global;
use crate::report::{Checks, ManifestRecord, Obstacle, PlanRecord};
use mlship_core::app::rollback::TakeBack;
use mlship_core::plan::Plan;
use mlship_core::progress::Conclusion;
use mlship_manifest::{Diagnostic, Manifest};

impl Global {
    /// Takes down what was found in manifests.
    pub(super) fn found(&self, findings: &[Diagnostic]) {
        self.chronicle
            .note(|chronicle| chronicle.findings.extend_from_slice(findings));
    }

    /// Takes down how checks ended that found nothing wrong.
    pub(super) fn checked(&self, more: Checks) {
        self.chronicle.note(|chronicle| {
            let checks = chronicle.checks.get_or_insert_default();
            checks.passed += more.passed;
            checks.unchecked += more.unchecked;
        });
    }

    /// Takes down a plan that is shown.
    pub(super) fn planned(&self, plan: &Plan) {
        self.chronicle
            .note(|chronicle| chronicle.plans.push(PlanRecord::of(plan)));
    }

    /// Takes down a deployment that would be taken back.
    pub(super) fn takes_back(&self, shown: &TakeBack) {
        self.chronicle
            .note(|chronicle| chronicle.plans.push(PlanRecord::of_take_back(shown)));
    }

    /// Takes down which manifests were read.
    pub(super) fn read<'a>(&self, manifests: impl IntoIterator<Item = &'a Manifest>) {
        let records = manifests.into_iter().map(ManifestRecord::of);
        self.chronicle
            .note(|chronicle| chronicle.manifests.extend(records));
    }

    /// Takes down what stood in the way.
    pub(super) fn hindered(
        &self,
        service: Option<String>,
        conclusion: Conclusion,
        error: &str,
        hint: Option<&str>,
    ) {
        let obstacle = Obstacle {
            service,
            conclusion,
            error: error.to_owned(),
            hint: hint.map(str::to_owned),
        };
        self.chronicle
            .note(|chronicle| chronicle.obstacles.push(obstacle));
    }
}
