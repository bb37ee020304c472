//! When a write may be sent again, and how long to look for its effect before.

use std::time::Duration;

use crate::cloud::{CloudError, ErrorKind};

/// How often a write is sent when each answer is lost and nothing of it is found.
pub(super) const ATTEMPTS: u32 = 3;

/// What is known of the requests that a write took so far.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    sent: u32,
    /// Whether one of them may have taken effect.
    in_doubt: bool,
}

impl Attempts {
    /// Takes in how a request failed. Returns the waits before each look for its effect; without
    /// any, there is nothing to look for.
    pub(super) fn failed(&mut self, error: &CloudError) -> Vec<Duration> {
        self.sent += 1;
        self.in_doubt |= error.may_have_happened();
        let seconds: &[u64] = if self.in_doubt {
            // ECS's lists can be behind, and a request can be on its way after its sender gave
            // up on it.
            &[1, 2, 3, 4, 5]
        } else if error.kind == ErrorKind::Unreachable {
            &[1]
        } else {
            &[]
        };
        seconds.iter().copied().map(Duration::from_secs).collect()
    }

    /// Returns whether to send once more, after nothing was found of it.
    pub(super) fn may_send_again(&self, error: &CloudError) -> bool {
        let is_worth_it = error.may_have_happened() || error.kind == ErrorKind::Unreachable;
        is_worth_it && self.sent < ATTEMPTS
    }
}
