//! Compares a challenger with the control, metric by metric.

use super::reader::{Reader, direction};
use super::{CumulativeCounts, EffectHistory, MetricReading, Role, gate_word};
use crate::experiment::samples::MetricCount;
use mlship_manifest::schema::Unit;
use mlship_stats::{Comparison, Direction, Gate, Guardrail, Inference, Proportion};

/// Guardrails that every experiment has.
const CONNECTION_ERRORS: &str = "connection_errors";
const HEALTHY_TARGETS: &str = "healthy_targets";
/// One request in a hundred that reaches no target is an outage, not noise.
const CONNECTION_MARGIN: f64 = 0.01;

/// A challenger.
pub(super) struct Challenger {
    pub(super) index: usize,
    pub(super) inference: Inference,
}

/// A guardrail of a challenger, judged.
struct Judged<'a> {
    metric: &'a str,
    /// The variant that it is about.
    arm: usize,
    tallies: Option<(MetricCount, MetricCount)>,
    gate: Gate,
    unit: Unit,
}

impl Challenger {
    pub(super) fn comparison(&self, reader: &Reader<'_>, look: &CumulativeCounts) -> Comparison {
        let primary = self.tallies(reader, look, 0);
        let arms = primary.and_then(|(control, own)| own.against(control));
        let judged = self.guardrails(reader, look);
        Comparison {
            primary: arms.and_then(|arms| self.inference.difference(&arms)),
            fewest_events: arms.map_or(0, |arms| arms.fewest_events()),
            guardrails: judged.into_iter().map(|guardrail| guardrail.gate).collect(),
        }
    }

    /// Returns the control's and the own counts of a metric.
    fn tallies(
        &self,
        reader: &Reader<'_>,
        look: &CumulativeCounts,
        metric: usize,
    ) -> Option<(MetricCount, MetricCount)> {
        let of = |arm: usize| look.arms.get(arm)?.metrics.get(metric).copied();
        Some((of(reader.control)?, of(self.index)?))
    }

    fn gate(&self, guardrail: Guardrail, tallies: Option<(MetricCount, MetricCount)>) -> Gate {
        let arms = tallies.and_then(|(control, own)| own.against(control));
        guardrail.judge(arms.and_then(|arms| self.inference.bounds(&arms)))
    }

    fn guardrails<'a>(&self, reader: &Reader<'a>, look: &CumulativeCounts) -> Vec<Judged<'a>> {
        let experiment = reader.material.experiment.into_iter();
        let own = experiment.flat_map(|experiment| {
            let guardrails = experiment.guardrails.iter().enumerate();
            guardrails.map(move |(place, guardrail)| (experiment, place, guardrail))
        });
        let mut judged: Vec<Judged<'a>> = own
            .map(|(experiment, place, guardrail)| {
                let tallies = self.tallies(reader, look, place + 1);
                let rule = Guardrail {
                    direction: direction(guardrail.direction),
                    margin: guardrail.margin,
                };
                let measure = experiment.measure(&guardrail.metric);
                Judged {
                    metric: &guardrail.metric,
                    arm: self.index,
                    tallies,
                    gate: self.gate(rule, tallies),
                    unit: measure.map_or(Unit::Client, |measure| measure.unit()),
                }
            })
            .collect();
        judged.extend(self.unreached(reader, look));
        judged.extend(self.without_targets(reader, look));
        judged
    }

    /// A target that refuses connections answers with no error of its own.
    fn unreached(&self, reader: &Reader<'_>, look: &CumulativeCounts) -> Option<Judged<'static>> {
        let tally = |arm: usize| {
            let counts = look.arms.get(arm)?;
            Some(MetricCount::Proportion(Proportion {
                successes: counts.connection_errors.min(counts.requests),
                trials: counts.requests,
            }))
        };
        let own = look.arms.get(self.index)?;
        let tallies = tally(reader.control).zip(tally(self.index));
        let rule = Guardrail {
            direction: Direction::Down,
            margin: CONNECTION_MARGIN,
        };
        let gate = self.gate(rule, tallies);
        // Without a breach there is nothing to hold a verdict back for.
        (own.connection_errors > 0 && gate == Gate::Breached).then_some(Judged {
            metric: CONNECTION_ERRORS,
            arm: self.index,
            tallies,
            gate,
            unit: Unit::Request,
        })
    }

    /// A group without a healthy target answers with errors that are the load balancer's; the
    /// control's clients count, too.
    fn without_targets(
        &self,
        reader: &Reader<'_>,
        look: &CumulativeCounts,
    ) -> Vec<Judged<'static>> {
        let is_dead = |index: &usize| {
            let arm = reader.material.definition.arms.get(*index);
            let seen = look.arms.get(*index).and_then(|counts| counts.healthy);
            seen == Some(0.0) || arm.is_some_and(|arm| reader.material.dead.contains(&arm.name))
        };
        let dead = [reader.control, self.index].into_iter().filter(is_dead);
        dead.map(|arm| Judged {
            metric: HEALTHY_TARGETS,
            arm,
            tallies: None,
            gate: Gate::Breached,
            unit: Unit::Client,
        })
        .collect()
    }

    pub(super) fn readings(
        &self,
        reader: &Reader<'_>,
        look: &CumulativeCounts,
        p: Option<f64>,
        state: &'static str,
    ) -> Vec<MetricReading> {
        let primary = reader.material.experiment.map(|experiment| {
            let (metric, tallies) = (&experiment.primary.metric, self.tallies(reader, look, 0));
            MetricReading {
                p,
                state,
                ..self.reading(reader, self.index, metric, tallies)
            }
        });
        let mut readings = Vec::from_iter(primary);
        let is_sticky = match reader.material.experiment {
            Some(experiment) => !experiment.cookie_life().is_zero(),
            None => !reader.material.definition.assigns_requests(),
        };
        readings.extend(
            self.guardrails(reader, look)
                .into_iter()
                .map(|judged| MetricReading {
                    role: Role::Guardrail,
                    state: gate_word(judged.gate),
                    is_approximate: is_sticky && judged.unit == Unit::Request,
                    ..self.reading(reader, judged.arm, judged.metric, judged.tallies)
                }),
        );
        readings
    }

    fn reading(
        &self,
        reader: &Reader<'_>,
        arm: usize,
        metric: &str,
        tallies: Option<(MetricCount, MetricCount)>,
    ) -> MetricReading {
        let arms = tallies.and_then(|(control, own)| own.against(control));
        let difference = arms.and_then(|arms| self.inference.difference(&arms));
        MetricReading {
            metric: metric.to_owned(),
            role: Role::Primary,
            variant: reader.material.definition.arms[arm].name.clone(),
            is_proportion: tallies.is_none_or(|(control, _)| control.is_proportion()),
            narrowed: tallies.and_then(|(control, own)| own.narrowed(control)),
            control: tallies.and_then(|(control, _)| control.rate()),
            rate: tallies.and_then(|(_, own)| own.rate()),
            difference,
            lift: arms.and_then(|arms| self.inference.lift(&arms)),
            p: difference.map(|difference| difference.p),
            state: "",
            is_approximate: false,
        }
    }

    pub(super) fn course(&self, reader: &Reader<'_>) -> EffectHistory {
        let looks = reader.material.looks.iter().filter_map(|look| {
            let (control, own) = self.tallies(reader, look, 0)?;
            let difference = self.inference.difference(&own.against(control)?)?;
            Some((look.at, difference))
        });
        EffectHistory {
            variant: reader.material.definition.arms[self.index].name.clone(),
            looks: looks.collect(),
        }
    }
}
