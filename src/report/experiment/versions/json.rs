//! Two versions beside each other, as a document.

use serde_json::{Value, json};

use mlship_core::app::compare::Compared;
use mlship_core::ledger::Part;
use mlship_core::versions::{
    FactSource, OfflineMetric, OtherTest, SharedTest, Side, VersionComparison, VersionFacts, Which,
};

/// Returns a comparison as `compare -o json` writes it.
#[must_use]
pub fn comparison_document(compared: &Compared) -> Value {
    let comparison = &compared.comparison;
    let of = |which| name(comparison, which);
    let tests = comparison.tests.iter().map(|test| shared(test, of));
    let others = comparison.others.iter().map(|test| other(test, of));
    let contradictions = comparison.tests.iter().flat_map(|test| {
        let metrics = comparison.contradicted_by(test);
        let metrics = metrics.into_iter();
        metrics.map(move |metric| contradiction(test, metric, of))
    });
    json!({
        "model": comparison.model,
        "versions": comparison.versions.each_ref().map(version),
        "offline": comparison.offline.iter().map(offline).collect::<Vec<_>>(),
        "tests": tests.collect::<Vec<_>>(),
        "contradictions": contradictions.collect::<Vec<_>>(),
        "other_tests": others.collect::<Vec<_>>(),
        "unknown_tests": comparison.unknown,
        "notes": compared.notes,
        "unreadable": compared.unreadable,
    })
}

fn name(comparison: &VersionComparison, which: Which) -> &str {
    let [first, second] = &comparison.versions;
    match which {
        Which::First => &first.version,
        Which::Second => &second.version,
    }
}

fn version(facts: &VersionFacts) -> Value {
    let record = match &facts.source {
        FactSource::Registry => None,
        FactSource::Record(experiment) => Some(experiment),
    };
    json!({
        "version": facts.version,
        "from": if record.is_some() { "record" } else { "registry" },
        "record": record,
        "run_id": facts.run_id,
        "git_sha": facts.git_sha,
        "trained": facts.trained,
        "registered": facts.registered,
        "page": facts.page,
    })
}

/// What is no number is null: JSON has no others.
fn offline(metric: &OfflineMetric) -> Value {
    let [first, second] = metric.values;
    json!({
        "metric": metric.name,
        "first": first,
        "second": second,
        "difference": metric.difference,
        "relative": metric.relative,
        "better": metric.better,
        "state": metric.state,
    })
}

fn shared<'a>(test: &SharedTest, of: impl Fn(Which) -> &'a str) -> Value {
    let effect = test.effect.ok();
    let guardrails = test.guardrails.iter().map(|guardrail| {
        json!({
            "metric": guardrail.metric,
            "version": of(guardrail.which),
            "state": guardrail.state,
            "effect": guardrail.effect,
        })
    });
    let [first, second] = test.sides.each_ref().map(side);
    json!({
        "experiment": test.experiment,
        "id": test.id,
        "started": test.started,
        "ended": test.ended,
        "days": test.days(),
        "outcome": test.outcome,
        "winner": test.winner,
        "variants": test.variants,
        "first": first,
        "second": second,
        "metric": test.metric,
        "proportion": test.is_proportion,
        "direction": test.direction,
        "alpha": test.alpha,
        "inference": test.inference,
        "effect": effect.map(|effect| effect.value),
        "lower": effect.and_then(|effect| effect.lower),
        "upper": effect.and_then(|effect| effect.upper),
        "no_effect": test.effect.err(),
        "p": test.p,
        "approximate": test.is_approximate,
        "result": test.result,
        "guardrails": guardrails.collect::<Vec<_>>(),
        "notes": test.notes,
    })
}

fn side(side: &Side) -> Value {
    json!({
        "variant": side.variant,
        "control": side.control,
        "rate": side.rate,
        "trials": side.trials,
    })
}

fn contradiction<'a>(
    test: &SharedTest,
    metric: &OfflineMetric,
    of: impl Fn(Which) -> &'a str,
) -> Value {
    json!({
        "metric": metric.name,
        "offline": metric.state.favours().map(of),
        "experiment": test.experiment,
        "id": test.id,
        "result": test.result,
    })
}

fn other<'a>(test: &OtherTest, of: impl Fn(Which) -> &'a str) -> Value {
    json!({
        "version": of(test.which),
        "experiment": test.experiment,
        "id": test.id,
        "ended": test.ended,
        "outcome": test.outcome,
        "winner": test.winner,
        "variant": test.variant,
        "control": test.control,
        "against": test.against.iter().map(against).collect::<Vec<_>>(),
    })
}

fn against(part: &Part) -> Value {
    let release = part.release.as_ref();
    json!({
        "variant": part.name,
        "model": release.and_then(|release| release.model.as_ref()),
        "version": release.and_then(|release| release.version.as_ref()),
    })
}
