//! What a plan is reckoned from: what was said, what was seen, and what both come to.

use mlship_manifest::schema::{Direction, Experiment, Variant};
use mlship_stats::{Alpha, Design};

use super::numbers::{Amount, DailyTrials, Level, Power};
use super::refusal::{PlanRefusal, SaidBy};

/// What the primary metric of the control is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Baseline {
    /// A proportion.
    Proportion(f64),
    /// A mean, by the variance of one value.
    Mean {
        /// The mean.
        mean: f64,
        /// The variance.
        variance: f64,
    },
}

/// What the command line says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Said {
    /// The control's proportion or mean.
    pub baseline: Option<Level>,
    /// The standard deviation of one value of a mean.
    pub deviation: Option<Amount>,
    /// The trials of all variants in a day.
    pub daily: Option<DailyTrials>,
    /// The absolute difference.
    pub effect: Option<Amount>,
    /// The chance to find it.
    pub power: Power,
}

/// What was seen of the primary metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// What the control is like; none where its sums say nothing.
    pub baseline: Option<Baseline>,
    /// The trials of all variants in a day.
    pub daily: f64,
}

/// What a plan is reckoned from: all of it is known, and fits.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub(super) experiment: &'a Experiment,
    pub(super) baseline: Baseline,
    pub(super) daily: Option<f64>,
    pub(super) effect: f64,
    pub(super) power: Power,
    /// The chance of a wrong winner in the phase that decides.
    pub(super) alpha: Alpha,
    pub(super) weights: Weights,
    /// The comparison that needs the most trials.
    pub(super) design: Design,
}

/// The weights of the comparison with the fewest trials; each more than 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weights {
    pub(super) control: f64,
    pub(super) challenger: f64,
    pub(super) all: f64,
}

impl Weights {
    /// # Errors
    /// A variant without traffic can't be compared.
    pub(super) fn of(experiment: &Experiment) -> Result<Self, PlanRefusal> {
        let weight = |variant: &Variant| f64::from(variant.weight);
        let without = experiment.variants.iter().position(|one| one.weight == 0);
        if let Some(index) = without {
            let name = &experiment.variants[index].name;
            return Err(PlanRefusal::new(
                (SaidBy::Manifest, &format!("`variants[{index}].weight`")),
                Some(0.0),
                format!("{name} gets no traffic, so that no sample shows anything of it"),
                "give it a share, or leave the variant out",
            ));
        }
        let lightest = experiment.challengers().map(weight).min_by(f64::total_cmp);
        match (experiment.control().map(weight), lightest) {
            (Some(control), Some(challenger)) => Ok(Self {
                control,
                challenger,
                all: experiment.variants.iter().map(weight).sum(),
            }),
            (None, _) | (_, None) => Err(PlanRefusal::new(
                (SaidBy::Manifest, "`variants`"),
                None,
                "there is no pair of a control and a challenger to compare",
                "give one variant `control: true`, and leave another without",
            )),
        }
    }

    /// Returns the challenger's share of both arms.
    pub(super) fn share(self) -> f64 {
        self.challenger / (self.control + self.challenger)
    }

    /// Returns the part of all trials that both arms have.
    pub(super) fn of_both(self) -> f64 {
        (self.control + self.challenger) / self.all
    }
}

impl Wanted<'_> {
    /// Returns what the control is like.
    #[must_use]
    pub fn baseline(&self) -> Baseline {
        self.baseline
    }

    /// Returns the trials of all variants in a day, where they are known; more than 0.
    #[must_use]
    pub fn daily(&self) -> Option<f64> {
        self.daily
    }

    pub(super) fn sign(&self) -> f64 {
        match self.experiment.primary.direction {
            Direction::Up => 1.0,
            Direction::Down => -1.0,
        }
    }

    /// Returns the comparison of another difference, if there is such a one.
    pub(super) fn design(&self, effect: f64) -> Option<Design> {
        let share = self.weights.share();
        match self.baseline {
            Baseline::Proportion(rate) => Design::new(rate, self.sign() * effect, share),
            Baseline::Mean { variance, .. } => Design::of_means(variance, effect, share),
        }
    }
}
