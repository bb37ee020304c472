//! What happened to variants before an experiment ended: taken out, or on the way to the control's
//! service.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::MetricFinding;
use crate::experiment::{DroppedVariant, Promotion, PromotionState};
use mlship_manifest::schema::{Experiment, MetricType};

/// A variant that was taken out of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DroppedEntry {
    /// Its name.
    pub variant: String,
    /// When.
    pub at: Timestamp,
    /// The last phase in which it took part.
    pub phase: u32,
    /// The word for what the numbers said of it then; `unknown` where there were none.
    pub state: String,
    /// The guardrails that spoke against it.
    pub breached: Vec<String>,
    /// Its requests in that phase.
    pub requests: Option<u64>,
    /// What the primary metric said of it, in that phase.
    pub primary: Option<MetricFinding>,
}

impl DroppedEntry {
    /// Takes what a rule has put down.
    #[must_use]
    pub fn of(known: &DroppedVariant) -> Self {
        let primary = known.primary.as_ref().map(|primary| {
            let (rates, effect) = (primary.rates, primary.effect);
            MetricFinding {
                metric: String::new(),
                role: super::readout::PRIMARY.to_owned(),
                variant: known.name.clone(),
                proportion: true,
                control_trials: Some(primary.trials.0),
                trials: Some(primary.trials.1),
                control_rate: rates.map(|(control, _)| control),
                rate: rates.map(|(_, own)| own),
                effect: effect.map(|(value, _, _)| value),
                lower: effect.map(|(_, lower, _)| lower),
                upper: effect.map(|(_, _, upper)| upper),
                lift: None,
                lift_lower: None,
                lift_upper: None,
                p: primary.p,
                state: known.state.clone(),
                approximate: false,
            }
        });
        Self {
            variant: known.name.clone(),
            at: known.at,
            phase: known.phase,
            state: known.state.clone(),
            breached: known.breached.clone(),
            requests: known.requests,
            primary,
        }
    }

    /// Adds what only the manifest says: which metric that was.
    pub fn measure(&mut self, experiment: &Experiment) {
        if let Some(primary) = &mut self.primary {
            primary.metric.clone_from(&experiment.primary.metric);
            primary.proportion = experiment.primary.kind == MetricType::Proportion;
        }
    }

    /// Returns in one line that it was dropped, and why.
    #[must_use]
    pub fn line(&self) -> String {
        let when = self.at.strftime("%Y-%m-%d %H:%M UTC");
        let why = if self.breached.is_empty() {
            match &*self.state {
                "unknown" => "without numbers".to_owned(),
                state => state.replace('_', " "),
            }
        } else {
            format!("it breached {}", self.breached.join(" and "))
        };
        format!(
            "{} was dropped at the end of phase {}, {when}: {why}",
            self.variant, self.phase
        )
    }
}

/// A winner whose release was to be the control's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionEntry {
    /// The variant that won.
    pub winner: String,
    /// When it began.
    pub since: Timestamp,
    /// How far it was: `deployed`, `failed`, or `stopped` where the experiment ended before.
    pub state: String,
    /// The exit code of a deploy that failed.
    pub exit_code: Option<u8>,
}

impl PromotionEntry {
    pub(super) fn of(promotion: &Promotion) -> Self {
        Self {
            winner: promotion.winner.clone(),
            since: promotion.since,
            state: promotion.word().to_owned(),
            exit_code: match promotion.state {
                PromotionState::Failed(code) => Some(code.number()),
                PromotionState::Deploying | PromotionState::Deployed | PromotionState::Stopped => {
                    None
                }
            },
        }
    }

    /// Says what of it did not come to its end.
    pub(super) fn remark(&self) -> Option<String> {
        let winner = &self.winner;
        match (&*self.state, self.exit_code) {
            ("deployed", _) => None,
            (_, Some(code)) => Some(format!(
                "the release of {winner} failed on the control's service (exit code {code})"
            )),
            (_, None) => Some(format!(
                "it was stopped while the control's service was getting the release of {winner}"
            )),
        }
    }
}
