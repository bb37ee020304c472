//! What sample an effect takes, how long that is, and which effect the planned sample shows: for both
//! ways to look.

use mlship_manifest::schema::{Direction, Experiment, Variant};
use mlship_stats::{Alpha, Design, Method, Phase, least_effect};
use serde::Serialize;

/// The looks of a group-sequential design that a manifest does not name.
const USUAL_LOOKS: u32 = 5;
/// No mean differs by more standard deviations than this in an experiment.
const MOST_DEVIATIONS: f64 = 100.0;

/// What the primary metric of the control is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Baseline {
    /// A proportion.
    Proportion(f64),
    /// A mean, by the variance of one value.
    Mean {
        /// The mean.
        mean: f64,
        /// The variance.
        variance: f64,
    },
}

/// What was asked for, and what the rest is reckoned from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// What the control is like.
    pub baseline: Baseline,
    /// The phase that decides.
    pub phase: Phase,
    /// The trials of all variants in a day, where they are known.
    pub daily: Option<f64>,
    /// The absolute difference.
    pub effect: f64,
    /// The chance to find it.
    pub power: f64,
}

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

/// Returns for either way to look the sample that the effect takes, and what the planned sample shows.
/// What can't be had is left out: an effect beyond all proportions, a sample of no power.
#[must_use]
pub fn sample_plans(experiment: &Experiment, wanted: &Wanted) -> Vec<SamplePlan> {
    let looks = match experiment.method() {
        Method::GroupSequential { looks } => looks,
        Method::Sequential => USUAL_LOOKS,
    };
    let methods = [Method::Sequential, Method::GroupSequential { looks }];
    let planned = methods.map(|method| Planning {
        experiment,
        wanted,
        method,
    });
    let plans = planned.iter().filter_map(Planning::plans);
    plans.flatten().collect()
}

struct Planning<'a> {
    experiment: &'a Experiment,
    wanted: &'a Wanted,
    method: Method,
}

