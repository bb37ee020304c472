//! What a test said of the second version, held against the first.

use serde::Serialize;

use super::Which;

/// What a test said of the second version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TestResult {
    /// It is better.
    Better,
    /// It is worse.
    Worse,
    /// Any difference is smaller than what matters.
    Same,
    /// It breached a guardrail.
    Harmful,
    /// The first one did.
    OtherHarmful,
    /// Nothing was decided.
    Open,
    /// The split was broken: nothing that was counted holds.
    Void,
    /// They were not compared with each other, or nobody knows what was counted.
    Unknown,
}

impl TestResult {
    /// Reads the word that a record has for what the primary metric comes to of a challenger, which
    /// is one of the two.
    pub(super) fn of(state: &str, challenger: Which) -> Self {
        let of_challenger = match state {
            "challenger_better" => Self::Better,
            "control_better" => Self::Worse,
            "guardrail_breached" => Self::Harmful,
            "no_difference" => Self::Same,
            "broken_split" => Self::Void,
            _ => Self::Open,
        };
        match challenger {
            Which::Second => of_challenger,
            Which::First => of_challenger.turned(),
        }
    }

    /// Returns what it says of the first version.
    fn turned(self) -> Self {
        match self {
            Self::Better => Self::Worse,
            Self::Worse => Self::Better,
            Self::Harmful => Self::OtherHarmful,
            Self::OtherHarmful => Self::Harmful,
            Self::Same => Self::Same,
            Self::Open => Self::Open,
            Self::Void => Self::Void,
            Self::Unknown => Self::Unknown,
        }
    }

    /// Returns the version that it speaks for, where it decided.
    #[must_use]
    pub fn decides_for(self) -> Option<Which> {
        match self {
            Self::Better | Self::OtherHarmful => Some(Which::Second),
            Self::Worse | Self::Harmful => Some(Which::First),
            Self::Same | Self::Open | Self::Void | Self::Unknown => None,
        }
    }
}
