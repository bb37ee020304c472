//! What of a comparison is said in words and numbers, the same in its tables and its picture.

use super::super::number;
use mlship_core::ledger::StartId;
use mlship_core::versions::{
    NoEffect, OfflineMetric, OfflineState, SharedTest, TestResult, VersionComparison, Which,
};
use mlship_manifest::schema::Better;

/// How many digits of a metric of training count: the last ones are what versions differ in.
const DIGITS: usize = 6;

/// Two versions, by their names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) first: &'a str,
    pub(super) second: &'a str,
}

impl<'a> Names<'a> {
    pub(super) fn of(comparison: &'a VersionComparison) -> Self {
        let [first, second] = &comparison.versions;
        Self {
            first: &first.version,
            second: &second.version,
        }
    }

    pub(super) fn name(self, which: Which) -> &'a str {
        match which {
            Which::First => self.first,
            Which::Second => self.second,
        }
    }

    /// Says what a test decided.
    pub(super) fn result(self, test: &SharedTest) -> String {
        let Self { first, second } = self;
        match (test.result, &test.effect) {
            (TestResult::Better, _) => format!("{second} is better"),
            (TestResult::Worse, _) => format!("{second} is worse"),
            (TestResult::Same, _) => "no difference that matters".to_owned(),
            (TestResult::Harmful, _) => format!("{second} breached a guardrail"),
            (TestResult::OtherHarmful, _) => format!("{first} breached a guardrail"),
            (TestResult::Open, _) => "nothing decided".to_owned(),
            (TestResult::Void, _) => "void, the split was broken".to_owned(),
            (TestResult::Unknown, Err(NoEffect::BothChallengers)) => {
                "not compared with each other: both were challengers".to_owned()
            }
            (TestResult::Unknown, Err(NoEffect::NotRecorded)) => {
                "unknown: the numbers were not recorded".to_owned()
            }
            (TestResult::Unknown, Err(NoEffect::Dropped)) => {
                "unknown: it was dropped, and its numbers were not kept".to_owned()
            }
            (TestResult::Unknown, Ok(_) | Err(NoEffect::BrokenSplit | NoEffect::NotMeasured)) => {
                "unknown: nothing was counted".to_owned()
            }
        }
    }

    /// Says what a metric of training says.
    pub(super) fn state(self, metric: &OfflineMetric) -> String {
        let Self { first, second } = self;
        let less = if metric.better == Some(Better::Lower) {
            ", since less is better"
        } else {
            ""
        };
        match metric.state {
            OfflineState::Better => format!("{second} is better{less}"),
            OfflineState::Worse => format!("{second} is worse{less}"),
            OfflineState::Same => "the same".to_owned(),
            OfflineState::DirectionUnknown => "which is better is not known (--better)".to_owned(),
            OfflineState::OnlyFirst => format!("{second} has none"),
            OfflineState::OnlySecond => format!("{first} has none"),
            OfflineState::NotANumber => "not a number that can be compared".to_owned(),
        }
    }
}

/// Returns the name of a test, and its id where another has the same name.
pub(super) fn told_apart(comparison: &VersionComparison, name: &str, id: &StartId) -> String {
    let tests = comparison.tests.iter();
    let mut tests = tests.map(|test| (&*test.experiment, &test.id));
    if tests.any(|(other, of)| other == name && of != id) {
        return format!("{name} ({id})");
    }
    name.to_owned()
}

/// Returns the difference of a test, or nothing.
pub(super) fn difference(test: &SharedTest) -> Option<String> {
    let effect = test.effect.ok()?;
    let show = |value: f64| number::difference(value, test.is_proportion);
    let unit = number::unit(test.is_proportion);
    let value = show(effect.value);
    let about = if test.is_approximate { "about " } else { "" };
    Some(match (effect.lower, effect.upper) {
        (Some(lower), Some(upper)) => {
            format!("{value}{unit} ({about}{} to {})", show(lower), show(upper))
        }
        (_, _) => format!("{value}{unit}"),
    })
}

/// Returns a metric of training.
pub(super) fn value(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return value.to_string();
    }
    if size != 0.0 && !(1e-4..1e9).contains(&size) {
        return format!("{value:.*e}", DIGITS - 1);
    }
    // Of 123.4 three are before the point.
    let before = format!("{size:.0}").len();
    let before = if size < 1.0 { 0 } else { before };
    let text = format!("{value:.*}", DIGITS.saturating_sub(before));
    if text.contains('.') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}

/// Returns a difference of metrics of training.
pub(super) fn signed(difference: f64) -> String {
    if difference == 0.0 {
        return "0".to_owned();
    }
    let text = value(difference);
    match text.strip_prefix('-') {
        Some(bare) => format!("−{bare}"),
        None => format!("+{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_has_the_digits_that_versions_differ_in() {
        for (number, text) in [
            (0.0, "0"),
            (0.93, "0.93"),
            (0.931_234_567, "0.931235"),
            (12.5, "12.5"),
            (1234.5678, "1234.57"),
            (123_456_789.0, "123456789"),
            (-0.5, "-0.5"),
            (0.000_012, "1.20000e-5"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(value(number), text);
        }
        assert_eq!(signed(0.011), "+0.011");
        assert_eq!(signed(-2.0), "−2");
        assert_eq!(signed(0.0), "0");
    }
}
