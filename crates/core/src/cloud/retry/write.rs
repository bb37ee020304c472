//! Retries of a write that must take effect at most once: it is sent again only after every check
//! found no effect of it.

use std::time::Duration;

use super::{Pace, Policy, SILENCE};
use crate::cloud::ErrorKind;

/// How often a write is sent when each answer is lost and nothing of it is found.
pub(super) const SENT_AT_MOST: u32 = 3;

/// ECS's lists can be behind, and a request can be on its way after its sender gave up on it: five
/// looks within fifteen seconds.
const IN_DOUBT: Policy = Policy {
    again: SILENCE,
    endless: &[],
    attempts: Some(5),
    busy: None,
    within: None,
    pace: Pace::Lengthening(Duration::from_secs(1)),
};

/// A request that never got a connection did nothing; a moment later there may be one.
const NOT_SENT: Policy = Policy {
    attempts: Some(1),
    ..IN_DOUBT
};

/// How long AWS is given that was too busy to look at a write, after all that its adapter waits for.
/// Nothing was done: what such a write needs is a look at what others did meanwhile.
pub(super) const BUSY: Policy = Policy {
    again: &[ErrorKind::Throttled],
    endless: &[ErrorKind::Throttled],
    attempts: None,
    busy: None,
    within: None,
    pace: Pace::Doubling {
        first: Duration::from_secs(1),
        longest: Duration::from_secs(8),
        spread: 0.0,
    },
};

/// Whether what AWS was too busy to look at is still to be sent again: until the command's timeout,
/// and until somebody interrupts it. What has not begun by then does not begin any more.
#[derive(Clone, Copy)]
pub struct WhileBusy<'a> {
    goes_on: &'a dyn Fn() -> bool,
    is_interrupted: &'a dyn Fn() -> bool,
}

impl<'a> WhileBusy<'a> {
    /// Asks a function.
    #[must_use]
    pub fn new(goes_on: &'a dyn Fn() -> bool) -> Self {
        Self {
            goes_on,
            is_interrupted: &|| false,
        }
    }

    /// Asks another one whether somebody interrupted the command.
    #[must_use]
    pub fn unless(self, is_interrupted: &'a dyn Fn() -> bool) -> Self {
        Self {
            is_interrupted,
            ..self
        }
    }

    /// Returns whether it is.
    #[must_use]
    pub fn goes_on(self) -> bool {
        (self.goes_on)()
    }

    /// Returns whether somebody interrupted the command.
    #[must_use]
    pub fn is_interrupted(self) -> bool {
        (self.is_interrupted)()
    }

    /// Returns the wait before a write is sent again that AWS was too busy to look at this often.
    #[must_use]
    pub fn wait(self, times: u32) -> Option<Duration> {
        self.goes_on().then(|| BUSY.pace.wait(times, 0.0))
    }
}

impl WhileBusy<'static> {
    /// As long as the adapter does, and no longer.
    #[must_use]
    pub fn no_longer() -> Self {
        Self::new(&|| false)
    }
}

/// What is known of the requests that a write took so far.
#[derive(Debug, Default)]
pub struct Attempts {
    sent: u32,
    /// How often AWS was too busy to look at it.
    refused: u32,
    /// Whether one of them may have taken effect.
    in_doubt: bool,
}

/// The looks that a write's failure calls for.
#[derive(Debug)]
pub struct EffectChecks {
    policy: Policy,
    taken: u32,
    /// Whether the write may be sent again after them.
    again: bool,
}

impl Attempts {
    /// Returns whether any of them may have taken effect.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Takes in how a request failed. Without looks there is nothing to look for, and nothing to
    /// send again.
    pub fn failed(&mut self, kind: ErrorKind, busy: WhileBusy<'_>) -> Option<EffectChecks> {
        let is_busy = kind == ErrorKind::Throttled;
        if is_busy {
            self.refused += 1;
        } else {
            self.sent += 1;
        }
        self.in_doubt |= kind.may_have_happened();
        let not_sent = kind == ErrorKind::Unreachable;
        let policy = if self.in_doubt {
            IN_DOUBT
        } else if not_sent {
            NOT_SENT
        } else if is_busy {
            Policy {
                pace: Pace::Steady(busy.wait(self.refused)?),
                ..NOT_SENT
            }
        } else {
            return None;
        };
        let is_worth_it = kind.may_have_happened() || not_sent;
        Some(EffectChecks {
            policy,
            taken: 0,
            again: if is_busy {
                busy.goes_on()
            } else {
                is_worth_it && self.sent < SENT_AT_MOST
            },
        })
    }
}

impl EffectChecks {
    /// Looks for what others did, which is why AWS refused the write.
    #[must_use]
    pub fn of_others() -> Self {
        Self {
            policy: IN_DOUBT,
            taken: 0,
            again: false,
        }
    }

    /// Takes the write for one that AWS accepted: it is looked for, and never sent again.
    #[must_use]
    pub fn of_accepted(mut self) -> Self {
        self.again = false;
        self
    }

    /// Returns the wait before the next look, as long as there is one.
    pub fn next_wait(&mut self) -> Option<Duration> {
        if self.policy.attempts.is_some_and(|most| self.taken >= most) {
            return None;
        }
        self.taken += 1;
        Some(self.policy.pace.wait(self.taken, 0.0))
    }

    /// Returns whether to send the write once more, after looks that found nothing of it.
    #[must_use]
    pub fn may_send_again(mut self) -> bool {
        self.next_wait().is_none() && self.again
    }
}
