//! Computes the readout of an experiment from its counts.

mod challenger;
mod course;
mod parts;
mod planned;
mod reader;
mod segments;
mod sensitivity;
mod terms;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::Duration;

pub use challenger::HEALTHY_TARGETS;
pub(crate) use course::{Stretch, course};
pub use parts::{EffectHistory, MetricReading, Role, SampleProgress, VariantReading};
pub use planned::{LookProgress, LookReading, NextLook};
use reader::Reader;
pub use segments::SegmentReading;
pub use sensitivity::Sensitivity;
pub use terms::Terms;

use super::definition::Definition;
use super::planned_looks::PlannedLooks;
use super::rows::{RowCounts, RowTotals};
use super::samples::{CumulativeCounts, VariantCounts};
use super::window::Window;
use mlship_manifest::schema::Experiment;
use mlship_stats::{Comparison, Gate, Readout, TestVerdict, judge, left, split};

/// What is said of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The verdict.
    pub readout: Readout,
    /// The variant that won, if one did.
    pub winner: Option<String>,
    /// The p-value of the split; none where there is nothing to split.
    pub split: Option<f64>,
    /// The variants, in their order.
    pub variants: Vec<VariantReading>,
    /// The metrics, variant by variant: the primary one, then the guardrails.
    pub metrics: Vec<MetricReading>,
    /// The time that it is about.
    pub window: Window,
    /// The part of it in which the primary metric counts.
    pub counted: Window,
    /// How far the sample is; none where it is not known what is measured.
    pub sample: Option<SampleProgress>,
    /// The primary metric over time, of each challenger.
    pub course: Vec<EffectHistory>,
    /// The fewest events of a variant that a challenger is compared by.
    pub fewest_events: u64,
    /// The events that each variant must have before anything is decided.
    pub needed_events: u64,
    /// Whether it holds for one look only.
    pub fixed: bool,
    /// The looks of a group-sequential design, in the phase that decides.
    pub looks: Option<LookProgress>,
    /// The significance level of this phase, shared by all challengers; none where it is not
    /// known.
    pub alpha: Option<f64>,
    /// Which differences of the primary metric samples show; none where it was not measured, and
    /// where the split is broken.
    pub sensitivity: Option<Sensitivity>,
    /// What to know of the counts before believing what they come to.
    pub doubts: Vec<String>,
    /// What became of the rows of clients, where there were some.
    pub rows: Option<RowTotals>,
    /// The primary metric in parts of the clients: to look where to look next, not to decide.
    pub segments: Vec<SegmentReading>,
}

/// What a readout is made of.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The manifest; none where what is measured is not known. Then only the split and guardrails
    /// that every experiment has can be judged.
    pub experiment: Option<&'a Experiment>,
    /// The traffic it asks for.
    pub definition: &'a Definition,
    /// The weight of each variant in this phase, in their order.
    pub weights: &'a [u32],
    /// What was counted, oldest first.
    pub looks: &'a [CumulativeCounts],
    /// Variants without a healthy target, by what was just seen.
    pub dead: &'a [String],
    /// The time that it is about.
    pub window: Window,
    /// What the phase is held to.
    pub terms: Terms,
    /// Whether the classical inference is wanted.
    pub fixed: bool,
    /// The looks that alone decide, where the design plans them.
    pub planned: Option<&'a PlannedLooks>,
    /// What rows of clients came to, where there are some; their counts are in the looks, too.
    pub rows: Option<&'a RowCounts>,
}

