//! A readout as a document, with every number.

use serde_json::{Value, json};

use super::ExperimentView;
use mlship_core::experiment::rows::RowTotals;
use mlship_core::experiment::{LookProgress, MetricReading, SegmentReading, word};
use mlship_stats::Remaining;

/// Returns a readout as `experiment status -o json` writes it.
#[must_use]
pub fn experiment_document(shown: &ExperimentView<'_>) -> Value {
    let (reading, record) = (shown.reading, shown.record);
    let sample = reading.sample.as_ref();
    let variants = reading.variants.iter().map(|variant| {
        json!({
            "name": variant.name,
            "weight": variant.weight,
            "control": variant.is_control,
            "requests": variant.requests,
            "count": variant.count,
        })
    });
    let course = reading.course.iter().map(|course| {
        let looks = course.looks.iter().map(|(at, difference)| {
            json!({
                "time": at,
                "effect": difference.value,
                "lower": difference.interval.lower,
                "upper": difference.interval.upper,
                "p": difference.p,
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
        "alpha": reading.alpha.map(rounded),
        "experiment_alpha": shown.alpha,
        "inference": reading.inference(),
        "looks": reading.looks.as_ref().map(looks),
        "minimum_effect": shown.minimum_effect,
        "window": { "from": reading.window.from, "to": reading.window.to },
        "counted": { "from": reading.counted.from, "to": reading.counted.to },
        "days": reading.days(),
        "maximum_days": shown.maximum_days,
        "sample": sample.map(|sample| sample.seen),
        "planned": sample.map(|sample| sample.planned),
        "left": {
            "trials": sample.map(|sample| sample.left.trials),
            "days": sample.and_then(|sample| days(&sample.left)),
        },
        "course": course.collect::<Vec<_>>(),
        "rows": reading.rows.map(rows),
        "segments": reading.segments.iter().map(segment).collect::<Vec<_>>(),
        "ended": shown.ended.map(|ended| json!({
            "time": ended.at,
            "by": ended.by,
            "outcome": ended.outcome,
            "winner": ended.winner,
            "cookies_end": ended.cookies_end,
            "traffic": ended.traffic,
            "traffic_kept": ended.is_kept(),
        })),
        "notes": shown.notes,
    })
}

fn looks(looks: &LookProgress) -> Value {
    let taken = looks.taken.iter().map(|look| {
        json!({
            "time": look.at,
            "trials": look.trials,
            "information": look.information,
            "final": look.is_final,
        })
    });
    json!({
        "planned": looks.planned,
        "taken": taken.collect::<Vec<_>>(),
        "next": looks.next.map(|next| json!({
            "trials": next.trials,
            "days": days(&next.left),
        })),
        "problem": looks.problem,
    })
}

fn days(left: &Remaining) -> Option<f64> {
    left.time.map(|time| time.as_secs_f64() / 86_400.0)
}

/// Returns a level without the last digits of its computation.
fn rounded(alpha: f64) -> f64 {
    (alpha * 1e12).round() / 1e12
}

fn metric(reading: &MetricReading) -> Value {
    let difference = reading.difference.as_ref();
    let lift = reading.lift.as_ref();
    json!({
        "metric": reading.metric,
        "role": reading.role,
        "variant": reading.variant,
        "control_rate": reading.control,
        "rate": reading.rate,
        "effect": difference.map(|difference| difference.value),
        "lower": difference.map(|difference| difference.interval.lower),
        "upper": difference.map(|difference| difference.interval.upper),
        "lift": lift.map(|lift| lift.value),
        "lift_lower": lift.map(|lift| lift.interval.lower),
        "lift_upper": lift.map(|lift| lift.interval.upper),
        "p": reading.p,
        "state": reading.state,
        "reason": reading.open,
        "approximate": reading.is_approximate,
        "narrowed": reading.narrowed,
    })
}

fn rows(totals: RowTotals) -> Value {
    json!({
        "rows": totals.rows,
        "clients": totals.clients,
        "duplicates": totals.duplicates,
        "in_two_arms": totals.in_two_arms,
        "unknown_variants": totals.unknown_variants,
        "outside": totals.outside,
        "strays": totals.strays,
        "waiting": totals.waiting,
        "fit": !totals.is_unfit(),
    })
}

fn segment(reading: &SegmentReading) -> Value {
    let difference = reading.difference.as_ref();
    json!({
        "segment": reading.segment,
        "value": reading.value,
        "variant": reading.variant,
        "clients": reading.clients,
        "control_rate": reading.control,
        "rate": reading.rate,
        "effect": difference.map(|difference| difference.value),
        "lower": difference.map(|difference| difference.interval.lower),
        "upper": difference.map(|difference| difference.interval.upper),
        "p": reading.p,
        "exploratory": true,
    })
}
