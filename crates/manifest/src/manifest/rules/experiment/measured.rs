//! The primary metric and the guardrails: each exists and is of the right kind.

use std::time::Duration;

use super::super::super::experiment::Measure;
use super::super::super::path;
use super::super::super::schema::{Answers, Direction, Experiment, MetricType, Unit};
use super::super::super::suggest;
use super::super::findings::Findings;
use super::traffic::no_time;
use crate::manifest::Code;
use mlship_text::duration::{DurationError, duration};

/// What the primary metric, a guardrail and a metric of an analysis have in common.
pub(in super::super) struct Measured<'a> {
    pub(in super::super) path: String,
    pub(in super::super) metric: &'a str,
    pub(in super::super) kind: MetricType,
    pub(in super::super) direction: Direction,
    pub(in super::super) threshold: Option<&'a str>,
    pub(in super::super) answers: Option<Answers>,
    /// The name and the value of the difference that matters.
    pub(in super::super) difference: (&'static str, f64),
}

pub(super) fn check(experiment: &Experiment, findings: &mut Findings<'_>) {
    let primary = &experiment.primary;
    let mut all = vec![Measured {
        path: "primary".to_owned(),
        metric: &primary.metric,
        kind: primary.kind,
        direction: primary.direction,
        threshold: primary.threshold.as_deref(),
        answers: primary.answers,
        difference: ("minimumEffect", primary.minimum_effect),
    }];
    let guardrails = experiment.guardrails.iter().enumerate();
    all.extend(guardrails.map(|(index, guardrail)| Measured {
        path: format!("guardrails[{index}]"),
        metric: &guardrail.metric,
        kind: guardrail.kind,
        direction: guardrail.direction,
        threshold: guardrail.threshold.as_deref(),
        answers: guardrail.answers,
        difference: ("margin", guardrail.margin),
    }));
    for measured in all.iter().filter(|measured| !measured.metric.is_empty()) {
        match experiment.measure(measured.metric) {
            Some(measure) => measured.check(measure, findings),
            None => measured.unknown(experiment, findings),
        }
    }
    check_duplicates(&all[1..], findings);
    check_breaches(experiment, findings);
}

/// Finds `breach` where clients, or requests that are independent, are counted.
fn check_breaches(experiment: &Experiment, findings: &mut Findings<'_>) {
    for (index, guardrail) in experiment.guardrails.iter().enumerate() {
        let measure = experiment.measure(&guardrail.metric);
        let is_clustered =
            |measure: Measure<'_>| measure.unit() == Unit::Request && experiment.assigns_clients();
        if guardrail.breach.is_some() && measure.is_some_and(|measure| !is_clustered(measure)) {
            let why = if experiment.assigns_clients() {
                "counts clients, each once"
            } else {
                "counts requests of clients that no cookie keeps with a variant"
            };
            findings.error(
                &format!("guardrails[{index}].breach"),
                Code::BREACH_UNUSED,
                format!("`{}` {why}", guardrail.metric),
                "remove it: how often it fails can be believed as it is",
            );
        }
    }
}

