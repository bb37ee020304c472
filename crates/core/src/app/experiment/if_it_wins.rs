//! What the control's service would become if a challenger won, said before the test begins: with
//! the winner's runtime also its variables and its log group go there.

use super::comparison::Comparison;
use crate::experiment::start::StartPlan;
use mlship_manifest::schema::{Experiment, OnWinner};
use mlship_manifest::{FieldChange, Manifest};

/// Adds what each challenger would change in the control's service, where a winner is promoted.
pub(super) fn warn(experiment: &Experiment, comparison: &Comparison, plan: &mut StartPlan) {
    let begins = match plan {
        StartPlan::Open(opening) => opening.deploys(),
        StartPlan::AlreadyRunning(_) => false,
    };
    match experiment.on_winner.unwrap_or_default() {
        OnWinner::Promote if begins => plan.warn(of_challengers(comparison)),
        OnWinner::Promote | OnWinner::Keep => {}
    }
}

fn of_challengers(comparison: &Comparison) -> Vec<String> {
    let arms = || {
        let arms = comparison.definition.arms.iter();
        arms.zip(comparison.releases())
    };
    let Some((_, control)) = arms().find(|(arm, _)| arm.is_control) else {
        return Vec::new();
    };
    let challengers = arms().filter(|(arm, _)| !arm.is_control);
    let say = challengers.map(|(arm, release)| {
        let mut unresolved = [control, release]
            .into_iter()
            .flat_map(Manifest::unresolved);
        match (unresolved.next(), control.with_model_of(release)) {
            (Some(_), _) => {
                impossible(&arm.name, "a release with `${ssm:…}` is promoted to nobody")
            }
            (None, Ok(made)) => changed(&arm.name, &made.changes),
            (None, Err(found)) => {
                let why = found.first().map_or("", |finding| &finding.message);
                impossible(
                    &arm.name,
                    &format!("it does not go with the control: {why}"),
                )
            }
        }
    });
    say.collect()
}

fn changed(name: &str, changes: &[FieldChange]) -> String {
    if changes.is_empty() {
        return format!(
            "if {name} wins, its promotion changes nothing: its manifest has the model, the image \
             and the runtime of the control's"
        );
    }
    let changes: Vec<String> = changes.iter().map(FieldChange::to_string).collect();
    format!(
        "if {name} wins, its model, image and runtime go to the control's service: {}",
        changes.join(", ")
    )
}

fn impossible(name: &str, why: &str) -> String {
    format!("if {name} wins, it can't be promoted: {why}")
}
