//! The manifest of an experiment: its fields, their places, and values derived from them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::diagnostic::Diagnostic;
use super::field_spans::Places;
use super::schema::{
    Experiment, Guardrail, Metric, MetricType, Primary, Stamp, TestDesign, Unit, Variant,
};
use super::source::{Source, Span, overlap};
use super::variables::UsedDefault;
use crate::manifest::Code;
use mlship_stats::Method;
use mlship_text::duration::duration;
use mlship_text::secrets::KnownSecrets;

/// The looks of a group-sequential design that are customary.
pub(super) const USUAL_LOOKS: u32 = 5;

/// The manifest of an experiment that keeps every rule that can be checked in this file alone.
#[derive(Debug, Clone)]
pub struct ExperimentManifest {
    /// What was written, overlay and variables applied.
    pub experiment: Experiment,
    /// Where each field was written.
    pub places: Places,
    /// What is allowed and probably not meant.
    pub warnings: Vec<Diagnostic>,
    /// The environments that the file has overlays for.
    pub environments: Vec<String>,
    /// The defaults of variables in it.
    pub(super) defaults: Vec<UsedDefault>,
    /// The text it was read from.
    pub source: Arc<Source>,
    /// What variables with secret names filled in.
    pub secrets: KnownSecrets,
}

impl ExperimentManifest {
    /// Returns an error that points at a field, for what only shows later.
    pub fn problem(&self, path: &str, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message).at(self.places.span(path))
    }

    /// Says whether something is wrong with a field, so that its value is not what was meant.
    #[must_use]
    pub fn is_broken(&self, path: &str) -> bool {
        let own = self.places.span(path).range();
        let errors = self.warnings.iter().filter(|finding| finding.is_error());
        let mut broken = errors.filter_map(|finding| Some(finding.span.as_ref()?.range()));
        broken.any(|range| overlap(&own, &range))
    }

    /// Returns the errors that have to do with some fields, or with whom all of it is about.
    #[must_use]
    pub fn errors_in(&self, fields: &[&str]) -> Vec<&Diagnostic> {
        let places = self.places.within(fields);
        let concerns = |error: &&Diagnostic| {
            // A phase that runs was begun without it, and must be looked at and ended all the same.
            if error.code == Code::RAMP_WITHOUT_OUTCOME_TIME {
                return false;
            }
            let is_whole = error.code == Code::UNKNOWN_ENVIRONMENT;
            let own = error.span.as_ref().map(Span::range);
            let is_within = |own| places.iter().any(|place| overlap(place, &own));
            error.is_error() && (is_whole || own.is_none_or(is_within))
        };
        let mut errors: Vec<&Diagnostic> = self.warnings.iter().filter(concerns).collect();
        let lacks = |field: &&&str| {
            let missing = format!("`{field}` is missing");
            self.warnings.iter().find(|error| error.message == missing)
        };
        errors.extend(fields.iter().filter_map(|field| lacks(&field)));
        errors
    }

    /// Returns the defaults of variables in some fields.
    #[must_use]
    pub fn defaults_in(&self, fields: &[&str]) -> Vec<UsedDefault> {
        let places = self.places.within(fields);
        let is_in = |used: &&UsedDefault| places.iter().any(|place| overlap(place, &used.at));
        self.defaults.iter().filter(is_in).cloned().collect()
    }

    /// Returns where the manifest of a variant's release is; of standard input relative to the
    /// working directory.
    #[must_use]
    pub fn release_path(&self, variant: &Variant) -> PathBuf {
        let folder = Path::new(self.source.name()).parent();
        folder.unwrap_or(Path::new("")).join(&variant.release)
    }

    /// Says that this is not what a command about releases takes.
    #[must_use]
    pub fn is_no_release(&self) -> Diagnostic {
        let message = "this is an experiment, and the command takes releases";
        self.problem("kind", Code::NOT_A_RELEASE, message).help(
            "`mlship experiment start`, `status` and `stop` take experiments, and so do \
             `mlship validate` and `mlship render`",
        )
    }
}

