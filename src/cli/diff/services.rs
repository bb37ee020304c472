//! The plans of services: made at the same time, shown in their order or by what they do.

use super::{DiffResults, Show};
use crate::cli::{Format, Global, output};
use crate::report::{
    Verbosity, add_refusal, plan_document, plan_error_document, plans_in_order, plans_sum,
    plans_text,
};
use mlship_aws::cloud::AwsCloud;
use mlship_core::app::Context;
use mlship_core::app::planning::PlanError;
use mlship_core::app::previews::{overfull, previews};
use mlship_core::plan::Plan;
use mlship_core::release::ids::Caller;
use mlship_core::release::service_of;
use mlship_manifest::Manifest;

/// How plans are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// In their order.
    Each,
    /// By what they do, with a sum.
    ByEffect,
}

impl Layout {
    /// Returns how the plans of so many manifests are shown.
    pub(super) fn of(manifests: usize) -> Self {
        if manifests > 1 {
            Self::ByEffect
        } else {
            Self::Each
        }
    }
}

impl Show<'_> {
    /// Plans services at the same time, and shows what comes of it.
    pub(super) async fn services(
        &self,
        context: &Context<'_, AwsCloud>,
        caller: &Caller,
        manifests: &[&Manifest],
        layout: Layout,
        seen: &mut DiffResults,
        global: &Global,
    ) {
        let answers = previews(context, caller, manifests, self.redeploy, self.overrides).await;
        let plans = || answers.iter().filter_map(|answer| answer.as_ref().ok());
        let color = global.palette();
        let sum = match layout {
            Layout::Each => None,
            Layout::ByEffect => {
                let without = answers.iter().filter(|answer| answer.is_err()).count();
                Some(plans_sum(plans(), without, &color))
            }
        };
        if global.output == Format::Human {
            let details = global.verbosity() > Verbosity::Usual;
            let page = match layout {
                Layout::Each => plans_in_order(plans(), &color),
                Layout::ByEffect => plans_text(plans(), details, &color),
            };
            output::page(&page);
        }
        if layout == Layout::ByEffect {
            let planned = manifests.iter().zip(&answers);
            let planned: Vec<(&Manifest, &Plan)> = planned
                .filter_map(|(manifest, answer)| Some((*manifest, answer.as_ref().ok()?)))
                .collect();
            for warning in overfull(context, &planned).await {
                output::complain(&format!("warning: {warning}"));
            }
        }
        for (manifest, answer) in manifests.iter().zip(answers) {
            self.service(manifest, answer, seen, global);
        }
        // The last line is what everybody reads.
        if let Some(sum) = sum.filter(|_| global.output == Format::Human) {
            output::line(&sum);
        }
    }

    /// Takes the plan of a service, or says why there is none.
    fn service(
        &self,
        manifest: &Manifest,
        answer: Result<Plan, PlanError>,
        seen: &mut DiffResults,
        global: &Global,
    ) {
        match answer {
            Ok(plan) => {
                let mut document = plan_document(&plan);
                if let Some(refused) = self.saved.and_then(|saved| saved.refusal(&plan)) {
                    add_refusal(&mut document, &refused);
                    seen.codes.push(output::refused(&refused));
                }
                seen.services.push(document);
                seen.plans.push(plan);
            }
            Err(error) => {
                let service = service_of(&manifest.release);
                seen.services.push(plan_error_document(&service, &error));
                seen.codes
                    .push(output::not_planned(&service, &error, global));
            }
        }
    }
}
