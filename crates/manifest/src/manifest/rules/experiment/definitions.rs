//! Business metrics: the sums or columns that a proportion, a mean or a ratio is made of.

use super::super::super::experiment::Measure;
use super::super::super::path;
use super::super::super::row_columns::is_taken;
use super::super::super::schema::{Experiment, Metric};
use super::super::super::suggest;
use super::super::findings::Findings;
use crate::manifest::Code;

const PROPORTION: [&str; 2] = ["successes", "trials"];
const MEAN: [&str; 3] = ["sum", "sumSquares", "count"];

pub(super) fn check(experiment: &Experiment, findings: &mut Findings<'_>) {
    for (name, metric) in &experiment.metrics {
        let path = path::member("metrics", name);
        if Measure::BUILT_IN.contains(&name.as_str()) {
            findings.error_in_name(
                &path,
                Code::BUILT_IN_METRIC,
                format!("`{name}` is a metric of the load balancer"),
                "give this one another name",
            );
        } else if !is_used(experiment, name) {
            findings.warn(
                &path,
                Code::UNUSED_METRIC,
                format!("`{path}` is neither the primary metric nor a guardrail"),
                "use it, or remove it",
            );
        }
        if metric.is_of_rows() {
            columns(name, metric, findings);
        } else {
            sums(&path, metric, findings);
            namespace(&path, metric, findings);
        }
    }
}

/// Finds what a metric of rows has no use for, and half of a ratio.
fn columns(name: &str, metric: &Metric, findings: &mut Findings<'_>) {
    let path = path::member("metrics", name);
    let of_sums = PROPORTION.iter().chain(&MEAN).chain(&["namespace", "unit"]);
    let of_sums: Vec<&str> = of_sums
        .copied()
        .filter(|field| findings.is_written(&path::member(&path, field)))
        .collect();
    if !of_sums.is_empty() {
        findings.error(
            &path,
            Code::MIXED_METRIC,
            format!("`{path}` is of rows, and has {}", suggest::list(&of_sums)),
            "in rows every trial is a client, and the column has the metric's name: remove them, \
             or remove `rows`",
        );
    }
    for (column, other) in [
        (&metric.numerator, "denominator"),
        (&metric.denominator, "numerator"),
    ] {
        let is_alone = column.is_some() && !findings.is_written(&path::member(&path, other));
        if is_alone {
            findings.error(
                &path,
                Code::INCOMPLETE_METRIC,
                format!("`{path}` lacks `{other}`"),
                "a ratio needs both, and what has neither is in a column of the metric's name",
            );
        }
    }
    let own = metric.kind().is_none().then_some(name);
    let named = [
        own,
        metric.numerator.as_deref(),
        metric.denominator.as_deref(),
    ];
    for column in named
        .into_iter()
        .flatten()
        .filter(|column| is_taken(column))
    {
        findings.error(
            &path,
            Code::TAKEN_COLUMN,
            format!("`{column}` is no column of an outcome"),
            "`client`, `variant`, `first_seen` and what begins with `before_` or `segment_` have \
             a meaning of their own in rows; choose another name",
        );
    }
}

fn is_used(experiment: &Experiment, name: &str) -> bool {
    let guardrails = experiment
        .guardrails
        .iter()
        .map(|guardrail| &guardrail.metric);
    let mut used = guardrails.chain([&experiment.primary.metric]);
    used.any(|metric| metric == name)
}

fn sums(path: &str, metric: &Metric, findings: &mut Findings<'_>) {
    let of_ratio = metric.numerator.is_some() || metric.denominator.is_some();
    if of_ratio {
        findings.error(
            path,
            Code::MIXED_METRIC,
            format!("`{path}` is a ratio, which sums of CloudWatch can't tell the variance of"),
            "add `rows: true`, and give the rows to `experiment status --rows`",
        );
        return;
    }
    let written = |names: &'static [&'static str]| {
        names
            .iter()
            .copied()
            .partition(|name| findings.is_written(&path::member(path, name)))
    };
    let (proportion, no_proportion): (Vec<&str>, Vec<&str>) = written(&PROPORTION);
    let (mean, no_mean): (Vec<&str>, Vec<&str>) = written(&MEAN);
    let either = format!(
        "a proportion needs {}, a mean {}",
        suggest::list(&PROPORTION),
        suggest::list(&MEAN)
    );
    let (code, message) = match (proportion.is_empty(), mean.is_empty()) {
        (false, false) => (
            Code::MIXED_METRIC,
            format!("`{path}` has sums of a proportion and of a mean"),
        ),
        (true, true) => (
            Code::INCOMPLETE_METRIC,
            format!("`{path}` says nothing of what is counted"),
        ),
        (is_mean, _) => {
            let missing = if is_mean { no_mean } else { no_proportion };
            if missing.is_empty() {
                return;
            }
            let names = suggest::list(&missing);
            (Code::INCOMPLETE_METRIC, format!("`{path}` lacks {names}"))
        }
    };
    findings.error(path, code, message, either);
}

fn namespace(path: &str, metric: &Metric, findings: &mut Findings<'_>) {
    let Some(namespace) = &metric.namespace else {
        findings.error(
            path,
            Code::INCOMPLETE_METRIC,
            format!("`{path}` lacks `namespace`"),
            "add the CloudWatch namespace of its sums, or `rows: true` where it is in rows of \
             clients",
        );
        return;
    };
    if namespace.starts_with("AWS/") || namespace.starts_with(':') {
        let path = path::member(path, "namespace");
        let message = format!(
            "no application can put metrics into {}",
            findings.quote(&path, namespace)
        );
        findings.error(
            &path,
            Code::BAD_NAMESPACE,
            message,
            "namespaces that begin with `AWS/` are those of AWS's services; write your own",
        );
    }
}
