//! Puts the counts of rows in their places among those of `CloudWatch`.

use super::RowCounts;
use crate::experiment::samples::{CumulativeCounts, MetricCount, VariantCounts};

/// Puts the counts of rows into the last look, which `last` is where there was none. Where the
/// primary metric is in rows, the looks of its course come among those of `CloudWatch`, which stay:
/// guardrails go by how they vary from hour to hour. Rows that are unfit say nothing.
pub fn lay_over(rows: &RowCounts, looks: &mut Vec<CumulativeCounts>, last: CumulativeCounts) {
    let mut last = looks.pop().unwrap_or(last);
    let is_primary_in_rows = rows.metrics.first().is_some_and(Option::is_some);
    if !rows.totals.is_unfit() {
        if is_primary_in_rows {
            // Its last is what the last look has.
            let before = rows
                .course
                .split_last()
                .map_or(&[][..], |(_, before)| before);
            let before = before.iter().filter(|(at, _)| *at < last.at);
            looks.extend(before.map(|(at, arms)| {
                CumulativeCounts {
                    at: *at,
                    arms: arms
                        .iter()
                        .map(|count| VariantCounts {
                            metrics: vec![MetricCount::Clients(*count)],
                            ..VariantCounts::default()
                        })
                        .collect(),
                }
            }));
            looks.sort_by_key(|look| look.at);
        }
        for (place, arms) in rows.metrics.iter().enumerate() {
            for (arm, count) in last.arms.iter_mut().zip(arms.iter().flatten()) {
                if let Some(metric) = arm.metrics.get_mut(place) {
                    *metric = MetricCount::Clients(*count);
                }
            }
        }
    }
    looks.push(last);
}
