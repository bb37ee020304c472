//! Readouts of all kinds, by the code that reads real ones: what is tested of every page.

mod kinds;
mod means;

use serde_json::Value;

use super::*;
pub(super) use kinds::cases;
use mlship_core::experiment::rows::RowCounts;
use mlship_core::experiment::{Phase as PhaseOf, PlannedLooks, Spending};

/// A readout with all that is shown of it.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) record: Record,
    pub(super) reading: Reading,
    pub(super) experiment: Option<Experiment>,
    pub(super) notes: Vec<String>,
    pub(super) ended: Option<Ended>,
}

impl Case {
    pub(super) fn view(&self) -> ExperimentView<'_> {
        let experiment = self.experiment.as_ref();
        let guardrails = experiment.map_or(&[][..], |experiment| &experiment.guardrails);
        ExperimentView {
            name: &self.record.name,
            record: &self.record,
            hypothesis: self.record.hypothesis.as_deref(),
            reading: &self.reading,
            minimum_effect: experiment.map(|experiment| experiment.primary.minimum_effect),
            margins: guardrails
                .iter()
                .map(|guardrail| (&*guardrail.metric, guardrail.margin))
                .collect(),
            alpha: experiment.map(Experiment::accepted_alpha),
            maximum_days: experiment.and_then(|experiment| experiment.maximum_days),
            notes: self.notes.clone(),
            ended: self.ended.as_ref(),
            at: self.reading.window.to + SignedDuration::from_mins(3),
        }
    }
}

/// What a variant does in half a day.
#[derive(Debug, Clone, Copy)]
struct Half {
    clients: u64,
    converted: u64,
    errors: u64,
}

const HALF: Half = Half {
    clients: 1000,
    converted: 50,
    errors: 10,
};
const REQUESTS: u64 = 10_000;

/// What a readout is made of, where it is not as usual.
struct Setting {
    experiment: Value,
    names: Vec<&'static str>,
    weights: Vec<u32>,
    halves: Vec<Half>,
    days: u32,
    fixed: bool,
    planned: Option<PlannedLooks>,
    dead: Vec<String>,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            experiment: json!(experiment()),
            names: vec!["control", "challenger"],
            weights: vec![50, 50],
            halves: vec![HALF; 2],
            days: 14,
            fixed: false,
            planned: None,
            dead: Vec::new(),
        }
    }
}

impl Setting {
    fn experiment(&self) -> Experiment {
        let mut experiment = self.experiment.clone();
        let variants = self.names.iter().zip(&self.weights).enumerate();
        let variants = variants.map(|(at, (name, weight))| {
            json!({"name": name, "release": "a.yaml", "weight": weight, "control": at == 0})
        });
        experiment["variants"] = variants.collect();
        serde_json::from_value(experiment).unwrap()
    }

    fn definition(&self) -> Definition {
        let mut definition = definition(&self.weights);
        for (arm, name) in definition.arms.iter_mut().zip(&self.names) {
            (*name).clone_into(&mut arm.name);
        }
        definition
    }

    fn looks(&self, experiment: &Experiment) -> Vec<CumulativeCounts> {
        let proportion =
            |successes, trials| MetricCount::Proportion(Proportion { successes, trials });
        let arm = |half: &Half, times: u64| {
            let primary = [proportion(half.converted * times, half.clients * times)];
            let guardrails = experiment.guardrails.iter();
            let guardrails = guardrails.map(|_| proportion(half.errors * times, REQUESTS * times));
            VariantCounts {
                requests: REQUESTS * times,
                healthy: Some(2.0),
                metrics: primary.into_iter().chain(guardrails).collect(),
                ..VariantCounts::default()
            }
        };
        (1..=2 * self.days)
            .map(|times| CumulativeCounts {
                at: began() + SignedDuration::from_hours(12 * i64::from(times)),
                arms: self
                    .halves
                    .iter()
                    .map(|half| arm(half, times.into()))
                    .collect(),
            })
            .collect()
    }

    fn read(&self) -> Reading {
        let experiment = self.experiment();
        self.read_of(&experiment, &self.looks(&experiment), None)
    }

    fn read_of(
        &self,
        experiment: &Experiment,
        looks: &[CumulativeCounts],
        rows: Option<&RowCounts>,
    ) -> Reading {
        Reading::of(&Material {
            experiment: Some(experiment),
            definition: &self.definition(),
            weights: &self.weights,
            looks,
            dead: &self.dead,
            window: Window {
                from: began(),
                to: looks.last().map_or(began(), |look| look.at),
            },
            terms: Terms::default(),
            fixed: self.fixed,
            planned: self.planned.as_ref(),
            rows,
        })
    }

    fn case(&self, name: &'static str) -> Case {
        self.case_of(name, self.read())
    }

    fn case_of(&self, name: &'static str, reading: Reading) -> Case {
        let phase = PhaseOf {
            number: 1,
            since: began(),
            weights: self.weights.clone(),
        };
        Case {
            name,
            record: Record {
                phases: vec![phase],
                spending: Some(Spending::first(1)),
                ..record()
            },
            reading,
            experiment: Some(self.experiment()),
            notes: Vec::new(),
            ended: None,
        }
    }
}

fn of(days: u32, own: Half) -> Setting {
    Setting {
        halves: vec![HALF, own],
        days,
        ..Setting::default()
    }
}
