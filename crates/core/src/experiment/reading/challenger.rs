//! Compares a challenger with the control, metric by metric.

use super::course::{Stretch, course};
use super::planned::Decided;
use super::reader::{Reader, direction};
use super::{CumulativeCounts, EffectHistory, Material, MetricReading, Role, gate_word};
use crate::experiment::samples::MetricCount;
use mlship_manifest::schema::{Breach, Unit};
use mlship_stats::{
    Arms, Comparison, Course, Difference, Direction, Evidence, Gate, Guardrail, GuardrailJudgement,
    Inference, Proportion, Running,
};

/// Guardrails that every experiment has.
const CONNECTION_ERRORS: &str = "connection_errors";
/// That a variant has a target that can answer.
pub const HEALTHY_TARGETS: &str = "healthy_targets";
/// One request in a hundred that reaches no target is an outage, not noise.
const CONNECTION_MARGIN: f64 = 0.01;

/// A challenger.
pub(super) struct Challenger {
    pub(super) index: usize,
    pub(super) inference: Inference,
    /// The planned looks at it, where they alone decide.
    pub(super) looks: Option<Vec<Decided>>,
}

/// A guardrail of a challenger, judged.
struct Judged<'a> {
    metric: &'a str,
    /// The variant that it is about.
    arm: usize,
    tallies: Option<(MetricCount, MetricCount)>,
    judgement: GuardrailJudgement,
    /// Of requests that are not independent.
    course: Option<Course>,
    unit: Unit,
}

pub(super) fn arms(tallies: Option<(MetricCount, MetricCount)>) -> Option<Arms> {
    tallies.and_then(|(control, own)| own.against(control))
}

impl Challenger {
    pub(super) fn comparison(&self, reader: &Reader<'_>, look: &CumulativeCounts) -> Comparison {
        let arms = arms(self.tallies(reader, look, 0));
        let judged = self.guardrails(reader, look);
        Comparison {
            primary: self.running(reader, look),
            evidence: arms.map_or(Evidence::NONE, |arms| arms.evidence()),
            guardrails: judged
                .into_iter()
                .map(|guardrail| guardrail.judgement.gate)
                .collect(),
        }
    }

    /// Returns what all looks at the primary metric come to together, of those that could decide:
    /// earlier ones have too few events for their intervals to hold. Where none could, and of a
    /// classical test, it is the last look alone.
    fn running(&self, reader: &Reader<'_>, last: &CumulativeCounts) -> Option<Running> {
        let arms = |look: &CumulativeCounts| arms(self.tallies(reader, look, 0));
        let once = || {
            let difference = self.inference.difference(&arms(last)?);
            difference.map(Running::once)
        };
        match self.inference {
            Inference::FixedHorizon(_) => once(),
            // What the last look finds is shown beside its rates: one that can't decide, since a few
            // values outweigh all others by now, takes nothing from those before.
            Inference::Sequential(_)
                if arms(last).is_none_or(|arms| {
                    arms.evidence().events() < reader.question.minimum_events
                        || self.inference.difference(&arms).is_none()
                }) =>
            {
                once()
            }
            Inference::Sequential(_) => {
                let looks = reader.material.looks.iter().filter_map(arms);
                let could_decide =
                    looks.filter(|arms| arms.evidence().events() >= reader.question.minimum_events);
                let differences = could_decide.filter_map(|arms| self.inference.difference(&arms));
                Running::of(differences).or_else(once)
            }
        }
    }

    /// Returns the control's and the own counts of a metric.
    pub(super) fn tallies(
        &self,
        reader: &Reader<'_>,
        look: &CumulativeCounts,
        metric: usize,
    ) -> Option<(MetricCount, MetricCount)> {
        let of = |arm: usize| look.arms.get(arm)?.metrics.get(metric).copied();
        Some((of(reader.control)?, of(self.index)?))
    }

    fn judge(
        &self,
        guardrail: Guardrail,
        tallies: Option<(MetricCount, MetricCount)>,
    ) -> GuardrailJudgement {
        guardrail.judge(arms(tallies).as_ref(), &self.inference)
    }

