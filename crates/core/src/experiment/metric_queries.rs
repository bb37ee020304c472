//! The `CloudWatch` queries of an experiment, and which of them add up to which counts.

use std::time::Duration;

use super::definition::{Arm, Definition};
use super::outcome_window::{OutcomeWindow, PhaseTimes};
use crate::release::Query;
use crate::release::ids::{RuleArn, TargetGroupArn};
use mlship_manifest::Measure;
use mlship_manifest::schema::{AnalysisMetric, Answers, Experiment, MetricType};

/// The metrics that decide, in the order in which they are counted: the primary one first.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricQueries {
    /// All queries, each once.
    pub queries: Vec<Query>,
    /// What each variant's counts are made of, in the order of the variants.
    pub arms: Vec<VariantSources>,
    /// How long the load balancer waits for an answer: what is younger may be answered yet.
    pub idle_timeout: Duration,
    /// From when until when the points of each metric count, in the order of the metrics; those
    /// that are not said count in the whole window.
    pub outcomes: Vec<OutcomeWindow>,
}

/// How long a load balancer waits for an answer, unless told otherwise.
const USUAL_IDLE_TIMEOUT: Duration = Duration::from_mins(1);

/// Where the counts of a variant are among the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantSources {
    /// Requests that the load balancer had a target for.
    pub requests: usize,
    /// Requests that did not reach their target.
    pub connection_errors: usize,
    /// Healthy targets.
    pub healthy: usize,
    /// The primary metric, then the guardrails.
    pub metrics: Vec<MetricSource>,
}

/// Where the counts of a metric are among the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricSource {
    /// A proportion.
    Proportion {
        /// Successes.
        successes: usize,
        /// Trials.
        trials: usize,
    },
    /// The requests that were answered with an error of the target, or by no target at all.
    Answered {
        /// All requests.
        requests: usize,
        /// Answers of the target: 2XX, 3XX, 4XX, and last 5XX.
        answers: [usize; 4],
    },
    /// The responses that were slower than a threshold, from the share of those that were not.
    Slower {
        /// The percentage up to the threshold.
        rank: usize,
        /// All responses.
        samples: usize,
    },
    /// A mean.
    Mean {
        /// Units.
        count: usize,
        /// Sum of their values.
        sum: usize,
        /// Sum of the squares of their values.
        squares: usize,
    },
    /// What only rows of clients have.
    Rows(MetricType),
}

impl MetricQueries {
    /// Returns what to ask about an experiment; where what is measured is not known, what the load
    /// balancer counts.
    #[must_use]
    pub fn of(experiment: Option<&Experiment>, definition: &Definition) -> Self {
        let mut asking = QueryBuilder {
            balancer: definition.rule.load_balancer(),
            queries: Vec::new(),
        };
        let arms = definition.arms.iter();
        let arms = arms.map(|arm| asking.about(experiment, arm)).collect();
        Self {
            queries: asking.queries,
            arms,
            idle_timeout: USUAL_IDLE_TIMEOUT,
            outcomes: Vec::new(),
        }
    }

    /// Returns what to ask about target groups that a rule shares requests between.
    #[must_use]
    pub fn of_groups(
        rule: &RuleArn,
        groups: [&TargetGroupArn; 2],
        metrics: &[AnalysisMetric],
    ) -> Self {
        let mut asking = QueryBuilder {
            balancer: rule.load_balancer(),
            queries: Vec::new(),
        };
        let arms = groups.map(|group| {
            let sources = metrics.iter().filter_map(|metric| {
                let measured = Measured {
                    kind: MetricType::Proportion,
                    threshold: metric.slow_after(),
                    answers: metric.answers,
                };
                asking.of_balancer(metric.measure(), &measured, group)
            });
            let metrics = sources.collect();
            asking.of_group(group, metrics)
        });
        Self {
            queries: asking.queries,
            arms: arms.into(),
            idle_timeout: USUAL_IDLE_TIMEOUT,
            outcomes: Vec::new(),
        }
    }

    /// Counts of each metric only what is of one phase.
    pub fn count_by_phase(&mut self, experiment: &Experiment, times: PhaseTimes) {
        let guardrails = experiment.guardrails.iter();
        let guardrails = guardrails.map(|guardrail| guardrail.metric.as_str());
        let names = std::iter::once(experiment.primary.metric.as_str()).chain(guardrails);
        let measures = names.filter_map(|name| experiment.measure(name));
        let windows = measures.map(|measure| OutcomeWindow::of(experiment, measure, times));
        self.outcomes = windows.collect();
    }

    /// Says whether requests without an answer count, so that it matters how long one may take.
    #[must_use]
    pub fn counts_unanswered(&self) -> bool {
        let mut metrics = self.arms.iter().flat_map(|arm| &arm.metrics);
        metrics.any(|metric| matches!(metric, MetricSource::Answered { .. }))
    }
}

/// What all that is measured has in common.
struct Measured {
    kind: MetricType,
    threshold: Option<Duration>,
    answers: Option<Answers>,
}