impl Reading {
    /// Reads what was counted.
    #[must_use]
    pub fn of(material: &Material<'_>) -> Self {
        let reader = Reader::new(material);
        let last = reader.last();
        let challengers = reader.challengers(&last);
        let comparisons: Vec<Comparison> = challengers
            .iter()
            .map(|challenger| challenger.comparison(&reader, &last))
            .collect();
        let shares = reader.shares(&last);
        let split = if material.fixed {
            split::chi_square(&shares)
        } else {
            split::sequential(&shares)
        };
        let mut readout = judge(&reader.question, split, &comparisons);
        if readout.verdict == TestVerdict::Inconclusive {
            readout.reason = reader.lack_of_rows().or(readout.reason);
        }
        let mut looks = None;
        if let Some(planned) = reader.planned() {
            let seen = (&last, &*challengers);
            looks = Some(LookProgress::of(planned, &reader, &readout, seen));
            readout = reader.by_looks(split, &comparisons, &challengers);
        }
        let sensitivity = challengers.first();
        let sensitivity = sensitivity.and_then(|first| first.sensitivity(&reader, &last));
        let fewest = comparisons
            .iter()
            .map(|comparison| comparison.evidence.events())
            .min();
        let arms = &material.definition.arms;
        let winner = match readout.verdict {
            TestVerdict::ChallengerBetter => readout.best.map(|best| challengers[best].index),
            TestVerdict::ControlBetter => Some(reader.control),
            _ => None,
        };
        let counted = material.terms.outcomes.within(material.window);
        let sample = material.experiment.map(|experiment| {
            let trials = last.arms.iter().map(primary_trials);
            let seen = trials.fold(0, u64::saturating_add);
            let planned = experiment.planned_sample.into();
            SampleProgress {
                seen,
                planned,
                left: left(planned, seen, counted.length()),
            }
        });
        let metrics = challengers.iter().zip(&readout.challengers);
        let mut metrics: Vec<MetricReading> = metrics
            .flat_map(|(challenger, judgement)| {
                challenger.readings(&reader, &last, judgement.p, word(judgement.verdict))
            })
            .collect();
        metrics.sort_by_key(|metric| metric.role == Role::Guardrail);
        // What is wrong with the control is so for every challenger.
        let control = arms.get(reader.control).map(|arm| &arm.name);
        let mut told = BTreeSet::new();
        metrics.retain(|metric| {
            Some(&metric.variant) != control || told.insert(metric.metric.clone())
        });
        Self {
            winner: winner.map(|index| arms[index].name.clone()),
            split,
            variants: arms
                .iter()
                .zip(material.weights)
                .zip(&last.arms)
                .map(|((arm, weight), counts)| VariantReading {
                    name: arm.name.clone(),
                    weight: *weight,
                    is_control: arm.is_control,
                    requests: counts.requests,
                    count: material.experiment.map(|_| primary_trials(counts)),
                })
                .collect(),
            metrics,
            window: material.window,
            counted,
            sample,
            course: challengers
                .iter()
                .map(|challenger| {
                    let of_looks = challenger.course_of_looks(&reader);
                    of_looks.unwrap_or_else(|| challenger.course(&reader))
                })
                .collect(),
            fewest_events: fewest.unwrap_or(0),
            needed_events: reader.question.minimum_events,
            fixed: material.fixed,
            alpha: material.experiment.map(|_| reader.question.alpha.get()),
            sensitivity: sensitivity.filter(|_| readout.verdict != TestVerdict::BrokenSplit),
            doubts: Vec::new(),
            looks,
            rows: material.rows.map(|rows| rows.totals),
            segments: segments::read(&reader),
            readout,
        }
    }

    /// Says whether the split is broken, so that every other number is void.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.readout.verdict == TestVerdict::BrokenSplit
    }

    /// Returns the variants that a guardrail speaks against.
    #[must_use]
    pub fn breached(&self) -> Vec<String> {
        let breached = self.metrics.iter().filter(|metric| metric.is_breached());
        let mut names: Vec<String> = breached.map(|metric| metric.variant.clone()).collect();
        names.dedup();
        names
    }

    /// Returns the word for how its intervals hold.
    #[must_use]
    pub fn inference(&self) -> &'static str {
        match self.looks {
            _ if self.fixed => "fixed_horizon",
            Some(_) => "group_sequential",
            None => "sequential",
        }
    }

    /// Returns how many days it is about.
    #[must_use]
    pub fn days(&self) -> f64 {
        self.window.length().as_secs_f64() / Duration::from_hours(24).as_secs_f64()
    }
}

impl MetricReading {
    /// Says whether it is a guardrail that is breached.
    #[must_use]
    pub fn is_breached(&self) -> bool {
        self.state == BREACHED
    }
}

/// Returns the word for a verdict in documents and tags.
#[must_use]
pub fn word(verdict: TestVerdict) -> &'static str {
    match verdict {
        TestVerdict::BrokenSplit => "broken_split",
        TestVerdict::GuardrailBreached => "guardrail_breached",
        TestVerdict::ChallengerBetter => "challenger_better",
        TestVerdict::ControlBetter => "control_better",
        TestVerdict::NoDifference => "no_difference",
        TestVerdict::Inconclusive => "inconclusive",
    }
}

const BREACHED: &str = "breached";

fn gate_word(gate: Gate) -> &'static str {
    match gate {
        Gate::Passed => "passed",
        Gate::Breached => BREACHED,
        Gate::Inconclusive => "inconclusive",
    }
}

fn primary_trials(counts: &VariantCounts) -> u64 {
    counts.metrics.first().map_or(0, |tally| tally.trials())
}
