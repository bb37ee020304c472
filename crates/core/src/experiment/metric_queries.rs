//! The `CloudWatch` queries of an experiment, and which of them add up to which counts.

use std::time::Duration;

use super::definition::{Arm, Definition};
use super::outcome_window::{OutcomeWindow, PhaseTimes};
use crate::release::Query;
use mlship_manifest::Measure;
use mlship_manifest::schema::{Answers, Experiment, MetricType};

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

/// What the primary metric and a guardrail have in common.
struct Measured<'a> {
    metric: &'a str,
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
        VariantSources {
            requests: self.balanced(arm, "RequestCount", "Sum"),
            connection_errors: self.balanced(arm, "TargetConnectionErrorCount", "Sum"),
            healthy: self.balanced(arm, "HealthyHostCount", "Maximum"),
            metrics: metrics.unwrap_or_default(),
        }
    }

    /// Asks for the primary metric, then for those of the guardrails.
    fn metrics(&mut self, experiment: &Experiment, arm: &Arm) -> Vec<MetricSource> {
        let primary = &experiment.primary;
        let mut measured = vec![Measured {
            metric: &primary.metric,
            kind: primary.kind,
            threshold: primary.slow_after(),
            answers: primary.answers,
        }];
        let guardrails = experiment.guardrails.iter();
        measured.extend(guardrails.map(|guardrail| Measured {
            metric: &guardrail.metric,
            kind: guardrail.kind,
            threshold: guardrail.slow_after(),
            answers: guardrail.answers,
        }));
        let sources = measured.into_iter().filter_map(|measured| {
            let measure = experiment.measure(measured.metric)?;
            if let Measure::Rows(_) = measure {
                return Some(MetricSource::Rows(measured.kind));
            }
            Some(self.source(measure, &measured, arm))
        });
        sources.collect()
    }

    fn source(&mut self, measure: Measure<'_>, measured: &Measured<'_>, arm: &Arm) -> MetricSource {
        let metric = match measure {
            Measure::ErrorRate => return self.errors(measured.answers, arm),
            Measure::SlowRequests => {
                let threshold = measured.threshold.unwrap_or_default().as_secs_f64();
                let rank = format!("PR(:{threshold})");
                return MetricSource::Slower {
                    rank: self.balanced(arm, "TargetResponseTime", &rank),
                    samples: self.balanced(arm, "TargetResponseTime", "SampleCount"),
                };
            }
            Measure::Business(metric) | Measure::Rows(metric) => metric,
        };
        let mut sum = |name: &Option<String>| {
            self.query(Query {
                namespace: metric.namespace.clone().unwrap_or_default(),
                metric: name.clone().unwrap_or_default(),
                dimensions: vec![("Variant".to_owned(), arm.name.clone())],
                statistic: "Sum".to_owned(),
            })
        };
        if metric.trials.is_some() {
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
        }
    }

    fn errors(&mut self, answers: Option<Answers>, arm: &Arm) -> MetricSource {
        let requests = self.balanced(arm, "RequestCount", "Sum");
        let mut answered = |code: u32| {
            let metric = format!("HTTPCode_Target_{code}XX_Count");
            self.balanced(arm, &metric, "Sum")
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
    fn balanced(&mut self, arm: &Arm, metric: &str, statistic: &str) -> usize {
        let dimensions = [
            ("LoadBalancer", self.balancer.as_str()),
            ("TargetGroup", arm.group.dimension()),
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
