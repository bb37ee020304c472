//! What speaks against the counts themselves: more successes than trials, more trials than
//! requests, metrics without any data. Says what was asked for. Asks nobody.

use std::collections::BTreeMap;

use super::definition::Definition;
use super::metric_queries::{MetricQueries, MetricSource, VariantSources};
use super::samples::{CumulativeCounts, MetricCount, Samples, VariantCounts};
use crate::release::Query;
use mlship_manifest::Measure;
use mlship_manifest::schema::Experiment;
use mlship_text::words::counted;

/// What speaks against counts, and what was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doubts {
    /// What can't be, in words.
    pub impossible: Vec<String>,
    /// The business metrics of which there are no data, though there were requests.
    pub silent: Vec<Query>,
}

impl Doubts {
    /// Looks at all that was counted of an experiment's business metrics.
    #[must_use]
    pub fn of(
        experiment: &Experiment,
        definition: &Definition,
        queries: &MetricQueries,
        samples: &Samples,
        last: &CumulativeCounts,
    ) -> Self {
        let mut found = Self::default();
        let arms = definition.arms.iter().zip(&queries.arms).zip(&last.arms);
        for ((arm, sources), counts) in arms {
            for (place, metric) in metrics(experiment).into_iter().enumerate() {
                let is_own = matches!(experiment.measure(metric), Some(Measure::Business(_)));
                let (Some(source), Some(count)) =
                    (sources.metrics.get(place), counts.metrics.get(place))
                else {
                    continue;
                };
                if !is_own {
                    continue;
                }
                let asked = |query: usize| &queries.queries[query];
                found.impossible.extend(impossible(
                    &format!("{metric} of {}", arm.name),
                    (source, *count, counts),
                    asked,
                ));
                let silent = source.queries().into_iter();
                let silent =
                    silent.filter(|query| counts.requests > 0 && samples.is_silent(*query));
                found
                    .silent
                    .extend(silent.map(|query| asked(query).clone()));
            }
        }
        found.impossible.dedup();
        found.silent.sort();
        found.silent.dedup();
        found
    }

    /// Looks at what rows of clients came to, beside what the load balancer counted: whoever was
    /// first seen in a window sent a request in it.
    #[must_use]
    pub fn of_rows(
        experiment: &Experiment,
        definition: &Definition,
        last: &CumulativeCounts,
    ) -> Vec<String> {
        let names = metrics(experiment);
        let mut found = Vec::new();
        for (arm, counts) in definition.arms.iter().zip(&last.arms) {
            let rows = names.iter().zip(&counts.metrics);
            let clients = rows.filter_map(|(metric, count)| match count {
                MetricCount::Clients(rows) => Some((*metric, rows.clients())),
                MetricCount::Proportion(_) | MetricCount::Mean(_) => None,
            });
            // All rows are of the same clients.
            let Some((metric, clients)) = clients.max_by_key(|(_, clients)| *clients) else {
                continue;
            };
            let (name, requests) = (&arm.name, counts.requests);
            let shown = counted(usize::try_from(clients).unwrap_or(usize::MAX), "client");
            if counts.has_more_trials_than_requests(clients) {
                found.push(format!(
                    "{metric} of {name}: {shown} in rows, of {requests} requests: a client that was \
                     seen sent one at least, so that rows are of more than this rule's traffic, or \
                     of another time"
                ));
            } else if counts.lacks_requests(clients) {
                found.push(format!(
                    "{metric} of {name}: {shown} in rows, and CloudWatch has no RequestCount of its \
                     target group: the load balancer's data are missing"
                ));
            }
        }
        found
    }

    /// Says of which metrics there are no data.
    #[must_use]
    pub fn silence(&self) -> Vec<String> {
        asked_for(&self.silent)
            .into_iter()
            .map(|asked| format!("no data of {asked} in this window"))
            .collect()
    }
}

