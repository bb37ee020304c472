//! What an alarm is made of in `CloudWatch`: metrics of a target group, and math over them.

use std::collections::BTreeMap;

use mlship_manifest::{AlarmMetric, LEAST_REQUESTS as REQUESTS};

use super::{AlarmQuery, AlarmSource};

/// The id of the metric of an alarm that is about that alone, which `CloudWatch` keeps without one.
pub const ONLY_METRIC: &str = "m";
/// Returns the metrics by the order of their ids.
pub(super) fn queries(
    metric: AlarmMetric,
    dimensions: &BTreeMap<String, String>,
) -> Vec<AlarmQuery> {
    let of = |id: &str, name: &str, statistic: &str| AlarmQuery {
        id: id.to_owned(),
        is_returned: false,
        source: AlarmSource::Metric {
            namespace: "AWS/ApplicationELB".to_owned(),
            name: name.to_owned(),
            dimensions: dimensions.clone(),
            statistic: statistic.to_owned(),
            period: 60,
        },
    };
    let requests = || of("requests", "RequestCount", "Sum");
    let answers = |statistic: &str| {
        vec![
            requests(),
            of("seconds", "TargetResponseTime", statistic),
            returned(&format!("IF(requests >= {REQUESTS}, seconds)")),
        ]
    };
    let mut found = match metric {
        AlarmMetric::ErrorRate => vec![
            requests(),
            of("failed", "HTTPCode_Target_5XX_Count", "Sum"),
            of("unreached", "TargetConnectionErrorCount", "Sum"),
            // Both are told of minutes alone in which there was one.
            returned(&format!(
                "IF(requests >= {REQUESTS}, 100 * (FILL(failed, 0) + FILL(unreached, 0)) / requests)"
            )),
        ],
        AlarmMetric::AverageLatency => answers("Average"),
        AlarmMetric::Percentile(percentile) => answers(&format!("p{percentile}")),
        AlarmMetric::UnhealthyHosts => {
            let hosts = of(ONLY_METRIC, "UnHealthyHostCount", "Maximum");
            vec![AlarmQuery {
                is_returned: true,
                ..hosts
            }]
        }
    };
    found.sort();
    found
}

fn returned(expression: &str) -> AlarmQuery {
    AlarmQuery {
        id: "watched".to_owned(),
        is_returned: true,
        source: AlarmSource::Expression(expression.to_owned()),
    }
}
