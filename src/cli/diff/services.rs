//! The plans of services: made at the same time, shown in their order or by what they do.

use futures_util::future::join_all;

use super::{DiffResults, Show};
use crate::cli::session::Session;
use crate::cli::several::Way;
use crate::cli::{Global, output};
use crate::report::{
    Verbosity, add_refusal, plan_document, plan_error_document, plans_in_order, plans_sum,
    plans_text,
};
use mlship_aws::cloud::AwsCloud;
use mlship_core::app::planning::PlanError;
use mlship_core::app::previews::{ToPreview, overfull, previews};
use mlship_core::cloud::CloudError;
use mlship_core::plan::Plan;
use mlship_core::release::ids::ServiceId;
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

/// A release to be planned and shown, and by which way to AWS.
pub(super) struct Shown<'a> {
    pub(super) manifest: &'a Manifest,
    /// Its service, as the run names it.
    pub(super) service: ServiceId,
    pub(super) way: Way<'a>,
}

impl Show<'_> {
    /// Plans services at the same time, and shows what comes of it.
    pub(super) async fn services(
        &self,
        shown: &[Shown<'_>],
        layout: Layout,
        seen: &mut DiffResults,
        global: &Global,
    ) {
        let known = shown.iter().map(|release| {
            let session = release.way?;
            Ok((session.context(), session.caller.as_ref()?))
        });
        let known: Vec<Result<_, &CloudError>> = known.collect();
        let releases = shown.iter().zip(&known).map(|(release, known)| ToPreview {
            manifest: release.manifest,
            way: match known {
                Ok((context, caller)) => Ok((context, *caller)),
                Err(error) => Err(*error),
            },
        });
        let releases: Vec<ToPreview<'_, AwsCloud>> = releases.collect();
        let mut answers = previews(&releases, self.redeploy, self.overrides).await;
        for (answer, release) in answers.iter_mut().zip(shown) {
            if let Ok(plan) = answer {
                plan.service.place.clone_from(&release.service.place);
            }
        }
        let plans = || answers.iter().filter_map(|answer| answer.as_ref().ok());
        let color = global.palette();
        let sum = match layout {
            Layout::Each => None,
            Layout::ByEffect => {
                let without = answers.iter().filter(|answer| answer.is_err()).count();
                Some(plans_sum(plans(), without, &color))
            }
        };
        if global.reads_text() {
            let details = global.verbosity() > Verbosity::Usual;
            let page = match layout {
                Layout::Each => plans_in_order(plans(), &color),
                Layout::ByEffect => plans_text(plans(), details, &color),
            };
            output::page(&page);
        }
        if layout == Layout::ByEffect {
            for warning in overfull_anywhere(shown, &answers).await {
                output::complain(&format!("warning: {warning}"));
            }
        }
        for (release, answer) in shown.iter().zip(answers) {
            self.service(&release.service, answer, seen, global);
        }
        // The last line is what everybody reads.
        if let Some(sum) = sum.filter(|_| global.reads_text()) {
            output::line(&sum);
        }
    }

    /// Takes the plan of a service, or says why there is none.
    fn service(
        &self,
        service: &ServiceId,
        answer: Result<Plan, PlanError>,
        seen: &mut DiffResults,
        global: &Global,
    ) {
        match answer {
            Ok(plan) => {
                let mut document = plan_document(&plan);
                if let Some(refused) = self.saved.and_then(|saved| saved.refusal(&plan)) {
                    add_refusal(&mut document, &refused);
                    seen.codes.push(output::refused(&refused, global));
                }
                global.planned(&plan);
                seen.services.push(document);
                seen.plans.push(plan);
            }
            Err(error) => {
                seen.services.push(plan_error_document(service, &error));
                seen.codes
                    .push(output::not_planned(service, &error, global));
            }
        }
    }
}

/// Returns a warning for each cluster that can't hold what is planned for it, connection by
/// connection: clusters of one name elsewhere are others.
async fn overfull_anywhere(
    shown: &[Shown<'_>],
    answers: &[Result<Plan, PlanError>],
) -> Vec<String> {
    let mut by_session: Vec<(&Session, Vec<(&Manifest, &Plan)>)> = Vec::new();
    for (release, answer) in shown.iter().zip(answers) {
        let (Ok(session), Ok(plan)) = (release.way, answer) else {
            continue;
        };
        let planned = (release.manifest, plan);
        let mut others = by_session.iter_mut();
        match others.find(|(other, _)| std::ptr::eq(*other, session)) {
            Some((_, plans)) => plans.push(planned),
            None => by_session.push((session, vec![planned])),
        }
    }
    let each = by_session
        .iter()
        .map(async |(session, planned)| overfull(&session.context(), planned).await);
    join_all(each).await.concat()
}
