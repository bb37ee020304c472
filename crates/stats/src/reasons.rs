//! All reasons that there are, for those who explain or list them.

use super::guardrail::OpenReason;
use super::judge::Reason;

impl Reason {
    /// Every reason for which there is no verdict, in the order in which they go before each other.
    pub const ALL: [Self; 14] = [
        Self::MeasuresUnknown,
        Self::MoreTrialsThanRequests,
        Self::RequestsMissing,
        Self::UnitIsRequest,
        Self::RowsMissing,
        Self::RowsUnfit,
        Self::NeedsRows,
        Self::TooFewLargeValues,
        Self::NothingKnown,
        Self::NoLookYet,
        Self::TooFewEvents,
        Self::Contradiction,
        Self::GuardrailsInconclusive,
        Self::IntervalTooWide,
    ];
}

impl OpenReason {
    /// Every reason for which a guardrail is open, in that order.
    pub const ALL: [Self; 7] = [
        Self::NothingKnown,
        Self::NeedsRows,
        Self::TooFewLargeValues,
        Self::TooFewTrials,
        Self::TooFewStretches,
        Self::FewClients,
        Self::IntervalTooWide,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A new one does not compile before it has a place here.
    fn place(reason: Reason) -> usize {
        match reason {
            Reason::MeasuresUnknown => 0,
            Reason::MoreTrialsThanRequests => 1,
            Reason::RequestsMissing => 2,
            Reason::UnitIsRequest => 3,
            Reason::RowsMissing => 4,
            Reason::RowsUnfit => 5,
            Reason::NeedsRows => 6,
            Reason::TooFewLargeValues => 7,
            Reason::NothingKnown => 8,
            Reason::NoLookYet => 9,
            Reason::TooFewEvents => 10,
            Reason::Contradiction => 11,
            Reason::GuardrailsInconclusive => 12,
            Reason::IntervalTooWide => 13,
        }
    }

    fn place_of_open(reason: OpenReason) -> usize {
        match reason {
            OpenReason::NothingKnown => 0,
            OpenReason::NeedsRows => 1,
            OpenReason::TooFewLargeValues => 2,
            OpenReason::TooFewTrials => 3,
            OpenReason::TooFewStretches => 4,
            OpenReason::FewClients => 5,
            OpenReason::IntervalTooWide => 6,
        }
    }

    #[test]
    fn every_reason_is_in_its_list_once() {
        for (at, reason) in Reason::ALL.into_iter().enumerate() {
            assert_eq!(place(reason), at);
        }
        for (at, reason) in OpenReason::ALL.into_iter().enumerate() {
            assert_eq!(place_of_open(reason), at);
        }
    }
}
