//! The metrics of two training runs beside each other.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Which;
use mlship_manifest::schema::Better;

/// A metric of two training runs.
#[derive(Debug, Clone, PartialEq)]
pub struct OfflineMetric {
    /// Its name.
    pub name: String,
    /// What each run has, also what is no number.
    pub values: [Option<f64>; 2],
    /// By how much the second is more than the first.
    pub difference: Option<f64>,
    /// The same as a part of the first.
    pub relative: Option<f64>,
    /// Which values are better, where that is known.
    pub better: Option<Better>,
    /// What it says of the second version.
    pub state: OfflineState,
}

/// What a metric of training says of the second version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OfflineState {
    /// It is better.
    Better,
    /// It is worse.
    Worse,
    /// It is the same.
    Same,
    /// It differs, and nobody says which values are better.
    DirectionUnknown,
    /// Only the first has it.
    OnlyFirst,
    /// Only the second has it.
    OnlySecond,
    /// A value is no number, or has no end.
    NotANumber,
}

impl OfflineState {
    /// Returns the version that is better by it.
    #[must_use]
    pub fn favours(self) -> Option<Which> {
        match self {
            Self::Better => Some(Which::Second),
            Self::Worse => Some(Which::First),
            Self::Same
            | Self::DirectionUnknown
            | Self::OnlyFirst
            | Self::OnlySecond
            | Self::NotANumber => None,
        }
    }
}

/// Compares what two runs measured.
pub(super) fn compared(
    first: &BTreeMap<String, f64>,
    second: &BTreeMap<String, f64>,
    told: &BTreeMap<String, Better>,
) -> Vec<OfflineMetric> {
    let names: BTreeSet<&String> = first.keys().chain(second.keys()).collect();
    let metric = |name: &String| {
        let values = [first.get(name).copied(), second.get(name).copied()];
        let better = told.get(name).copied().or_else(|| usual(name));
        OfflineMetric::of(name, values, better)
    };
    names.into_iter().map(metric).collect()
}

impl OfflineMetric {
    fn of(name: &str, values: [Option<f64>; 2], better: Option<Better>) -> Self {
        let (difference, state) = match values {
            [Some(first), Some(second)] if first.is_finite() && second.is_finite() => {
                let difference = rounded(second - first);
                (Some(difference), judged(difference, better))
            }
            [Some(_), None] => (None, OfflineState::OnlyFirst),
            [None, Some(_)] => (None, OfflineState::OnlySecond),
            [Some(_), Some(_)] | [None, None] => (None, OfflineState::NotANumber),
        };
        let relative = difference.zip(values[0].filter(|first| *first != 0.0));
        Self {
            name: name.to_owned(),
            values,
            difference,
            relative: relative
                .map(|(difference, first)| rounded(difference / first.abs()))
                .filter(|relative| relative.is_finite()),
            better,
            state,
        }
    }
}

fn judged(difference: f64, better: Option<Better>) -> OfflineState {
    let is_more = match difference {
        0.0 => return OfflineState::Same,
        difference => difference > 0.0,
    };
    match better {
        None => OfflineState::DirectionUnknown,
        Some(Better::Higher) if is_more => OfflineState::Better,
        Some(Better::Lower) if !is_more => OfflineState::Better,
        Some(Better::Higher | Better::Lower) => OfflineState::Worse,
    }
}

/// Returns a number without the last digits of its computation.
fn rounded(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}

/// Parts of the names of metrics of which less is better.
const LESS: &[&str] = &[
    "loss",
    "logloss",
    "error",
    "err",
    "rmse",
    "rmsle",
    "mse",
    "mae",
    "mape",
    "smape",
    "brier",
    "perplexity",
    "deviance",
    "ece",
    "wer",
    "cer",
];

/// Those of which more is.
const MORE: &[&str] = &[
    "auc",
    "auroc",
    "auprc",
    "accuracy",
    "acc",
    "precision",
    "recall",
    "sensitivity",
    "specificity",
    "f1",
    "r2",
    "ndcg",
    "mrr",
    "map",
    "gini",
    "kappa",
    "mcc",
    "bleu",
    "rouge",
    "iou",
];

/// Returns which values of a metric are better by what its name usually means.
fn usual(name: &str) -> Option<Better> {
    let name = name.to_lowercase();
    let parts: Vec<&str> = name
        .split(|character: char| !character.is_alphanumeric())
        .collect();
    let has = |words: &[&str]| parts.iter().any(|part| words.contains(part));
    // An error with its sign turned, as scikit-learn has it.
    let is_turned = has(&["neg", "negative"]);
    match (has(LESS), has(MORE)) {
        (true, false) if is_turned => Some(Better::Higher),
        (true, false) => Some(Better::Lower),
        (false, true) if !is_turned => Some(Better::Higher),
        (false | true, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_which_values_are_better_only_where_it_usually_does() {
        for name in [
            "auc",
            "val_AUC",
            "eval/f1-score",
            "ndcg@10",
            "neg_log_loss",
            "R2",
        ] {
            assert_eq!(usual(name), Some(Better::Higher), "{name}");
        }
        for name in [
            "loss",
            "log_loss",
            "test.rmse",
            "mean_squared_error",
            "brier score",
        ] {
            assert_eq!(usual(name), Some(Better::Lower), "{name}");
        }
        for name in [
            "",
            "latency",
            "false_positive_rate",
            "auc_loss",
            "lossless",
            "neg_auc",
        ] {
            assert_eq!(usual(name), None, "{name}");
        }
    }

    #[test]
    fn a_difference_has_no_more_digits_than_its_numbers() {
        let metric = OfflineMetric::of("auc", [Some(0.931), Some(0.942)], None);
        assert_eq!(metric.difference, Some(0.011));
        assert_eq!(metric.state, OfflineState::DirectionUnknown);
        let from_nothing = OfflineMetric::of("auc", [Some(0.0), Some(0.5)], Some(Better::Higher));
        assert_eq!(from_nothing.relative, None);
        assert_eq!(from_nothing.state, OfflineState::Better);
        let negative = OfflineMetric::of("neg_mse", [Some(-2.0), Some(-1.0)], None);
        assert_eq!(negative.relative, Some(0.5));
    }

    #[test]
    fn what_is_no_number_is_no_difference() {
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for values in [[Some(odd), Some(0.5)], [Some(0.5), Some(odd)]] {
                let metric = OfflineMetric::of("auc", values, Some(Better::Higher));
                assert_eq!(metric.state, OfflineState::NotANumber);
                assert_eq!((metric.difference, metric.relative), (None, None));
            }
        }
    }
}
