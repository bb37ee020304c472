//! Business metrics: the sums that a proportion or a mean is made of.

use super::super::super::experiment::Measure;
use super::super::super::path;
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
        sums(&path, findings);
        namespace(&path, metric, findings);
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

fn sums(path: &str, findings: &mut Findings<'_>) {
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
    let namespace = &metric.namespace;
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
