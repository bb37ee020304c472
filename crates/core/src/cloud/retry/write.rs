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
    within: None,
    pace: Pace::Lengthening(Duration::from_secs(1)),
};

/// A request that never got a connection did nothing; a moment later there may be one.
const NOT_SENT: Policy = Policy {
    attempts: Some(1),
    ..IN_DOUBT
};

/// What is known of the requests that a write took so far.
#[derive(Debug, Default)]
pub struct Attempts {
    sent: u32,
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
    /// Takes in how a request failed. Without looks there is nothing to look for, and nothing to
    /// send again.
    pub fn failed(&mut self, kind: ErrorKind) -> Option<EffectChecks> {
        self.sent += 1;
        self.in_doubt |= kind.may_have_happened();
        let not_sent = kind == ErrorKind::Unreachable;
        let policy = if self.in_doubt {
            IN_DOUBT
        } else if not_sent {
            NOT_SENT
        } else {
            return None;
        };
        let is_worth_it = kind.may_have_happened() || not_sent;
        Some(EffectChecks {
            policy,
            taken: 0,
            again: is_worth_it && self.sent < SENT_AT_MOST,
        })
    }
}

impl EffectChecks {
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