struct QueryBuilder {
    balancer: String,
    queries: Vec<Query>,
}

impl QueryBuilder {
    fn about(&mut self, experiment: Option<&Experiment>, arm: &Arm) -> VariantSources {
        let metrics = experiment.map(|experiment| self.metrics(experiment, arm));
        self.of_group(&arm.group, metrics.unwrap_or_default())
    }

    /// Asks for what every group has, beside these metrics.
    fn of_group(&mut self, group: &TargetGroupArn, metrics: Vec<MetricSource>) -> VariantSources {
        VariantSources {
            requests: self.balanced(group, "RequestCount", "Sum"),
            connection_errors: self.balanced(group, "TargetConnectionErrorCount", "Sum"),
            healthy: self.balanced(group, "HealthyHostCount", "Maximum"),
            metrics,
        }
    }

    /// Asks for the primary metric, then for those of the guardrails.
    fn metrics(&mut self, experiment: &Experiment, arm: &Arm) -> Vec<MetricSource> {
        let primary = &experiment.primary;
        let first = Measured {
            kind: primary.kind,
            threshold: primary.slow_after(),
            answers: primary.answers,
        };
        let guardrails = experiment.guardrails.iter().map(|guardrail| {
            let measured = Measured {
                kind: guardrail.kind,
                threshold: guardrail.slow_after(),
                answers: guardrail.answers,
            };
            (guardrail.metric.as_str(), measured)
        });
        let measured = std::iter::once((primary.metric.as_str(), first)).chain(guardrails);
        let sources = measured.filter_map(|(metric, measured)| {
            self.source(experiment.measure(metric)?, &measured, arm)
        });
        sources.collect()
    }

    fn source(
        &mut self,
        measure: Measure<'_>,
        measured: &Measured,
        arm: &Arm,
    ) -> Option<MetricSource> {
        let metric = match measure {
            Measure::Rows(_) => return Some(MetricSource::Rows(measured.kind)),
            Measure::ErrorRate | Measure::SlowRequests => {
                return self.of_balancer(measure, measured, &arm.group);
            }
            Measure::Business(metric) => metric,
        };
        let mut sum = |name: &Option<String>| {
            self.query(Query {
                namespace: metric.namespace.clone().unwrap_or_default(),
                metric: name.clone().unwrap_or_default(),
                dimensions: vec![("Variant".to_owned(), arm.name.clone())],
                statistic: "Sum".to_owned(),
            })
        };
        Some(if metric.trials.is_some() {
            MetricSource::Proportion {
                successes: sum(&metric.successes),
                trials: sum(&metric.trials),
            }
        } else {
            MetricSource::Mean {
                count: sum(&metric.count),
                sum: sum(&metric.sum),
                squares: sum(&metric.sum_squares),
            }
        })
    }

    /// Asks for what the load balancer counts of a group; nothing where it doesn't.
    fn of_balancer(
        &mut self,
        measure: Measure<'_>,
        measured: &Measured,
        group: &TargetGroupArn,
    ) -> Option<MetricSource> {
        match measure {
            Measure::ErrorRate => Some(self.errors(measured.answers, group)),
            Measure::SlowRequests => {
                let threshold = measured.threshold.unwrap_or_default().as_secs_f64();
                let rank = format!("PR(:{threshold})");
                Some(MetricSource::Slower {
                    rank: self.balanced(group, "TargetResponseTime", &rank),
                    samples: self.balanced(group, "TargetResponseTime", "SampleCount"),
                })
            }
            Measure::Business(_) | Measure::Rows(_) => None,
        }
    }

    fn errors(&mut self, answers: Option<Answers>, group: &TargetGroupArn) -> MetricSource {
        let requests = self.balanced(group, "RequestCount", "Sum");
        let mut answered = |code: u32| {
            let metric = format!("HTTPCode_Target_{code}XX_Count");
            self.balanced(group, &metric, "Sum")
        };
        match answers {
            Some(Answers::Target5xx) => MetricSource::Proportion {
                successes: answered(5),
                trials: requests,
            },
            None => MetricSource::Answered {
                requests,
                answers: [2, 3, 4, 5].map(answered),
            },
        }
    }

    /// Asks for a metric that the load balancer has of a target group.
    fn balanced(&mut self, group: &TargetGroupArn, metric: &str, statistic: &str) -> usize {
        let dimensions = [
            ("LoadBalancer", self.balancer.as_str()),
            ("TargetGroup", group.dimension()),
        ];
        self.query(Query {
            namespace: "AWS/ApplicationELB".to_owned(),
            metric: metric.to_owned(),
            dimensions: dimensions
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            statistic: statistic.to_owned(),
        })
    }

    fn query(&mut self, query: Query) -> usize {
        let known = self.queries.iter().position(|known| *known == query);
        known.unwrap_or_else(|| {
            self.queries.push(query);
            self.queries.len() - 1
        })
    }
}
