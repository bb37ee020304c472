//! What is known of a variant's clients in one metric.

use mlship_manifest::schema::MetricType;
use mlship_stats::{Arms, Pairs, Proportion, adjusted};

/// A variant's clients in one metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClientCount {
    /// What is compared.
    pub kind: MetricType,
    /// Whether the other value of each pair is a covariate, by which the outcome is adjusted.
    pub is_adjusted: bool,
    /// Outcome and covariate, or numerator and denominator, of each client.
    pub pairs: Pairs,
}

impl ClientCount {
    /// Returns the clients.
    #[must_use]
    pub fn clients(&self) -> u64 {
        self.pairs.count()
    }

    /// Returns the proportion, the mean or the ratio as it was seen, where there is one.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        match self.kind {
            MetricType::Proportion => self.proportion().rate(),
            MetricType::Mean => self.pairs.mean(),
            MetricType::Ratio => self.pairs.ratio(),
        }
    }

    /// Returns both arms of a comparison with a control.
    #[must_use]
    pub fn against(&self, control: &Self) -> Option<Arms> {
        if self.is_adjusted {
            return Some(adjusted(&control.pairs, &self.pairs).arms);
        }
        Some(match self.kind {
            MetricType::Proportion => Arms::Proportions {
                control: control.proportion(),
                challenger: self.proportion(),
            },
            MetricType::Mean => Arms::Estimates {
                control: control.pairs.plain(),
                challenger: self.pairs.plain(),
            },
            MetricType::Ratio => Arms::Estimates {
                control: control.pairs.of_ratio()?,
                challenger: self.pairs.of_ratio()?,
            },
        })
    }

    /// Returns by which part a covariate narrows the interval of the difference to a control, where
    /// there is one.
    #[must_use]
    pub fn narrowed(&self, control: &Self) -> Option<f64> {
        let is_measured = self.is_adjusted && self.clients() > 1 && control.clients() > 1;
        is_measured.then(|| adjusted(&control.pairs, &self.pairs).narrowed)
    }

    fn proportion(&self) -> Proportion {
        Proportion {
            successes: self.pairs.successes(),
            trials: self.pairs.count(),
        }
    }
}
