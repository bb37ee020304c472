//! How the phases of an experiment share its significance level.

use super::alpha::Alpha;

/// A phase of an experiment, by what it may spend of the significance level.
///
/// Each phase is analysed on its own, so that each is one more chance of a wrong winner. The
/// declared ones of a ramp have nine tenths together: the last seven, those before it two in equal
/// parts, and all nine where there is no ramp. Those that nobody declared, because somebody
/// changed the weights on the way, have the rest, each half of what the one before it had. So all
/// phases together spend at most the whole, however many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// A step of the ramp that was declared at the start: the `step`th of `steps`, from 1.
    Declared {
        /// The number of the step.
        step: u32,
        /// How many there are.
        steps: u32,
    },
    /// One of those that nobody declared, by its number among them, from 1.
    Undeclared(u32),
}

/// What the declared phases have together.
const DECLARED: f64 = 0.9;
/// What those before the last have of it.
const BEFORE_THE_LAST: f64 = 0.2;
/// What all have that nobody declared.
const UNDECLARED: f64 = 0.1;

impl Phase {
    /// The only phase of an experiment without a ramp.
    pub const ONLY: Self = Self::Declared { step: 1, steps: 1 };

    /// Returns the part of the significance level that it may spend.
    #[must_use]
    pub fn part(self) -> f64 {
        match self {
            Self::Declared { steps: 0 | 1, .. } => DECLARED,
            Self::Declared { step, steps } if step < steps => {
                BEFORE_THE_LAST / f64::from(steps - 1)
            }
            Self::Declared { .. } => DECLARED - BEFORE_THE_LAST,
            Self::Undeclared(number) => UNDECLARED * 0.5_f64.powf(f64::from(number.max(1))),
        }
    }
}

impl Alpha {
    /// Returns what a phase may spend of it.
    #[must_use]
    pub fn of_phase(self, phase: Phase) -> Self {
        // At the end of what numbers can be, a part stays more than nothing.
        let part = (self.get() * phase.part()).max(f64::MIN_POSITIVE);
        Self::new(part).unwrap_or(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_phase_has_its_part() {
        let check = |phase: Phase, part: f64| {
            assert!((phase.part() - part).abs() < 1e-12, "{phase:?}");
        };
        check(Phase::ONLY, 0.9);
        check(Phase::Declared { step: 1, steps: 3 }, 0.1);
        check(Phase::Declared { step: 2, steps: 3 }, 0.1);
        check(Phase::Declared { step: 3, steps: 3 }, 0.7);
        check(Phase::Declared { step: 1, steps: 2 }, 0.2);
        check(Phase::Undeclared(1), 0.05);
        check(Phase::Undeclared(3), 0.0125);
        let alpha = Alpha::new(0.05).unwrap().of_phase(Phase::ONLY).get();
        assert!((alpha - 0.045).abs() < 1e-12);
        assert!(
            Alpha::new(0.05)
                .unwrap()
                .of_phase(Phase::Undeclared(u32::MAX))
                .get()
                > 0.0
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn all_phases_together_spend_at_most_alpha(
            steps in 1_u32..200, undeclared in 0_u32..2000, alpha in 1e-6..0.499_f64,
        ) {
            let alpha = Alpha::new(alpha).unwrap();
            let declared = (1..=steps).map(|step| Phase::Declared { step, steps });
            let all = declared.chain((1..=undeclared).map(Phase::Undeclared));
            let spent: f64 = all.map(|phase| alpha.of_phase(phase).get()).sum();
            prop_assert!(spent <= alpha.get() * (1.0 + 1e-9), "{spent} of {}", alpha.get());
        }
    }
}