    /// Returns the course of a metric, where clients' requests make it worth more than its sums.
    fn course_of(&self, reader: &Reader<'_>, metric: usize, unit: Unit) -> Option<Course> {
        let Material { looks, window, .. } = reader.material;
        reader.has_clustered(unit).then(|| {
            course(looks, *window, Stretch::Hour, |look| {
                let (control, own) = self.tallies(reader, look, metric)?;
                Some([control, own])
            })
        })
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
                    minimum_events: reader.question.minimum_events,
                };
                let measure = experiment.measure(&guardrail.metric);
                let unit = measure.map_or(Unit::Client, |measure| measure.unit());
                let course = self.course_of(reader, place + 1, unit);
                let both = arms(tallies);
                let judgement = match &course {
                    Some(course) => match guardrail.breach {
                        None => rule.judge_requests(both.as_ref(), &self.inference, course),
                        Some(Breach::AtOnce) => {
                            rule.judge_requests_of_few(both.as_ref(), &self.inference, course)
                        }
                    },
                    None => rule.judge(both.as_ref(), &self.inference),
                };
                Judged {
                    metric: &guardrail.metric,
                    arm: self.index,
                    tallies,
                    judgement,
                    course,
                    unit,
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
            minimum_events: reader.question.minimum_events,
        };
        let judgement = self.judge(rule, tallies);
        // Without a breach there is nothing to hold a verdict back for.
        (own.connection_errors > 0 && judgement.gate == Gate::Breached).then_some(Judged {
            metric: CONNECTION_ERRORS,
            arm: self.index,
            tallies,
            judgement,
            course: None,
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
            judgement: GuardrailJudgement::BREACHED,
            course: None,
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
            if self.looks.is_none() {
                return MetricReading {
                    p,
                    state,
                    difference: self.running(reader, look).map(|running| running.difference),
                    ..self.reading(reader, self.index, metric, tallies)
                };
            }
            // What came in since the look says nothing yet.
            let last = self.last_look();
            MetricReading {
                p,
                state,
                difference: last.and_then(|look| look.difference),
                lift: last.and_then(|look| look.lift),
                ..self.reading(reader, self.index, metric, last.map(|look| look.tallies))
            }
        });
        let mut readings = Vec::from_iter(primary);
        let guardrails = self.guardrails(reader, look).into_iter();
        readings.extend(guardrails.map(|judged| self.guardrail_reading(reader, &judged)));
        readings
    }

    fn guardrail_reading(&self, reader: &Reader<'_>, judged: &Judged<'_>) -> MetricReading {
        let reading = self.reading(reader, judged.arm, judged.metric, judged.tallies);
        let widened = |difference: Difference| match (&judged.course, arms(judged.tallies)) {
            (Some(course), Some(arms)) => Difference {
                interval: self.inference.widened(&arms, difference.interval, course),
                ..difference
            },
            (None, _) | (_, None) => difference,
        };
        MetricReading {
            role: Role::Guardrail,
            state: gate_word(judged.judgement.gate),
            open: judged.judgement.open,
            is_approximate: reader.has_clustered(judged.unit),
            difference: reading.difference.map(widened),
            ..reading
        }
    }

    fn reading(
        &self,
        reader: &Reader<'_>,
        arm: usize,
        metric: &str,
        tallies: Option<(MetricCount, MetricCount)>,
    ) -> MetricReading {
        let arms = arms(tallies);
        let difference = arms.and_then(|arms| self.inference.difference(&arms));
        MetricReading {
            metric: metric.to_owned(),
            role: Role::Primary,
            variant: reader.material.definition.arms[arm].name.clone(),
            is_proportion: reader
                .is_proportion(metric)
                .unwrap_or_else(|| tallies.is_none_or(|(control, _)| control.is_proportion())),
            narrowed: tallies.and_then(|(control, own)| own.narrowed(control)),
            trials: tallies.map(|(control, own)| (control.trials(), own.trials())),
            control: tallies.and_then(|(control, _)| control.rate()),
            rate: tallies.and_then(|(_, own)| own.rate()),
            difference,
            lift: arms.and_then(|arms| self.inference.lift(&arms)),
            p: difference.map(|difference| difference.p),
            state: "",
            open: None,
            evidence: arms.map_or(Evidence::NONE, |arms| arms.evidence()),
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
