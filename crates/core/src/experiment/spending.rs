//! What the phases of an experiment have spent of its significance level, as its rule keeps it:
//! however the manifest changes on the way, nothing is spent twice.

use std::fmt::Write as _;

use super::start::StartReason;
use mlship_stats::Phase;

/// The phases so far. A step of the ramp is declared as long as the ramp has the steps that it had
/// at the start, and each once; any other phase is one that nobody declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spending {
    /// How many steps there were at the start, with that of the variants' own weights.
    steps: u32,
    /// The last of them that was taken.
    step: u32,
    /// How many phases nobody declared.
    undeclared: u32,
    /// Whether the phase that runs is a declared one.
    is_declared: bool,
    /// The most challengers that there were: as many share it, however many are left. 0 where that
    /// was not put down.
    challengers: u32,
}

impl Spending {
    /// Begins with the first of so many steps.
    #[must_use]
    pub fn first(steps: u32) -> Self {
        Self {
            steps: steps.max(1),
            step: 1,
            undeclared: 0,
            is_declared: true,
            challengers: 0,
        }
    }

    /// Returns what an earlier mlship did not put down, by the numbers of phase and step.
    #[must_use]
    pub fn assumed(phase: u32, step: u32, steps: u32) -> Self {
        let undeclared = phase.saturating_sub(step);
        Self {
            steps: steps.max(step).max(1),
            step: step.max(1),
            undeclared,
            is_declared: undeclared == 0,
            challengers: 0,
        }
    }

    /// Goes on to another phase: for what reason, to which step, of how many.
    #[must_use]
    pub fn next(self, why: StartReason, (step, steps): (u32, u32)) -> Self {
        let is_declared = match why {
            StartReason::Start => {
                return Self {
                    challengers: self.challengers,
                    ..Self::first(steps)
                };
            }
            StartReason::Continue => return self,
            StartReason::NextStep => steps == self.steps && step > self.step && step <= steps,
            StartReason::Changed | StartReason::Dropped | StartReason::Drifted => false,
        };
        if is_declared {
            Self {
                step,
                is_declared,
                ..self
            }
        } else {
            Self {
                undeclared: self.undeclared.saturating_add(1),
                is_declared,
                ..self
            }
        }
    }

    /// Has it shared by so many challengers at least.
    #[must_use]
    pub fn shared_by(self, challengers: usize) -> Self {
        let challengers = u32::try_from(challengers).unwrap_or(u32::MAX);
        Self {
            challengers: self.challengers.max(challengers),
            ..self
        }
    }

    /// Returns how many challengers share it at least.
    #[must_use]
    pub fn challengers(self) -> usize {
        self.challengers as usize
    }

    /// Returns the phase that runs.
    #[must_use]
    pub fn phase(self) -> Phase {
        if self.is_declared {
            Phase::Declared {
                step: self.step,
                steps: self.steps,
            }
        } else {
            Phase::Undeclared(self.undeclared)
        }
    }

    /// Returns which phase the one of a number was; none where some on the way were not declared, of
    /// which it is not kept which.
    #[must_use]
    pub fn phase_of(self, number: u32) -> Option<Phase> {
        let is_declared = self.undeclared == 0 && (1..=self.step).contains(&number);
        is_declared.then_some(Phase::Declared {
            step: number,
            steps: self.steps,
        })
    }

    /// Returns the text of a tag.
    pub(super) fn text(self) -> String {
        let now = if self.is_declared {
            DECLARED
        } else {
            UNDECLARED
        };
        let mut text = format!("{}/{} +{} {now}", self.step, self.steps, self.undeclared);
        if self.challengers > 0 {
            let _ = write!(text, " {}", self.challengers);
        }
        text
    }

    /// Reads the text of a tag.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let (step, steps) = parts.next()?.split_once('/')?;
        let undeclared = parts.next()?.strip_prefix('+')?;
        let is_declared = match parts.next()? {
            DECLARED => true,
            UNDECLARED => false,
            _ => return None,
        };
        Some(Self {
            steps: steps.parse().ok()?,
            step: step.parse().ok()?,
            undeclared: undeclared.parse().ok()?,
            is_declared,
            challengers: match parts.next() {
                Some(challengers) => challengers.parse().ok()?,
                None => 0,
            },
        })
    }
}

const DECLARED: &str = "declared";
const UNDECLARED: &str = "undeclared";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::release::as_tag;
    use mlship_stats::Alpha;

    #[test]
    fn a_ramp_is_declared_and_what_is_changed_on_the_way_is_not() {
        let check = |spending: Spending, phase: Phase| {
            assert_eq!(spending.phase(), phase);
            assert_eq!(Spending::read(&as_tag(&spending.text())), Some(spending));
        };
        let first = Spending::first(3);
        check(first, Phase::Declared { step: 1, steps: 3 });
        let changed = first.next(StartReason::Changed, (1, 3));
        check(changed, Phase::Undeclared(1));
        let second = changed.next(StartReason::NextStep, (2, 3));
        check(second, Phase::Declared { step: 2, steps: 3 });
        check(second.next(StartReason::Continue, (2, 3)), second.phase());
        check(
            second.next(StartReason::Drifted, (2, 3)),
            Phase::Undeclared(2),
        );
        // A ramp that became another was not declared.
        check(
            second.next(StartReason::NextStep, (3, 5)),
            Phase::Undeclared(2),
        );
        check(second.next(StartReason::Start, (1, 1)), Phase::ONLY);
    }

    #[test]
    fn an_earlier_phase_is_known_where_all_were_declared() {
        let second = Spending::first(3).next(StartReason::NextStep, (2, 3));
        let first = Phase::Declared { step: 1, steps: 3 };
        let told = [0, 1, 2, 3].map(|number| second.phase_of(number));
        assert_eq!(told, [None, Some(first), Some(second.phase()), None]);
        let changed = second.next(StartReason::Changed, (2, 3));
        assert_eq!(changed.phase_of(1), None);
    }

    #[test]
    fn what_was_not_put_down_is_assumed() {
        assert_eq!(
            Spending::assumed(2, 2, 3).phase(),
            Phase::Declared { step: 2, steps: 3 }
        );
        assert_eq!(Spending::assumed(3, 1, 1).phase(), Phase::Undeclared(2));
        for text in ["", "1/3", "1/3 +0", "1/3 +0 perhaps", "1 +0 declared"] {
            assert_eq!(Spending::read(text), None, "{text}");
        }
    }

    fn reason() -> impl Strategy<Value = StartReason> {
        prop_oneof![
            Just(StartReason::Continue),
            Just(StartReason::NextStep),
            Just(StartReason::Changed),
            Just(StartReason::Dropped),
            Just(StartReason::Drifted),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_becomes_of_the_manifest_the_phases_spend_at_most_alpha(
            steps in 1_u32..6, on in proptest::collection::vec((reason(), 1_u32..8, 1_u32..8), 0..40),
        ) {
            let alpha = Alpha::default();
            let mut spending = Spending::first(steps);
            let mut phases: BTreeSet<Phase> = [spending.phase()].into();
            for (why, step, steps) in on {
                let before = spending;
                spending = spending.next(why, (step, steps));
                let is_new = phases.insert(spending.phase());
                prop_assert_eq!(is_new, why != StartReason::Continue, "{:?} {:?}", before, spending);
            }
            let spent: f64 = phases.into_iter().map(|phase| alpha.of_phase(phase).get()).sum();
            prop_assert!(spent <= alpha.get() * (1.0 + 1e-9), "{}", spent);
        }
    }
}