/// Where a metric's numbers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure<'a> {
    /// The load balancer's count of the targets' server errors, among its requests.
    ErrorRate,
    /// The load balancer's count of responses that took longer than a threshold.
    SlowRequests,
    /// What the application puts to `CloudWatch`.
    Business(&'a Metric),
    /// What rows of clients have.
    Rows(&'a Metric),
}

impl Measure<'_> {
    /// The names of the metrics that every load balancer has.
    pub(super) const BUILT_IN: [&'static str; 2] = ["error_rate", "slow_requests"];

    /// Returns what one trial is.
    #[must_use]
    pub fn unit(&self) -> Unit {
        match self {
            Self::ErrorRate | Self::SlowRequests => Unit::Request,
            Self::Business(metric) => metric.unit.unwrap_or(Unit::Client),
            Self::Rows(_) => Unit::Client,
        }
    }

    /// Returns what can be compared, where the metric says so.
    pub(super) fn kind(&self) -> Option<MetricType> {
        match self {
            Self::ErrorRate | Self::SlowRequests => Some(MetricType::Proportion),
            Self::Business(metric) | Self::Rows(metric) => metric.kind(),
        }
    }
}

impl Metric {
    /// Returns what its sums make; none where some are missing, and of rows where one column may
    /// be that of a proportion or of a mean.
    #[must_use]
    pub fn kind(&self) -> Option<MetricType> {
        if self.is_of_rows() {
            let is_ratio = self.numerator.is_some() && self.denominator.is_some();
            return is_ratio.then_some(MetricType::Ratio);
        }
        let is_proportion = self.successes.is_some() && self.trials.is_some();
        let is_mean = self.sum.is_some() && self.sum_squares.is_some() && self.count.is_some();
        match (is_proportion, is_mean) {
            (true, false) => Some(MetricType::Proportion),
            (false, true) => Some(MetricType::Mean),
            _ => None,
        }
    }

    /// Says whether it is in rows of clients.
    #[must_use]
    pub fn is_of_rows(&self) -> bool {
        self.rows == Some(true)
    }

    /// Says whether the points of an outcome have the time at which its client was first seen.
    #[must_use]
    pub fn is_stamped_with_exposure(&self) -> bool {
        self.stamped == Some(Stamp::Exposure)
    }
}

impl Experiment {
    /// Returns how long after a client is first seen its outcome may come, where that is said.
    #[must_use]
    pub fn outcome_time(&self) -> Option<Duration> {
        duration(self.outcome_within.as_deref()?).ok()
    }

    /// Returns the business metrics in `CloudWatch` that decide, by name: the primary one, then the
    /// guardrails.
    pub fn business_metrics(&self) -> impl Iterator<Item = (&str, &Metric)> {
        let guardrails = self.guardrails.iter();
        let guardrails = guardrails.map(|guardrail| &guardrail.metric);
        let names = std::iter::once(&self.primary.metric).chain(guardrails);
        names.filter_map(|name| match self.measure(name)? {
            Measure::Business(metric) => Some((name.as_str(), metric)),
            // Of rows each client is in the phase in which it was first seen.
            Measure::ErrorRate | Measure::SlowRequests | Measure::Rows(_) => None,
        })
    }

    /// Returns where the numbers of a metric come from; none where there is no such metric.
    #[must_use]
    pub fn measure(&self, metric: &str) -> Option<Measure<'_>> {
        match metric {
            "error_rate" => Some(Measure::ErrorRate),
            "slow_requests" => Some(Measure::SlowRequests),
            own => self.metrics.get(own).map(|metric| {
                if metric.is_of_rows() {
                    Measure::Rows(metric)
                } else {
                    Measure::Business(metric)
                }
            }),
        }
    }

    /// Returns the variant that the others are compared with.
    #[must_use]
    pub fn control(&self) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.is_control())
    }

    /// Returns the variants that are compared with the control.
    pub fn challengers(&self) -> impl Iterator<Item = &Variant> {
        self.variants.iter().filter(|variant| !variant.is_control())
    }

    /// Returns how long a cookie keeps a client with its variant; zero without one.
    #[must_use]
    pub fn cookie_life(&self) -> Duration {
        let life = self.stickiness.as_deref().map(duration);
        life.and_then(Result::ok).unwrap_or(Duration::ZERO)
    }

    /// Says whether clients are assigned to variants, by a cookie or a header, rather than each of
    /// their requests.
    #[must_use]
    pub fn assigns_clients(&self) -> bool {
        !self.cookie_life().is_zero() || self.assignment.is_some()
    }

    /// Says whether a trial of the primary metric is what is assigned to variants: not where it is
    /// a request, and clients are assigned.
    #[must_use]
    pub fn counts_what_is_assigned(&self) -> bool {
        let measure = self.measure(&self.primary.metric);
        let is_request = measure.is_some_and(|measure| measure.unit() == Unit::Request);
        !is_request || !self.assigns_clients()
    }

    /// Returns the chance of a wrong winner that is accepted.
    #[must_use]
    pub fn accepted_alpha(&self) -> f64 {
        self.alpha.unwrap_or(0.05)
    }

    /// Returns how often the primary metric is looked at.
    #[must_use]
    pub fn method(&self) -> Method {
        match self.design {
            None | Some(TestDesign::Sequential) => Method::Sequential,
            Some(TestDesign::GroupSequential) => Method::GroupSequential {
                looks: self.looks.unwrap_or(USUAL_LOOKS),
            },
        }
    }

    /// Returns the successes that each variant must have before anything is decided.
    #[must_use]
    pub fn events_per_arm(&self) -> u32 {
        self.minimum_events_per_arm.unwrap_or(100)
    }
}

impl Variant {
    /// Says whether the others are compared with it.
    #[must_use]
    pub fn is_control(&self) -> bool {
        self.control == Some(true)
    }
}

impl Primary {
    /// Returns the response time from which a request is slow, for `slow_requests`.
    #[must_use]
    pub fn slow_after(&self) -> Option<Duration> {
        duration(self.threshold.as_deref()?).ok()
    }
}

impl Guardrail {
    /// Returns the response time from which a request is slow, for `slow_requests`.
    #[must_use]
    pub fn slow_after(&self) -> Option<Duration> {
        duration(self.threshold.as_deref()?).ok()
    }
}
