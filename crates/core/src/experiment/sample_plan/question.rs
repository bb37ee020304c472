//! The question that is put to a plan: its numbers fit the experiment, each other, and what was seen, or
//! one of them is refused.

use mlship_manifest::schema::{Direction, Experiment, MetricType};
use mlship_stats::{Alpha, Design, Phase};

use super::numbers::{Amount, DailyTrials, Level};
use super::refusal::{PlanRefusal, SaidBy};
use super::wanted::{Baseline, Observed, Said, Wanted, Weights};

const BASELINE: (SaidBy, &str) = (SaidBy::Flag, "--baseline");
const DEVIATION: (SaidBy, &str) = (SaidBy::Flag, "--deviation");
const OWN_EFFECT: (SaidBy, &str) = (SaidBy::Manifest, "`primary.minimumEffect`");

/// The tails that boundaries of planned looks are reckoned to.
const LEAST_ALPHA: f64 = 1e-9;

/// A question that fits the experiment, and whose rest may have to be seen.
#[derive(Debug, Clone, Copy)]
pub struct PlanQuestion<'a> {
    experiment: &'a Experiment,
    said: Said,
    effect: Amount,
    alpha: Alpha,
    weights: Weights,
}

impl<'a> PlanQuestion<'a> {
    /// Takes what is said of an experiment, and the phase that decides.
    ///
    /// # Errors
    /// Where a number does not fit the experiment.
    pub fn new(experiment: &'a Experiment, phase: Phase, said: Said) -> Result<Self, PlanRefusal> {
        let own = experiment.accepted_alpha();
        let alpha = Alpha::new(own).filter(|alpha| alpha.get() >= LEAST_ALPHA);
        let alpha = alpha.ok_or_else(|| {
            let why = "nothing is planned for such a chance of a wrong winner";
            let fits = "write one from 1e-9 to below 0.5, such as 0.05";
            PlanRefusal::new((SaidBy::Manifest, "`alpha`"), Some(own), why, fits)
        })?;
        let own = experiment.primary.minimum_effect;
        let effect = said.effect.or_else(|| Amount::new(own)).ok_or_else(|| {
            let why = "no sample is reckoned for such a difference";
            let fits = "say another by --effect, from 1e-12 to 1e15";
            PlanRefusal::new(OWN_EFFECT, Some(own), why, fits)
        })?;
        let question = Self {
            experiment,
            said,
            effect,
            alpha: alpha.of_phase(phase),
            weights: Weights::of(experiment)?,
        };
        match (experiment.primary.kind, said.baseline, said.deviation) {
            (MetricType::Proportion, _, Some(deviation)) => Err(PlanRefusal::new(
                DEVIATION,
                Some(deviation.get()),
                format!(
                    "{} is a proportion, which varies as its rate says",
                    experiment.primary.metric
                ),
                "leave it out: --baseline is all that is needed of a proportion",
            )),
            (MetricType::Proportion, Some(rate), None) => {
                question.proportion(BASELINE, rate.get())?;
                Ok(question)
            }
            (MetricType::Proportion, None, None) | (MetricType::Mean | MetricType::Ratio, _, _) => {
                Ok(question)
            }
        }
    }

