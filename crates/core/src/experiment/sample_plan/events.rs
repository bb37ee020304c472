//! From which sample on anything is decided: each variant must have its least number of events.

use mlship_manifest::Measure;

use super::wanted::{Baseline, Wanted};

/// The variant that comes last to its events, and when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slowest {
    pub(super) is_control: bool,
    /// The trials of all variants, as they are expected; not finite where it never has them.
    pub(super) sample: f64,
    /// The events that it has of a trial of any variant.
    pub(super) rate: f64,
}

impl Slowest {
    /// Takes the difference that the challengers have.
    pub(super) fn of(wanted: &Wanted<'_>, effect: f64) -> Self {
        let level = match wanted.baseline {
            Baseline::Proportion(rate) => rate,
            Baseline::Mean { mean, .. } => mean,
        };
        let least = f64::from(wanted.experiment.events_per_arm());
        let arm = |is_control: bool, weight: f64, level: f64| {
            let rate = weight / wanted.weights.all * events_a_trial(wanted, level);
            Self {
                is_control,
                sample: least / rate,
                rate,
            }
        };
        let control = arm(true, wanted.weights.control, level);
        let other = level + wanted.sign() * effect;
        let challenger = arm(false, wanted.weights.challenger, other);
        if challenger.sample > control.sample {
            challenger
        } else {
            control
        }
    }
}

/// Returns the events, or the effective events, that are expected of a trial.
fn events_a_trial(wanted: &Wanted<'_>, level: f64) -> f64 {
    match wanted.baseline {
        Baseline::Proportion(_) => level,
        Baseline::Mean { variance, .. } => {
            let primary = &wanted.experiment.primary.metric;
            match wanted.experiment.measure(primary) {
                // (Σx)²/Σx² by mean and variance; a mean below 0 takes rows.
                Some(Measure::Business(_)) => {
                    let level = level.max(0.0);
                    level * level / (level * level + variance)
                }
                // Of rows what is taken as positive can't be told from the mean; it is one at most.
                Some(Measure::Rows(_) | Measure::ErrorRate | Measure::SlowRequests) | None => 1.0,
            }
        }
    }
}
