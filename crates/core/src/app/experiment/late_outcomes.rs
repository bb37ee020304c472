//! What is said of outcomes that come late: what is left out because of them, and what is not.

use crate::experiment::start::{StartPlan, StartReason};
use crate::experiment::{CumulativeCounts, Definition, MetricCount, OutcomeWindow, Record};
use mlship_manifest::schema::Experiment;

/// Says what of the primary metric does not count in a phase, and why.
pub(super) fn late_outcomes(
    experiment: &Experiment,
    definition: &Definition,
    outcomes: OutcomeWindow,
    record: &Record,
    last: &CumulativeCounts,
) -> Vec<String> {
    let mut found = Vec::new();
    let metric = &experiment.primary.metric;
    let minute = "%Y-%m-%d %H:%M";
    if let Some(from) = outcomes.from {
        let arms = definition.arms.iter().zip(&last.arms);
        let dropped = arms.filter_map(|(arm, counts)| {
            let count = match counts.dropped? {
                MetricCount::Proportion(one) => {
                    format!("{} successes of {} trials", one.successes, one.trials)
                }
                MetricCount::Mean(one) => format!("{} values", one.count),
                // Each is of the phase in which it was first seen.
                MetricCount::Clients(_) => return None,
            };
            Some(format!("{count} of {}", arm.name))
        });
        let dropped: Vec<String> = dropped.collect();
        let dropped = if dropped.is_empty() {
            String::new()
        } else {
            format!(": dropped are {}", dropped.join(" and "))
        };
        found.push(format!(
            "{metric} counts from {} UTC on, `outcomeWithin` after the weights were set, since \
             earlier outcomes may be of the phase before{dropped}",
            from.strftime(minute)
        ));
    }
    if let Some(until) = outcomes.until {
        found.push(format!(
            "{metric} counts clients that were first seen by {} UTC: outcomes of later ones may \
             still come, or are not shown by CloudWatch yet",
            until.strftime(minute)
        ));
    }
    found.extend(mixed(experiment, record.phase));
    found
}

/// Adds what a phase that is to be opened will not tell apart.
pub(super) fn warn(experiment: &Experiment, plan: &mut StartPlan) {
    let StartPlan::Open(opening) = plan else {
        return;
    };
    let is_later = match opening.why {
        StartReason::Start | StartReason::Continue => false,
        StartReason::NextStep
        | StartReason::Changed
        | StartReason::Dropped
        | StartReason::Drifted => true,
    };
    if is_later {
        let found = mixed(experiment, opening.phase);
        plan.warn(found.into_iter().collect());
    }
}

/// Says that outcomes of one phase count in the next, where nobody says how late they may come.
fn mixed(experiment: &Experiment, phase: u32) -> Option<String> {
    let is_told = experiment.outcome_time().is_some();
    let (metric, _) = experiment.business_metrics().next()?;
    let keeps_clients = experiment.assigns_clients();
    (phase > 1 && keeps_clients && !is_told).then(|| {
        format!(
            "nobody says how late outcomes of {metric} may come, so that those of clients of the \
             phase before count in this one, where the shares are others: write `outcomeWithin`, \
             `0` where they come at once"
        )
    })
}
