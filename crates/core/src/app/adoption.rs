//! Taking over a service that mlship did not make: never without somebody's word.

use crate::plan::{Effect, Plan, Refusal};
use mlship_manifest::Code;

/// Returns why a plan is not applied that takes over a service, or was to.
pub(super) fn refusal(plan: &Plan, is_agreed: bool, was_asked: bool) -> Option<Refusal> {
    if let Some(other) = plan.other_model.as_ref().filter(|_| was_asked) {
        return Some(Refusal {
            code: Code::OTHER_MODEL,
            path: "model.name",
            message: format!(
                "service {} is of model {other} by its tags, and not there to be adopted",
                plan.service
            ),
            help: "check service.cluster and service.name; --adopt takes over services of nobody's"
                .to_owned(),
        });
    }
    let changes_nothing = plan.changes.is_empty();
    (plan.adopts && !is_agreed && !changes_nothing).then(|| Refusal {
        code: Code::NOT_ADOPTED,
        path: "service.name",
        message: format!(
            "service {} was not made by mlship, and this would change it",
            plan.service
        ),
        help: "read the diff, then deploy again with --adopt, or save and deploy a plan".to_owned(),
    })
}

/// Says that there is nothing to adopt.
pub(super) fn note(plan: &Plan, was_asked: bool) -> Option<String> {
    if !was_asked || plan.adopts {
        return None;
    }
    Some(match plan.effect {
        Effect::Create => "there is no service to adopt; remove --adopt".to_owned(),
        Effect::ReplaceTasks | Effect::InPlace | Effect::None => {
            "the service is mlship's already; remove --adopt".to_owned()
        }
    })
}
