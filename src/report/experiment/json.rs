//! A readout as a document, with every number.

use serde_json::{Value, json};

use super::Shown;
use mlship_core::experiment::{MetricReading, word};

/// Returns a readout as `experiment status -o json` writes it.
#[must_use]
pub fn experiment_document(shown: &Shown<'_>) -> Value {
    let (reading, record) = (shown.reading, shown.record);
    let variants = reading.variants.iter().map(|one| {
        json!({
            "name": one.name,
            "weight": one.weight,
            "control": one.is_control,
            "requests": one.requests,
            "count": one.count,
        })
    });
    let course = reading.course.iter().map(|course| {
        let looks = course.looks.iter().map(|(at, one)| {
            json!({
                "time": at,
                "effect": one.value,
                "lower": one.interval.lower,
                "upper": one.interval.upper,
                "p": one.p,
            })
        });
        json!({ "variant": course.variant, "looks": looks.collect::<Vec<_>>() })
    });
    json!({
        "experiment": shown.name,
        "state": record.state.word(),
        "phase": record.phase,
        "started": record.started,
        "hypothesis": shown.hypothesis,
        "by": record.by,
        "verdict": word(reading.readout.verdict),
        "reason": reading.readout.reason,
        "winner": reading.winner,
        "summary": super::headline(shown),
        "srm": { "p": reading.split, "broken": reading.is_broken() },
        "variants": variants.collect::<Vec<_>>(),
        "metrics": reading.metrics.iter().map(metric).collect::<Vec<_>>(),
        "alpha": shown.alpha,
        "inference": if reading.fixed { "fixed_horizon" } else { "sequential" },
        "minimum_effect": shown.minimum_effect,
        "window": { "from": reading.window.from, "to": reading.window.to },
        "days": reading.days(),
        "maximum_days": shown.maximum_days,
        "sample": reading.sample,
        "planned": reading.planned,
        "left": {
            "trials": reading.left.trials,
            "days": reading.left.time.map(|time| time.as_secs_f64() / 86_400.0),
        },
        "course": course.collect::<Vec<_>>(),
        "notes": shown.notes,
    })
}

fn metric(one: &MetricReading) -> Value {
    let difference = one.difference.as_ref();
    let lift = one.lift.as_ref();
    json!({
        "metric": one.metric,
        "role": one.role,
        "variant": one.variant,
        "control_rate": one.control,
        "rate": one.rate,
        "effect": difference.map(|one| one.value),
        "lower": difference.map(|one| one.interval.lower),
        "upper": difference.map(|one| one.interval.upper),
        "lift": lift.map(|one| one.value),
        "lift_lower": lift.map(|one| one.interval.lower),
        "lift_upper": lift.map(|one| one.interval.upper),
        "p": one.p,
        "state": one.state,
        "approximate": one.is_approximate,
    })
}