/// Says what was asked for, a line for each metric.
#[must_use]
pub fn asked_for(queries: &[Query]) -> Vec<String> {
    let mut metrics: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for query in queries {
        let dimensions = query.dimensions.iter();
        let dimensions = dimensions.map(|(name, value)| format!("{name}={value}"));
        let metric = (query.namespace.as_str(), query.metric.as_str());
        let of_metric = metrics.entry(metric).or_default();
        of_metric.push(dimensions.collect::<Vec<_>>().join(" "));
    }
    let line = |((namespace, metric), dimensions): (_, Vec<String>)| {
        format!(
            "{namespace} {metric} with {}",
            dimensions.join(" and with ")
        )
    };
    metrics.into_iter().map(line).collect()
}

/// The names of the metrics, in the order in which they are counted.
fn metrics(experiment: &Experiment) -> Vec<&str> {
    let guardrails = experiment.guardrails.iter();
    let guardrails = guardrails.map(|guardrail| guardrail.metric.as_str());
    let primary = experiment.primary.metric.as_str();
    std::iter::once(primary).chain(guardrails).collect()
}

fn impossible<'a>(
    of: &str,
    (source, count, arm): (&MetricSource, MetricCount, &VariantCounts),
    asked: impl Fn(usize) -> &'a Query,
) -> Vec<String> {
    let mut found = Vec::new();
    let name = |query: usize| {
        let query = asked(query);
        format!("{} {}", query.namespace, query.metric)
    };
    if let (MetricSource::Proportion { successes, trials }, MetricCount::Proportion(counted)) =
        (source, count)
        && counted.successes > counted.trials
    {
        found.push(format!(
            "{of}: more successes than trials, {} of {} ({} of {})",
            counted.successes,
            counted.trials,
            name(*successes),
            name(*trials),
        ));
    }
    let trials = count.trials();
    if let Some(counted) = source.trials() {
        let (counted, requests) = (name(counted), arm.requests);
        if arm.has_more_trials_than_requests(trials) {
            found.push(format!(
                "{of}: {trials} trials ({counted}) of {requests} requests: a trial is what one \
                 client does, however often it is seen, or one request"
            ));
        } else if arm.lacks_requests(trials) {
            found.push(format!(
                "{of}: {trials} trials ({counted}), and CloudWatch has no RequestCount of its \
                 target group: the load balancer's data are missing"
            ));
        }
    }
    found
}

impl MetricSource {
    /// Returns what it is made of.
    fn queries(&self) -> Vec<usize> {
        match *self {
            Self::Proportion { successes, trials } => vec![successes, trials],
            Self::Answered { requests, answers } => [&[requests][..], &answers].concat(),
            Self::Slower { rank, samples } => vec![rank, samples],
            Self::Mean {
                count,
                sum,
                squares,
            } => vec![count, sum, squares],
            Self::Rows(_) => Vec::new(),
        }
    }

    /// Returns what counts the trials.
    fn trials(&self) -> Option<usize> {
        match *self {
            Self::Proportion { trials, .. } => Some(trials),
            Self::Mean { count, .. } => Some(count),
            Self::Answered { .. } | Self::Slower { .. } | Self::Rows(_) => None,
        }
    }
}

impl MetricQueries {
    /// Returns the queries of business metrics: what the application puts.
    #[must_use]
    pub fn of_business(&self, experiment: &Experiment) -> Vec<Query> {
        let names = metrics(experiment);
        let is_own = |name: &str| matches!(experiment.measure(name), Some(Measure::Business(_)));
        let own = |arm: &VariantSources| {
            let sources = arm.metrics.iter().zip(&names);
            let own = sources.filter(|(_, name)| is_own(name));
            own.flat_map(|(source, _)| source.queries())
                .collect::<Vec<_>>()
        };
        let places = self.arms.iter().flat_map(own);
        let mut found: Vec<Query> = places.map(|at| self.queries[at].clone()).collect();
        found.sort();
        found.dedup();
        found
    }
}
