//! What sample an effect takes, how long that is, and which effect the planned sample shows: for both
//! ways to look.

mod events;
mod numbers;
mod question;
mod refusal;
#[cfg(test)]
mod tests;
mod wanted;

pub use numbers::{Amount, DailyTrials, Level, Power};
pub use question::PlanQuestion;
pub use refusal::{PlanRefusal, SaidBy};
pub use wanted::{Baseline, Observed, Said, Wanted};

use mlship_manifest::schema::Variant;
use mlship_stats::{Alpha, Method, least_effect};
use serde::Serialize;

use events::Slowest;

/// The looks of a group-sequential design that a manifest does not name.
const USUAL_LOOKS: u32 = 5;
/// No mean differs by more standard deviations than this in an experiment.
const MOST_DEVIATIONS: f64 = 100.0;
/// What `plannedSample` takes.
const LEAST_SAMPLE: u64 = 100;
/// The largest sample that a manifest can plan.
pub const MOST_SAMPLE: u64 = 2_147_483_647;

/// Which of a plan's numbers follows from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The sample that the effect takes with this power.
    Sample,
    /// The least effect that the sample shows with this power.
    Effect,
    /// The power with which the sample shows the effect.
    Power,
}

/// A sample, and what it shows. Of several challengers it is the one with the weakest comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SamplePlan {
    /// How is looked.
    pub method: Method,
    /// Which number was reckoned.
    pub answer: Answer,
    /// The trials of all variants.
    pub sample: u64,
    /// The days that they take.
    pub days: Option<f64>,
    /// The absolute difference.
    pub effect: f64,
    /// The chance to find it.
    pub power: f64,
    /// The chance of a wrong winner in this phase.
    pub alpha: f64,
}

/// Why a number is not among the plans, or is larger than the effect takes.
#[derive(Debug, Clone, PartialEq)]
pub enum PlanNote {
    /// No manifest can plan a sample that shows the effect.
    SampleBeyondAll {
        /// How is looked.
        method: Method,
    },
    /// No difference shows in the planned sample with this power.
    NoEffectFound {
        /// How is looked.
        method: Method,
    },
    /// The planned sample ends before a variant has the events without which nothing is decided.
    TooFewEvents {
        /// The variant.
        variant: String,
        /// What it is expected to have in the planned sample.
        expected: f64,
        /// The sample in which it has enough, where a manifest can plan that.
        enough: Option<u64>,
    },
    /// The sample is that in which a variant has these events: the effect shows before.
    EventsDecide {
        /// The variant.
        variant: String,
    },
}

/// What was reckoned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SamplePlans {
    /// The plans.
    pub plans: Vec<SamplePlan>,
    /// What is missing among them, and why.
    pub notes: Vec<PlanNote>,
}

impl SamplePlans {
    fn note(&mut self, note: PlanNote) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// Returns for either way to look the sample that the effect takes, and what the planned sample shows.
/// What can't be had is not among the plans, and a note says why.
#[must_use]
pub fn sample_plans(wanted: &Wanted<'_>) -> SamplePlans {
    let looks = match wanted.experiment.method() {
        Method::GroupSequential { looks } => looks,
        Method::Sequential => USUAL_LOOKS,
    };
    let mut found = SamplePlans::default();
    for method in [Method::Sequential, Method::GroupSequential { looks }] {
        let planning = Planning {
            wanted,
            method,
            alpha: wanted
                .alpha
                .shared_by(wanted.experiment.challengers().count()),
        };
        planning.sample(&mut found);
        planning.planned(&mut found);
    }
    found
}

struct Planning<'a> {
    wanted: &'a Wanted<'a>,
    method: Method,
    /// That of one comparison.
    alpha: Alpha,
}

impl Planning<'_> {
    /// Finds the sample that the effect takes.
    fn sample(&self, found: &mut SamplePlans) {
        let Wanted {
            effect,
            power,
            design,
            weights,
            ..
        } = *self.wanted;
        let of_two = design.sample(power.get(), self.alpha, self.method);
        let shown = of_two.map_or(f64::INFINITY, |trials| real(trials) / weights.of_both());
        let slowest = Slowest::of(self.wanted, effect);
        let sample = shown.max(slowest.sample);
        let Some(sample) = plannable(sample) else {
            let method = self.method;
            return found.note(PlanNote::SampleBeyondAll { method });
        };
        if slowest.sample > shown {
            let variant = self.name(slowest);
            found.note(PlanNote::EventsDecide { variant });
        }
        let plan = self.row(Answer::Sample, sample, effect, power.get());
        found.plans.push(plan);
    }

    /// Finds what the planned sample shows.
    fn planned(&self, found: &mut SamplePlans) {
        let Wanted {
            effect,
            power,
            design,
            weights,
            ..
        } = *self.wanted;
        let planned = u64::from(self.wanted.experiment.planned_sample);
        let of_two = scaled(planned, weights.of_both());
        if self.is_decided(effect, found) {
            let reached = design.power(of_two, self.alpha, self.method);
            let plan = self.row(Answer::Power, planned, effect, reached.clamp(0.0, 1.0));
            found.plans.push(plan);
        }
        let design = |effect: f64| self.wanted.design(effect);
        let judged = (self.alpha, self.method);
        match least_effect(design, self.most(), of_two, power.get(), judged) {
            Some(least) if self.is_decided(least, found) => {
                let plan = self.row(Answer::Effect, planned, least, power.get());
                found.plans.push(plan);
            }
            Some(_) => {}
            None => {
                let method = self.method;
                found.note(PlanNote::NoEffectFound { method });
            }
        }
    }

    /// Says whether anything is decided once the planned sample is full, with this difference.
    fn is_decided(&self, effect: f64, found: &mut SamplePlans) -> bool {
        let planned = f64::from(self.wanted.experiment.planned_sample);
        let slowest = Slowest::of(self.wanted, effect);
        let is_decided = slowest.sample <= planned;
        if !is_decided {
            found.note(PlanNote::TooFewEvents {
                variant: self.name(slowest),
                expected: slowest.rate * planned,
                enough: plannable(slowest.sample),
            });
        }
        is_decided
    }

    fn row(&self, answer: Answer, sample: u64, effect: f64, power: f64) -> SamplePlan {
        SamplePlan {
            method: self.method,
            answer,
            sample,
            days: self.wanted.daily.map(|daily| real(sample) / daily),
            effect,
            power,
            alpha: self.wanted.alpha.get(),
        }
    }

    fn name(&self, slowest: Slowest) -> String {
        let experiment = self.wanted.experiment;
        let weight = |variant: &&Variant| variant.weight;
        let variant = if slowest.is_control {
            experiment.control()
        } else {
            experiment.challengers().min_by_key(weight)
        };
        variant.map_or_else(String::new, |variant| variant.name.clone())
    }

    /// The greatest effect to look for.
    fn most(&self) -> f64 {
        match self.wanted.baseline {
            Baseline::Proportion(rate) if self.wanted.sign() > 0.0 => 1.0 - rate,
            Baseline::Proportion(rate) => rate,
            Baseline::Mean { variance, .. } => MOST_DEVIATIONS * variance.sqrt(),
        }
    }
}

/// Returns a sample as a manifest can plan it, if one can.
fn plannable(sample: f64) -> Option<u64> {
    let sample = scaled(1, sample).max(LEAST_SAMPLE);
    (sample <= MOST_SAMPLE).then_some(sample)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "trials, of which the last ones don't count"
)]
fn real(trials: u64) -> f64 {
    trials as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates"
)]
fn scaled(trials: u64, times: f64) -> u64 {
    (real(trials) * times).ceil() as u64
}
