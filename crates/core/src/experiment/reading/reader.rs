//! The settings that all comparisons of an experiment share.

use super::challenger::Challenger;
use super::planned::Decided;
use super::{CumulativeCounts, Material, VariantCounts, primary_trials};
use crate::experiment::planned_looks::PlannedLooks;
use mlship_manifest::Measure;
use mlship_manifest::schema::{self, Experiment, MetricType, Unit};
use mlship_stats::{
    Alpha, Comparison, Direction, FixedHorizon, Inference, Question, Readout, Reason, Running,
    Sequence, Units, judge_by_planned_looks, split,
};

/// The sample at which intervals are made to be narrowest, where none is known to be planned: they
/// hold at any other, too.
const USUAL_SAMPLE: u32 = 40_000;

/// What all comparisons have in common.
pub(super) struct Reader<'a> {
    pub(super) material: &'a Material<'a>,
    pub(super) question: Question,
    /// Shared by all challengers.
    pub(super) alpha: Alpha,
    pub(super) control: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(material: &'a Material<'a>) -> Self {
        let arms = material.definition.arms.iter();
        let challengers = arms.clone().filter(|arm| !arm.is_control).count();
        let challengers = challengers.max(material.terms.challengers);
        let alpha = material.experiment.map(Experiment::accepted_alpha);
        // A valid manifest has both.
        let alpha = match alpha {
            Some(alpha) => {
                let whole = Alpha::new(alpha).unwrap_or_default();
                whole.of_phase(material.terms.phase)
            }
            None => Alpha::default(),
        };
        let control = arms.clone().position(|arm| arm.is_control).unwrap_or(0);
        Self {
            material,
            question: match material.experiment {
                Some(experiment) => Question {
                    alpha,
                    direction: direction(experiment.primary.direction),
                    minimum_effect: experiment.primary.minimum_effect,
                    minimum_events: experiment.events_per_arm().into(),
                    is_known: true,
                    counts_what_is_assigned: experiment.counts_what_is_assigned(),
                    units: units(experiment, material.looks.last()),
                    comparisons: challengers,
                },
                None => Question {
                    alpha,
                    direction: Direction::Up,
                    minimum_effect: 0.0,
                    minimum_events: 0,
                    is_known: false,
                    counts_what_is_assigned: material.definition.assigns_requests(),
                    units: Units::Fit,
                    comparisons: challengers,
                },
            },
            alpha: alpha.shared_by(challengers),
            control,
        }
    }

    /// Says whether what is counted are requests of clients that were assigned, which are not
    /// independent of each other.
    pub(super) fn has_clustered(&self, unit: Unit) -> bool {
        let has_cookie = self
            .material
            .experiment
            .is_some_and(|experiment| !experiment.cookie_life().is_zero());
        let is_sticky = has_cookie || !self.material.definition.assigns_requests();
        is_sticky && unit == Unit::Request
    }

    /// Says whether a metric is a proportion, where the manifest says: also of one that has no
    /// numbers.
    pub(super) fn is_proportion(&self, metric: &str) -> Option<bool> {
        let experiment = self.material.experiment?;
        let guardrails = experiment.guardrails.iter();
        let guardrails = guardrails.map(|guardrail| (&guardrail.metric, guardrail.kind));
        let primary = (&experiment.primary.metric, experiment.primary.kind);
        let mut all = std::iter::once(primary).chain(guardrails);
        let (_, kind) = all.find(|(name, _)| *name == metric)?;
        Some(kind == MetricType::Proportion)
    }

    pub(super) fn last(&self) -> CumulativeCounts {
        let arms = &self.material.definition.arms;
        let nothing = || CumulativeCounts {
            at: self.material.window.to,
            arms: vec![VariantCounts::default(); arms.len()],
        };
        self.material.looks.last().cloned().unwrap_or_else(nothing)
    }

    /// Returns why there are no numbers of rows, where the primary metric is in some.
    pub(super) fn lack_of_rows(&self) -> Option<Reason> {
        let experiment = self.material.experiment?;
        let Measure::Rows(_) = experiment.measure(&experiment.primary.metric)? else {
            return None;
        };
        match self.material.rows {
            None => Some(Reason::RowsMissing),
            Some(rows) if rows.totals.rows == 0 => Some(Reason::RowsMissing),
            Some(rows) => rows.totals.is_unfit().then_some(Reason::RowsUnfit),
        }
    }

    /// Returns the inference for a challenger: its part of the sample is that of two weights.
    fn inference(&self, challenger: usize) -> Inference {
        self.inference_for(challenger, 1)
    }

    /// Returns the inference for a challenger that is compared so many times.
    pub(super) fn inference_for(&self, challenger: usize, times: usize) -> Inference {
        let alpha = self.alpha.shared_by(times);
        if self.material.fixed {
            return Inference::FixedHorizon(FixedHorizon::new(alpha));
        }
        let weight = |index: usize| self.material.weights.get(index).copied().unwrap_or(0);
        let all: u64 = self
            .material
            .weights
            .iter()
            .map(|weight| u64::from(*weight))
            .sum();
        let both = u64::from(weight(self.control)) + u64::from(weight(challenger));
        let planned = self.planned_trials() * both / all.max(1);
        Inference::Sequential(Sequence::new(alpha, planned))
    }

    /// Returns the looks that alone decide, where the design plans them. A readout for one look is
    /// none of them.
    pub(super) fn planned(&self) -> Option<&'a PlannedLooks> {
        self.material.planned.filter(|_| !self.material.fixed)
    }

    /// Returns the trials of all variants that are planned.
    pub(super) fn planned_trials(&self) -> u64 {
        let experiment = self.material.experiment;
        let planned = experiment.map_or(USUAL_SAMPLE, |experiment| experiment.planned_sample);
        planned.into()
    }

    /// Judges by the looks that were taken, and by the guardrails as they are now.
    pub(super) fn by_looks(
        &self,
        split: Option<f64>,
        live: &[Comparison],
        challengers: &[Challenger],
    ) -> Readout {
        let comparisons = challengers
            .iter()
            .zip(live)
            .map(|(challenger, live)| Comparison {
                primary: challenger
                    .last_look()
                    .and_then(|look| look.difference)
                    .map(Running::once),
                // What a look decided by stays, whatever came in since.
                evidence: challenger
                    .last_look()
                    .map_or(live.evidence, Decided::evidence),
                guardrails: live.guardrails.clone(),
            });
        let comparisons: Vec<Comparison> = comparisons.collect();
        let mut readout = judge_by_planned_looks(&self.question, split, &comparisons);
        if self
            .planned()
            .is_some_and(|planned| planned.taken.is_empty())
        {
            let reasons = readout.challengers.iter_mut();
            let reasons = reasons.map(|challenger| &mut challenger.reason);
            for reason in reasons.chain([&mut readout.reason]) {
                if *reason == Some(Reason::NothingKnown) {
                    *reason = Some(Reason::NoLookYet);
                }
            }
        }
        readout
    }

    pub(super) fn challengers(&self, last: &CumulativeCounts) -> Vec<Challenger> {
        let arms = &self.material.definition.arms;
        let is_compared = |index: &usize| {
            arms.get(*index)
                .is_some_and(|arm| !arm.is_control && !arm.is_dropped)
        };
        let indices = (0..last.arms.len()).filter(is_compared);
        let challenger = |index| Challenger {
            index,
            inference: self.inference(index),
            looks: Decided::all(self, index),
        };
        indices.map(challenger).collect()
    }

    pub(super) fn shares(&self, last: &CumulativeCounts) -> Vec<split::Share> {
        let trials: fn(&VariantCounts) -> u64 = match self.material.experiment {
            Some(_) => primary_trials,
            None if self.question.counts_what_is_assigned => |counts| counts.requests,
            // The requests of one client stay together, which says nothing of the clients.
            None => return Vec::new(),
        };
        let arms = last.arms.iter().zip(self.material.weights);
        // Requests under way to a variant that was dropped are no part of the split.
        let arms = arms.zip(&self.material.definition.arms);
        let arms = arms.filter(|(_, arm)| !arm.is_dropped);
        arms.map(|((counts, weight), _)| split::Share {
            trials: trials(counts),
            weight: *weight,
        })
        .collect()
    }
}

/// Says whether the trials of the primary metric can be what they are said to be: each came with a
/// request, a client in a row with one at least. The load balancer's own are requests.
fn units(experiment: &Experiment, last: Option<&CumulativeCounts>) -> Units {
    let measure = experiment.measure(&experiment.primary.metric);
    match measure {
        Some(Measure::Business(_) | Measure::Rows(_)) => {}
        Some(Measure::ErrorRate | Measure::SlowRequests) | None => return Units::Fit,
    }
    let arms = last.map_or(&[][..], |last| &last.arms);
    let has_more = |arm: &VariantCounts| arm.has_more_trials_than_requests(primary_trials(arm));
    let is_missing = |arm: &VariantCounts| arm.lacks_requests(primary_trials(arm));
    if arms.iter().any(has_more) {
        Units::MoreThanRequests
    } else if arms.iter().any(is_missing) {
        Units::RequestsMissing
    } else {
        Units::Fit
    }
}

pub(super) fn direction(direction: schema::Direction) -> Direction {
    match direction {
        schema::Direction::Up => Direction::Up,
        schema::Direction::Down => Direction::Down,
    }
}