impl Measured<'_> {
    fn unknown(&self, experiment: &Experiment, findings: &mut Findings<'_>) {
        let path = format!("{}.metric", self.path);
        let message = format!("no metric {}", findings.quote(&path, self.metric));
        let own = experiment.metrics.keys().map(String::as_str);
        let known: Vec<&str> = own.chain(Measure::BUILT_IN).collect();
        let all = format!(
            "there are {}; others are defined under `metrics`",
            suggest::list(&known)
        );
        let help = suggest::help(self.metric, &known, &all);
        findings.error(&path, Code::UNKNOWN_METRIC, message, help);
    }

    pub(in super::super) fn check(&self, measure: Measure<'_>, findings: &mut Findings<'_>) {
        let path = |field: &str| format!("{}.{field}", self.path);
        let (kind, direction) = (path("type"), path("direction"));
        self.ratio(measure, findings);
        let other = measure.kind().filter(|kind| *kind != self.kind);
        if let Some(other) = other.filter(|_| findings.is_written(&kind)) {
            let name = match other {
                MetricType::Proportion => "proportion",
                MetricType::Mean => "mean",
                MetricType::Ratio => "ratio",
            };
            findings.error(
                &kind,
                Code::WRONG_METRIC_TYPE,
                format!("`{}` is a {name}", self.metric),
                format!("write `type: {name}`"),
            );
        }
        let is_built_in = matches!(measure, Measure::ErrorRate | Measure::SlowRequests);
        let is_up = self.direction == Direction::Up && findings.is_written(&direction);
        if is_built_in && is_up {
            findings.error(
                &direction,
                Code::WRONG_DIRECTION,
                format!("more of `{}` is never better", self.metric),
                "write `direction: down`",
            );
        }
        self.threshold(measure, findings);
        if self.answers.is_some() && measure != Measure::ErrorRate {
            findings.error(
                &path("answers"),
                Code::ANSWERS_UNUSED,
                format!("`{}` counts no answers", self.metric),
                "remove it; only `error_rate` does",
            );
        }
        let (field, difference) = self.difference;
        if self.kind == MetricType::Proportion && difference >= 1.0 {
            findings.error(
                &path(field),
                Code::EFFECT_TOO_LARGE,
                format!("proportions can't differ by {difference}: the most they can is 1"),
                "write a fraction: 0.005 is half a percentage point",
            );
        }
    }

    /// A column of rows may be that of a proportion or of a mean: of a ratio there are two.
    fn ratio(&self, measure: Measure<'_>, findings: &mut Findings<'_>) {
        let Measure::Rows(metric) = measure else {
            return;
        };
        // Half a ratio is told where it is defined.
        let is_one = metric.numerator.is_none() && metric.denominator.is_none();
        if self.kind == MetricType::Ratio && is_one {
            findings.error(
                &path::member("metrics", self.metric),
                Code::INCOMPLETE_METRIC,
                format!(
                    "`{}` is a ratio of which no two columns are named",
                    self.metric
                ),
                "add `numerator` and `denominator`, the columns whose sums are divided",
            );
        }
    }

    fn threshold(&self, measure: Measure<'_>, findings: &mut Findings<'_>) {
        let path = format!("{}.threshold", self.path);
        let is_written = findings.is_written(&path);
        if measure != Measure::SlowRequests {
            if is_written {
                findings.error(
                    &path,
                    Code::THRESHOLD_UNUSED,
                    format!("`{}` has no threshold", self.metric),
                    "remove it; only `slow_requests` has one",
                );
            }
            return;
        }
        if !is_written {
            findings.error(
                &format!("{}.metric", self.path),
                Code::THRESHOLD_MISSING,
                "`slow_requests` needs a threshold",
                "add the response time from which a request is slow, such as `threshold: 300ms`",
            );
        }
        let Some(written) = self.threshold else {
            return;
        };
        let error = match duration(written) {
            Ok(time) if !time.is_zero() => return,
            Ok(_) => DurationError::Unreadable,
            Err(error) => error,
        };
        no_time(error, (&path, written), "300ms", findings);
    }
}

/// Finds a metric that must not get worse twice: which margin counts would be anybody's guess.
pub(in super::super) fn check_duplicates(guardrails: &[Measured<'_>], findings: &mut Findings<'_>) {
    let key = |guardrail: &Measured<'_>| -> (String, Option<Duration>) {
        (
            guardrail.metric.to_owned(),
            guardrail
                .threshold
                .and_then(|written| duration(written).ok()),
        )
    };
    for (index, guardrail) in guardrails.iter().enumerate() {
        let is_same = |other: &Measured<'_>| key(other) == key(guardrail);
        if !guardrail.metric.is_empty() && guardrails[..index].iter().any(is_same) {
            findings.error(
                &format!("{}.metric", guardrail.path),
                Code::GUARDRAIL_TWICE,
                format!("`{}` is a guardrail already", guardrail.metric),
                "keep one of them",
            );
        }
    }
}
