//! Which difference a sample shows, if it is there.

use super::challenger::{Challenger, arms};
use super::reader::Reader;
use super::{CumulativeCounts, Material};
use mlship_stats::{Arms, Design, Direction, Method, Sequence, least_effect, least_effect_so_far};

/// The chance that differences are reckoned with.
const POWER: f64 = 0.8;
/// No mean differs by more standard deviations than this in an experiment.
const MOST_DEVIATIONS: f64 = 100.0;
/// One look at the end of a sample is a classical test.
const ONE_LOOK: Method = Method::GroupSequential { looks: 1 };

/// The least differences of the primary metric that samples show, by what the control is like. Of
/// several challengers it is the one with the weakest comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sensitivity {
    /// The chance with which a difference is found that is there.
    pub power: f64,
    /// What the trials so far show; none where only planned looks decide.
    pub seen: Option<f64>,
    /// What the planned sample shows.
    pub planned: Option<f64>,
}

/// What a value of the control is like.
#[derive(Debug, Clone, Copy)]
enum Control {
    Proportion(f64),
    /// Of a mean, by the variance of one value.
    Mean(f64),
}

impl Sensitivity {
    /// Returns it by a challenger's comparison; none where that says nothing.
    fn of(reader: &Reader<'_>, arms: &Arms, last: &CumulativeCounts) -> Option<Self> {
        let control = Control::of(arms)?;
        let Material {
            weights,
            experiment,
            ..
        } = reader.material;
        (*experiment)?;
        let weight = |index: usize| f64::from(weights.get(index).copied().unwrap_or(0));
        let lightest = (0..last.arms.len())
            .filter(|index| *index != reader.control)
            .map(weight)
            .min_by(f64::total_cmp)?;
        let both = weight(reader.control) + lightest;
        let all: f64 = weights.iter().copied().map(f64::from).sum();
        let sign = match reader.question.direction {
            Direction::Up => 1.0,
            Direction::Down => -1.0,
        };
        let design = |effect: f64| control.design(sign * effect, lightest / both);
        let most = control.most(sign);
        let trials = last.arms.iter().map(super::primary_trials);
        let trials = trials.fold(0, u64::saturating_add);
        let (seen, planned) = (
            part(trials, both / all),
            part(reader.planned_trials(), both / all),
        );
        let at_end = |trials: u64, method: Method| {
            least_effect(design, most, trials, POWER, (reader.alpha, method))
        };
        let (seen, planned) = match (reader.material.fixed, reader.planned()) {
            (true, _) => (at_end(seen, ONE_LOOK), at_end(planned, ONE_LOOK)),
            (false, Some(looks)) => {
                let looks = looks.looks;
                (None, at_end(planned, Method::GroupSequential { looks }))
            }
            (false, None) => {
                let sequence = Sequence::new(reader.alpha, planned);
                let seen = least_effect_so_far(design, most, seen, POWER, &sequence);
                (seen, at_end(planned, Method::Sequential))
            }
        };
        let is_known = seen.is_some() || planned.is_some();
        is_known.then_some(Self {
            power: POWER,
            seen,
            planned,
        })
    }
}

impl Challenger {
    /// Returns which differences of the primary metric samples show.
    pub(super) fn sensitivity(
        &self,
        reader: &Reader<'_>,
        look: &CumulativeCounts,
    ) -> Option<Sensitivity> {
        let arms = arms(self.tallies(reader, look, 0))?;
        Sensitivity::of(reader, &arms, look)
    }
}

impl Control {
    fn of(arms: &Arms) -> Option<Self> {
        match arms {
            Arms::Proportions { control, .. } => control.rate().map(Self::Proportion),
            Arms::Means { control, .. } => control.variance().map(Self::Mean),
            Arms::Estimates { control, .. } => Some(Self::Mean(control.variance)),
        }
    }

    fn design(self, effect: f64, share: f64) -> Option<Design> {
        match self {
            Self::Proportion(rate) => Design::new(rate, effect, share),
            Self::Mean(variance) => Design::of_means(variance, effect, share),
        }
    }

    /// The greatest effect to look for.
    fn most(self, sign: f64) -> f64 {
        match self {
            Self::Proportion(rate) if sign > 0.0 => 1.0 - rate,
            Self::Proportion(rate) => rate,
            Self::Mean(variance) => MOST_DEVIATIONS * variance.sqrt(),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "trials, of which the last ones don't count, and the cast saturates"
)]
fn part(trials: u64, share: f64) -> u64 {
    (trials as f64 * share) as u64
}