    /// Says whether nothing has to be seen.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let is_known = match self.experiment.primary.kind {
            MetricType::Proportion => true,
            MetricType::Mean | MetricType::Ratio => self.said.deviation.is_some(),
        };
        self.said.baseline.is_some() && self.said.daily.is_some() && is_known
    }

    /// Takes what was seen, for what was not said: the control is as it was said, else as it was
    /// seen, else as the manifest has it.
    ///
    /// # Errors
    /// Where nothing can be planned by these numbers, or nobody knows the control.
    pub fn by(self, observed: Option<Observed>) -> Result<Wanted<'a>, PlanRefusal> {
        let seen = observed.and_then(|observed| observed.baseline);
        let (baseline, design) = match self.experiment.primary.kind {
            MetricType::Proportion => {
                let (from, rate) = self.rate(seen).ok_or_else(|| self.nobody_knows())?;
                let design = self.proportion(from, rate)?;
                (Baseline::Proportion(rate), design)
            }
            MetricType::Mean | MetricType::Ratio => self.mean(seen)?,
        };
        // What was seen of a metric that nobody puts yet says nothing of a day.
        let seen = observed.map(|observed| observed.daily);
        let seen = seen.filter(|daily| *daily > 0.0 && daily.is_finite());
        Ok(Wanted {
            experiment: self.experiment,
            baseline,
            daily: self.said.daily.map(DailyTrials::get).or(seen),
            effect: self.effect.get(),
            power: self.said.power,
            alpha: self.alpha,
            weights: self.weights,
            design,
        })
    }

    fn rate(&self, seen: Option<Baseline>) -> Option<((SaidBy, &'static str), f64)> {
        let seen = match seen {
            Some(Baseline::Proportion(rate)) => Some(rate),
            Some(Baseline::Mean { .. }) | None => None,
        };
        let said = self.said.baseline.map(|rate| (BASELINE, rate.get()));
        let seen = seen.map(|rate| ((SaidBy::CloudWatch, "the control's proportion"), rate));
        let own = self.experiment.primary.baseline;
        let own = own.map(|rate| ((SaidBy::Manifest, "`primary.baseline`"), rate));
        said.or(seen).or(own)
    }

    /// Returns the comparison from a proportion.
    fn proportion(&self, from: (SaidBy, &str), rate: f64) -> Result<Design, PlanRefusal> {
        if !(rate > 0.0 && rate < 1.0) {
            let fits = "say one above 0 and below 1 by --baseline, such as 0.05";
            let why = "nothing can be planned by such a proportion";
            return Err(PlanRefusal::new(from, Some(rate), why, fits));
        }
        let (sign, way, most) = match self.experiment.primary.direction {
            Direction::Up => (1.0, "higher", 1.0 - rate),
            Direction::Down => (-1.0, "lower", rate),
        };
        let effect = self.effect.get();
        Design::new(rate, sign * effect, self.weights.share()).ok_or_else(|| {
            let fits = format!(
                "say a difference below {} by --effect: 0.005 is half a percentage point",
                to_be_read(most)
            );
            if self.said.effect.is_some() {
                let why = format!("from {rate} no proportion is so much {way}");
                PlanRefusal::new((SaidBy::Flag, "--effect"), Some(effect), why, fits)
            } else {
                // What is said or seen of the rate is at odds with what the manifest wants.
                let why = format!("no proportion is {effect} {way} ({})", OWN_EFFECT.1);
                PlanRefusal::new(from, Some(rate), why, fits)
            }
        })
    }

    /// Returns what the control's mean is like, and the comparison from it.
    fn mean(&self, seen: Option<Baseline>) -> Result<(Baseline, Design), PlanRefusal> {
        let seen = match seen {
            Some(Baseline::Mean { mean, variance }) => Some((mean, variance)),
            Some(Baseline::Proportion(_)) | None => None,
        };
        let refused = |name: &str, value: f64, why: &str, fits: &str| {
            PlanRefusal::new((SaidBy::CloudWatch, name), Some(value), why, fits)
        };
        let mean = match (self.said.baseline, seen) {
            (Some(said), _) => said,
            (None, Some((mean, _))) => Level::new(mean).ok_or_else(|| {
                let why = "nothing can be planned by such a mean";
                refused("the control's mean", mean, why, "say another by --baseline")
            })?,
            (None, None) => return Err(self.nobody_knows()),
        };
        let deviation = match (self.said.deviation, seen) {
            (Some(said), _) => said,
            (None, Some((_, variance))) => Amount::new(variance.sqrt()).ok_or_else(|| {
                let name = "the standard deviation of the control's values";
                let why = "nothing can be planned by it, as where all values are the same";
                refused(name, variance.sqrt(), why, "say what it is by --deviation")
            })?,
            (None, None) => return Err(self.nobody_knows()),
        };
        let variance = deviation.get() * deviation.get();
        let effect = self.effect.get();
        let design = Design::of_means(variance, effect, self.weights.share()).ok_or_else(|| {
            let why = "no sample is reckoned for such a difference";
            PlanRefusal::new(OWN_EFFECT, Some(effect), why, "say another by --effect")
        })?;
        let mean = mean.get();
        Ok((Baseline::Mean { mean, variance }, design))
    }

    fn nobody_knows(&self) -> PlanRefusal {
        let flags = match self.experiment.primary.kind {
            MetricType::Proportion => "--baseline and --daily",
            MetricType::Mean | MetricType::Ratio => "--baseline, --deviation and --daily",
        };
        PlanRefusal::new(
            (SaidBy::CloudWatch, &self.experiment.primary.metric),
            None,
            "CloudWatch has no numbers of the control to plan by",
            format!(
                "say them by {flags}, or put the metric with the dimension Variant of the \
                 control's name before the experiment begins"
            ),
        )
    }
}

/// Returns a bound without the last digits that arithmetic leaves, and never above it.
fn to_be_read(bound: f64) -> f64 {
    let shown = (bound * 1e9).floor() / 1e9;
    if shown > 0.0 { shown } else { bound }
}
