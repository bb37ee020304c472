//! The settings that all comparisons of an experiment share.

use super::challenger::Challenger;
use super::{CumulativeCounts, Material, VariantCounts, primary_trials};
use mlship_manifest::schema;
use mlship_stats::{Alpha, Direction, FixedHorizon, Inference, Question, Sequence, split};

/// What all comparisons have in common.
pub(super) struct Reader<'a> {
    pub(super) material: &'a Material<'a>,
    pub(super) question: Question,
    /// Shared by all challengers.
    alpha: Alpha,
    pub(super) control: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(material: &'a Material<'a>) -> Self {
        let experiment = material.experiment;
        let challengers = experiment.challengers().count();
        let arms = material.definition.arms.iter();
        // A valid manifest has both.
        let alpha = Alpha::new(experiment.accepted_alpha()).unwrap_or_default();
        let control = arms.clone().position(|arm| arm.is_control).unwrap_or(0);
        Self {
            material,
            question: Question {
                alpha,
                direction: direction(experiment.primary.direction),
                minimum_effect: experiment.primary.minimum_effect,
                minimum_events: experiment.events_per_arm().into(),
                counts_what_is_assigned: experiment.counts_what_is_assigned(),
            },
            alpha: alpha.shared_by(challengers),
            control,
        }
    }

    pub(super) fn last(&self) -> CumulativeCounts {
        let arms = &self.material.definition.arms;
        let nothing = || CumulativeCounts {
            at: self.material.window.to,
            arms: vec![VariantCounts::default(); arms.len()],
        };
        self.material.looks.last().cloned().unwrap_or_else(nothing)
    }

    /// Returns the inference for a challenger: its part of the sample is that of two weights.
    fn inference(&self, challenger: usize) -> Inference {
        if self.material.fixed {
            return Inference::FixedHorizon(FixedHorizon::new(self.alpha));
        }
        let weight = |index: usize| self.material.weights.get(index).copied().unwrap_or(0);
        let all: u64 = self
            .material
            .weights
            .iter()
            .map(|weight| u64::from(*weight))
            .sum();
        let both = u64::from(weight(self.control)) + u64::from(weight(challenger));
        let planned = u64::from(self.material.experiment.planned_sample);
        Inference::Sequential(Sequence::new(self.alpha, planned * both / all.max(1)))
    }

    pub(super) fn challengers(&self, last: &CumulativeCounts) -> Vec<Challenger> {
        let indices = (0..last.arms.len()).filter(|index| *index != self.control);
        let challenger = |index| Challenger {
            index,
            inference: self.inference(index),
        };
        indices.map(challenger).collect()
    }

    pub(super) fn shares(&self, last: &CumulativeCounts) -> Vec<split::Share> {
        let arms = last.arms.iter().zip(self.material.weights);
        arms.map(|(counts, weight)| split::Share {
            trials: primary_trials(counts),
            weight: *weight,
        })
        .collect()
    }
}

pub(super) fn direction(direction: schema::Direction) -> Direction {
    match direction {
        schema::Direction::Up => Direction::Up,
        schema::Direction::Down => Direction::Down,
    }
}