impl Planning<'_> {
    fn plans(&self) -> Option<Vec<SamplePlan>> {
        let whole = Alpha::new(self.experiment.accepted_alpha())?;
        let phase = whole.of_phase(self.wanted.phase);
        let alpha = phase.shared_by(self.experiment.challengers().count());
        // The one with the fewest trials needs the largest sample.
        let weight = |variant: &Variant| f64::from(variant.weight);
        let lightest = self.experiment.challengers().map(weight);
        let lightest = lightest.min_by(f64::total_cmp)?;
        let both = self.experiment.control().map(weight)? + lightest;
        let all: f64 = self.experiment.variants.iter().map(weight).sum();
        let share = lightest / both;
        let of_two = both / all;
        let Wanted { effect, power, .. } = *self.wanted;
        let planned = u64::from(self.experiment.planned_sample);
        let of_plan = scaled(planned, of_two);
        let design = |effect: f64| self.design(effect, share);
        let row = |answer, sample, effect, power| SamplePlan {
            method: self.method,
            answer,
            sample,
            days: self.wanted.daily.map(|daily| real(sample) / daily),
            effect,
            power,
            alpha: phase.get(),
        };
        let mut found = Vec::new();
        if let Some(own) = design(effect) {
            let sample = own.sample(power, alpha, self.method)?;
            found.push(row(
                Answer::Sample,
                scaled(sample, 1.0 / of_two),
                effect,
                power,
            ));
            let reached = own.power(of_plan, alpha, self.method);
            found.push(row(Answer::Power, planned, effect, reached));
        }
        let judged = (alpha, self.method);
        if let Some(least) = least_effect(design, self.most(), of_plan, power, judged) {
            found.push(row(Answer::Effect, planned, least, power));
        }
        Some(found)
    }

    fn design(&self, effect: f64, share: f64) -> Option<Design> {
        match self.wanted.baseline {
            Baseline::Proportion(rate) => Design::new(rate, self.sign() * effect, share),
            Baseline::Mean { variance, .. } => Design::of_means(variance, effect, share),
        }
    }

    fn sign(&self) -> f64 {
        match self.experiment.primary.direction {
            Direction::Up => 1.0,
            Direction::Down => -1.0,
        }
    }

    /// The greatest effect to look for.
    fn most(&self) -> f64 {
        match self.wanted.baseline {
            Baseline::Proportion(rate) if self.sign() > 0.0 => 1.0 - rate,
            Baseline::Proportion(rate) => rate,
            Baseline::Mean { variance, .. } => MOST_DEVIATIONS * variance.sqrt(),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn experiment(more: &str) -> Experiment {
        let text = format!(
            "
apiVersion: mlship/v1
kind: Experiment
metadata: {{ name: v9 }}
listenerRule: arn
variants:
  - {{ name: control, release: a.yaml, weight: 50, control: true }}
  - {{ name: challenger, release: b.yaml, weight: 50 }}
primary: {{ metric: conversion, type: proportion, direction: up, minimumEffect: 0.005 }}
plannedSample: 40000
{more}"
        );
        serde_yaml::from_str(&text).unwrap()
    }

    const WANTED: Wanted = Wanted {
        baseline: Baseline::Proportion(0.05),
        phase: Phase::ONLY,
        daily: Some(4_000.0),
        effect: 0.005,
        power: 0.8,
    };

    fn find(plans: &[SamplePlan], method: Method, answer: Answer) -> SamplePlan {
        let mut plans = plans.iter();
        let is_it = |plan: &&SamplePlan| plan.method == method && plan.answer == answer;
        *plans.find(is_it).unwrap()
    }

    const FEW: Method = Method::GroupSequential { looks: 5 };

    #[test]
    fn planned_looks_take_about_half_the_sample() {
        let plans = sample_plans(&experiment(""), &WANTED);
        assert_eq!(plans.len(), 6);
        let often = find(&plans, Method::Sequential, Answer::Sample);
        let few = find(&plans, FEW, Answer::Sample);
        let ratio = real(few.sample) / real(often.sample);
        assert!((0.5..0.58).contains(&ratio), "{ratio}");
        // 62,470 for one look at 0.05; a little more at 0.045, and for five looks.
        assert!((65_000..68_000).contains(&few.sample), "{few:?}");
        assert_eq!(few.days, Some(real(few.sample) / 4_000.0));
        assert!((few.alpha - 0.045).abs() < 1e-12);
    }

    #[test]
    fn a_plan_that_answers_one_number_gives_the_others_back() {
        for wanted in [
            WANTED,
            Wanted {
                baseline: Baseline::Mean {
                    mean: 20.0,
                    variance: 2_500.0,
                },
                phase: Phase::ONLY,
                effect: 1.0,
                daily: None,
                power: 0.9,
            },
        ] {
            let own = experiment("");
            for method in [Method::Sequential, FEW] {
                let plans = sample_plans(&own, &wanted);
                let least = find(&plans, method, Answer::Effect).effect;
                let again = Wanted {
                    effect: least,
                    ..wanted
                };
                let plans = sample_plans(&own, &again);
                let sample = find(&plans, method, Answer::Sample).sample;
                assert!(sample.abs_diff(40_000) <= 40, "{method:?} {sample}");
                let power = find(&plans, method, Answer::Power).power;
                assert!((power - wanted.power).abs() < 1e-3, "{power}");
            }
        }
    }

    #[test]
    fn a_ramp_leaves_less_of_alpha_and_takes_more() {
        let check = |more: &str, phase: Phase, alpha: f64| {
            let plans = sample_plans(&experiment(more), &Wanted { phase, ..WANTED });
            assert_eq!(plans.len(), 6);
            for plan in plans {
                assert!((plan.alpha - alpha).abs() < 1e-12, "{plan:?}");
            }
        };
        check("", Phase::Declared { step: 3, steps: 3 }, 0.035);
        check("alpha: 0.1", Phase::ONLY, 0.09);
    }

    #[test]
    fn an_effect_that_no_proportion_has_is_left_out() {
        let beyond = Wanted {
            effect: 0.96,
            ..WANTED
        };
        let plans = sample_plans(&experiment(""), &beyond);
        assert!(plans.iter().all(|plan| plan.answer == Answer::Effect));
        assert_eq!(plans.len(), 2);
    }
}
