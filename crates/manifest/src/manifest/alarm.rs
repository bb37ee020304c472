//! What a described alarm comes to: its metric, its limit in `CloudWatch`'s unit and its minutes.

use super::schema::{DescribedAlarm, LatencyLimit, Rollout, RolloutAlarm};
use mlship_text::duration::duration;

/// How many minutes in a row something has to be above its limit where nobody says it.
const MINUTES: u32 = 2;
/// `CloudWatch` looks back a day at most with periods of a minute.
const MOST_MINUTES: u64 = 1440;
/// The longest that an application load balancer waits for an answer.
const MOST_SECONDS: f64 = 4000.0;
/// What `CloudWatch` takes until an alarm sees a minute that is over, rounded up: alarms were seen
/// some 200 seconds late.
pub const DELAY_MINUTES: u32 = 4;
/// Requests in a minute below which a described alarm on errors or latency says nothing.
pub const LEAST_REQUESTS: u32 = 20;

/// What an alarm watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlarmMetric {
    /// Requests that failed, in percent of all.
    ErrorRate,
    /// The average time to an answer, in seconds.
    AverageLatency,
    /// A percentile of that time: 50, 90, 95 or 99.
    Percentile(u8),
    /// Tasks that the load balancer finds unhealthy.
    UnhealthyHosts,
}

impl AlarmMetric {
    /// All of them, in the order of the schema.
    pub const ALL: [Self; 7] = [
        Self::ErrorRate,
        Self::AverageLatency,
        Self::Percentile(50),
        Self::Percentile(90),
        Self::Percentile(95),
        Self::Percentile(99),
        Self::UnhealthyHosts,
    ];

    /// Returns its name in a manifest.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ErrorRate => "errorRate",
            Self::AverageLatency => "averageLatency",
            Self::Percentile(50) => "p50Latency",
            Self::Percentile(90) => "p90Latency",
            Self::Percentile(95) => "p95Latency",
            Self::Percentile(_) => "p99Latency",
            Self::UnhealthyHosts => "unhealthyHosts",
        }
    }
}

/// When an alarm goes off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AlarmTerms {
    /// What it watches.
    pub metric: AlarmMetric,
    /// Above which value: percent, seconds or tasks.
    pub above: f64,
    /// For how many minutes in a row.
    pub minutes: u32,
}

/// Which part of a description can't be read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmMistake {
    /// `above` or `for`.
    pub field: &'static str,
    /// What is wrong with what is written there.
    pub message: String,
    /// What to write.
    pub help: &'static str,
}

/// What is written of a limit.
struct Written<'a> {
    metric: AlarmMetric,
    above: String,
    lasting: Option<&'a str>,
}

impl DescribedAlarm {
    /// Returns the metrics that are written; one alarm has one.
    #[must_use]
    pub fn metrics(&self) -> Vec<AlarmMetric> {
        self.written()
            .into_iter()
            .map(|written| written.metric)
            .collect()
    }

    /// Returns when it goes off, by each metric that is written.
    ///
    /// # Errors
    /// What can't be read, or is out of range.
    #[must_use]
    pub fn terms(&self) -> Vec<(AlarmMetric, Result<AlarmTerms, AlarmMistake>)> {
        let written = self.written().into_iter();
        written
            .map(|written| (written.metric, written.terms()))
            .collect()
    }

    fn written(&self) -> Vec<Written<'_>> {
        let latencies: [(AlarmMetric, &Option<LatencyLimit>); 5] = [
            (AlarmMetric::AverageLatency, &self.average_latency),
            (AlarmMetric::Percentile(50), &self.p50_latency),
            (AlarmMetric::Percentile(90), &self.p90_latency),
            (AlarmMetric::Percentile(95), &self.p95_latency),
            (AlarmMetric::Percentile(99), &self.p99_latency),
        ];
        let errors = self.error_rate.iter().map(|limit| Written {
            metric: AlarmMetric::ErrorRate,
            above: limit.above.clone(),
            lasting: limit.lasting.as_deref(),
        });
        let latencies = latencies.into_iter().filter_map(|(metric, limit)| {
            let limit = limit.as_ref()?;
            Some(Written {
                metric,
                above: limit.above.clone(),
                lasting: limit.lasting.as_deref(),
            })
        });
        let hosts = self.unhealthy_hosts.iter().map(|limit| Written {
            metric: AlarmMetric::UnhealthyHosts,
            above: limit.above.to_string(),
            lasting: limit.lasting.as_deref(),
        });
        errors.chain(latencies).chain(hosts).collect()
    }
}

impl Written<'_> {
    fn terms(&self) -> Result<AlarmTerms, AlarmMistake> {
        let above = match self.metric {
            AlarmMetric::ErrorRate => share(&self.above)?,
            AlarmMetric::AverageLatency | AlarmMetric::Percentile(_) => latency(&self.above)?,
            AlarmMetric::UnhealthyHosts => self.above.parse().unwrap_or(0.0),
        };
        let minutes = self.lasting.map_or(Ok(MINUTES), minutes)?;
        Ok(AlarmTerms {
            metric: self.metric,
            above,
            minutes,
        })
    }
}

impl Rollout {
    /// Returns the alarms that it names.
    pub fn named_alarms(&self) -> impl Iterator<Item = &str> {
        let all = self.alarms.iter().flatten();
        all.filter_map(|alarm| match alarm {
            RolloutAlarm::Named(name) => Some(name.as_str()),
            RolloutAlarm::Described(_) => None,
        })
    }

