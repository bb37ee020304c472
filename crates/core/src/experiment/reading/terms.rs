//! What a phase is held to.

use crate::experiment::outcome_window::OutcomeWindow;
use mlship_stats::Phase;

/// What a phase is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The challengers that share the significance level at least, those that were dropped among
    /// them.
    pub challengers: usize,
    /// Which phase it is, by what it may spend of the significance level.
    pub phase: Phase,
    /// From when until when outcomes of the primary metric count.
    pub outcomes: OutcomeWindow,
}

impl Default for Terms {
    /// Those of an experiment without a ramp, whose outcomes come at once.
    fn default() -> Self {
        Self {
            challengers: 0,
            phase: Phase::ONLY,
            outcomes: OutcomeWindow::default(),
        }
    }
}
