//! How much there is to judge by.

/// What the arm of fewer events has. Below a minimum the asymptotics that all inference here
/// rests on do not hold yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Successes of a proportion.
    Events(u64),
    /// [Effective events](crate::Mean::effective_events) of a mean. A mean whose values come from
    /// a few large ones is not measured before they came: an arm without them looks worse than it
    /// is, and surer.
    EffectiveEvents(u64),
    /// Values below 0, of which sums don't tell how far they are from any normal mean.
    NeedsRows,
}

impl Evidence {
    /// What nothing was counted of.
    pub const NONE: Self = Self::Events(0);

    /// Returns the events.
    #[must_use]
    pub fn events(self) -> u64 {
        match self {
            Self::Events(events) | Self::EffectiveEvents(events) => events,
            Self::NeedsRows => 0,
        }
    }
}