    /// Returns the alarms that it describes, each once and in the order of the schema: what is
    /// wrong with a description has its finding.
    #[must_use]
    pub fn described_alarms(&self) -> Vec<AlarmTerms> {
        let all = self.alarms.iter().flatten();
        let described = all.filter_map(|alarm| match alarm {
            RolloutAlarm::Named(_) => None,
            RolloutAlarm::Described(described) => Some(described.terms()),
        });
        let mut found: Vec<AlarmTerms> = described
            .flatten()
            .filter_map(|(_, terms)| terms.ok())
            .collect();
        found.sort_by_key(|terms| terms.metric);
        found.dedup_by_key(|terms| terms.metric);
        found
    }
}

fn mistake(field: &'static str, message: String, help: &'static str) -> AlarmMistake {
    AlarmMistake {
        field,
        message,
        help,
    }
}

fn share(text: &str) -> Result<f64, AlarmMistake> {
    const HELP: &str = "write a share of all requests, such as 2% or 0.5%";
    let wrong = |why: &str| mistake("above", why.to_owned(), HELP);
    let number = text
        .strip_suffix('%')
        .ok_or_else(|| wrong("has no unit: an error rate is in percent"))?;
    let share = number_of(number).ok_or_else(|| wrong("is not a number with a percent sign"))?;
    if share < 100.0 {
        Ok(share)
    } else {
        Err(wrong("is at or above all requests"))
    }
}

fn number_of(text: &str) -> Option<f64> {
    let text = text.trim_end();
    let is_plain = text
        .chars()
        .all(|character| character.is_ascii_digit() || character == '.');
    text.parse().ok().filter(|_| is_plain)
}

fn latency(text: &str) -> Result<f64, AlarmMistake> {
    const HELP: &str = "write a time such as 300ms or 2s";
    let wrong = |why: String| mistake("above", why, HELP);
    let time = duration(text).map_err(|_| wrong("is not a time with its unit".to_owned()))?;
    let seconds = time.as_secs_f64();
    if seconds == 0.0 {
        return Err(wrong("is shorter than any answer takes".to_owned()));
    }
    if seconds > MOST_SECONDS {
        let message = "is longer than the 4000 seconds that a load balancer waits for an answer";
        return Err(wrong(message.to_owned()));
    }
    Ok(seconds)
}

fn minutes(text: &str) -> Result<u32, AlarmMistake> {
    const HELP: &str = "write whole minutes, 1m to 24h";
    let wrong = |why: &str| mistake("for", why.to_owned(), HELP);
    let time = duration(text).map_err(|_| wrong("is not a time with its unit"))?;
    let seconds = time.as_secs();
    if time.subsec_nanos() > 0 || seconds % 60 > 0 || seconds == 0 {
        return Err(wrong("is not a whole number of minutes"));
    }
    let minutes = Some(seconds / 60).filter(|minutes| *minutes <= MOST_MINUTES);
    let minutes = minutes.and_then(|minutes| u32::try_from(minutes).ok());
    minutes.ok_or_else(|| wrong("is longer than the day that CloudWatch looks back"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Result<AlarmTerms, AlarmMistake> {
        let described: DescribedAlarm = serde_json::from_str(text).unwrap();
        described.terms().remove(0).1
    }

    #[track_caller]
    fn check(text: &str, above: f64, minutes: u32) {
        let found = terms(text).unwrap();
        assert!((found.above - above).abs() < 1e-9, "{found:?}");
        assert_eq!(found.minutes, minutes);
    }

    #[test]
    fn limits_are_read_with_their_units_and_told_in_cloudwatch_s() {
        check(r#"{"errorRate": {"above": "2%", "for": "3m"}}"#, 2.0, 3);
        check(r#"{"errorRate": {"above": "0.5%"}}"#, 0.5, 2);
        check(r#"{"errorRate": {"above": "0%"}}"#, 0.0, 2);
        check(r#"{"p95Latency": {"above": "300ms"}}"#, 0.3, 2);
        check(
            r#"{"averageLatency": {"above": "2s", "for": "1h"}}"#,
            2.0,
            60,
        );
        check(r#"{"unhealthyHosts": {"above": 1}}"#, 1.0, 2);
    }

    #[test]
    fn what_has_no_unit_or_is_out_of_range_is_said_of_its_field() {
        let wrong = |text: &str, field: &str, words: &str| {
            let mistake = terms(text).unwrap_err();
            assert_eq!(mistake.field, field, "{text}");
            assert!(mistake.message.contains(words), "{}", mistake.message);
        };
        let errors = |above: &str| format!(r#"{{"errorRate": {{"above": "{above}"}}}}"#);
        wrong(&errors("2"), "above", "no unit");
        wrong(&errors("-1%"), "above", "not a number");
        wrong(&errors("NaN%"), "above", "not a number");
        wrong(&errors("100%"), "above", "all requests");
        let slow = |above: &str| format!(r#"{{"p99Latency": {{"above": "{above}"}}}}"#);
        wrong(&slow("300"), "above", "not a time");
        wrong(&slow("0s"), "above", "shorter");
        wrong(&slow("2h"), "above", "4000");
        let lasting =
            |time: &str| format!(r#"{{"unhealthyHosts": {{"above": 0, "for": "{time}"}}}}"#);
        wrong(&lasting("90s"), "for", "whole");
        wrong(&lasting("0"), "for", "whole");
        wrong(&lasting("25h"), "for", "the day");
        wrong(&lasting("soon"), "for", "not a time");
    }

    #[test]
    fn every_metric_is_a_field_of_the_schema_by_its_name() {
        for metric in AlarmMetric::ALL {
            let above = match metric {
                AlarmMetric::ErrorRate => "\"2%\"",
                AlarmMetric::AverageLatency | AlarmMetric::Percentile(_) => "\"2s\"",
                AlarmMetric::UnhealthyHosts => "2",
            };
            let text = format!(r#"{{"{}": {{"above": {above}}}}}"#, metric.name());
            assert_eq!(terms(&text).unwrap().metric, metric);
        }
    }
}
