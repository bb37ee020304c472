//! The significance level of a test.

use super::count::real;

/// The probability of an error that is accepted: more than 0 and less than ½, as one-sided
/// bounds need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alpha(f64);

impl Default for Alpha {
    /// What is customary: 0.05.
    fn default() -> Self {
        Self(0.05)
    }
}

impl Alpha {
    /// Returns `None` outside of 0 to ½.
    #[must_use]
    pub fn new(alpha: f64) -> Option<Self> {
        (alpha > 0.0 && alpha < 0.5).then_some(Self(alpha))
    }

    /// The probability.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// Returns Bonferroni's share: intervals at it hold together for so many comparisons.
    #[must_use]
    pub fn shared_by(self, comparisons: usize) -> Self {
        // At the end of what numbers can be, a share stays more than nothing.
        Self((self.0 / real(comparisons.max(1) as u64)).max(f64::MIN_POSITIVE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_probability_below_a_half_is_one() {
        assert_eq!(Alpha::new(0.05).map(Alpha::get), Some(0.05));
        for wrong in [0.0, -0.05, 0.5, 1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Alpha::new(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn comparisons_share_evenly() {
        let alpha = Alpha::new(0.05).unwrap();
        assert_eq!(alpha.shared_by(4), Alpha::new(0.0125).unwrap());
        assert_eq!(alpha.shared_by(1), alpha);
        assert_eq!(alpha.shared_by(0), alpha);
    }
}
