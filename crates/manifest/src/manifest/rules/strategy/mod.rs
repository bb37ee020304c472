//! Strategies that move traffic step by step: what goes with which, and how long it may take.

mod fields;
mod length;
mod traffic;
mod watched;

use super::check::Check;
use crate::manifest::schema::Strategy;

pub(super) fn check(check: &mut Check<'_>) {
    fields::check(check);
    traffic::check(check);
    if check.moves_traffic() {
        length::check(check);
        watched::check(check);
    }
}

impl Check<'_> {
    /// Returns the strategy, as it is written or by default.
    fn strategy(&self) -> Strategy {
        let rollout = self.release.rollout.as_ref();
        let strategy = rollout.and_then(|rollout| rollout.strategy);
        strategy.unwrap_or(Strategy::Rolling)
    }

    fn moves_traffic(&self) -> bool {
        self.strategy() != Strategy::Rolling
    }
}
