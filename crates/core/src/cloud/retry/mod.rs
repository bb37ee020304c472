//! The retry policies: when a request is sent again, and when to give up.
//!
//! Pure: knows no clock, no chance and no network. [`Retrying`](super::Retrying) counts, measures
//! and sleeps for most of those who send.

#[cfg(test)]
mod tests;
mod write;

use std::time::Duration;

pub use write::{Attempts, EffectChecks, WhileBusy};

use super::ErrorKind;
use ErrorKind::{Lost, Throttled, Unreachable, Unreadable};

/// What is tried again, how soon, and how often or how long.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// The kinds that another attempt may mend.
    pub again: &'static [ErrorKind],
    /// Those among them that never use up `within`.
    pub endless: &'static [ErrorKind],
    /// How many attempts there are at most.
    pub attempts: Option<u32>,
    /// How many there are at most where AWS is busy: what others leave of its rate takes some to
    /// learn. None: as many as else.
    pub busy: Option<u32>,
    /// How long after the first, or after the last answer, an attempt may begin at the latest.
    pub within: Option<Duration>,
    /// The waits between them.
    pub pace: Pace,
}

/// How waits grow.
#[derive(Debug, Clone, Copy)]
pub enum Pace {
    /// All are the same.
    Steady(Duration),
    /// Each is longer than the one before by as much as the first.
    Lengthening(Duration),
    /// Each is twice as long as the one before.
    Doubling {
        /// The first.
        first: Duration,
        /// The longest.
        longest: Duration,
        /// The share of a wait, from 0 to 1, that chance may take off it, so that callers who were
        /// refused together don't come back together.
        spread: f64,
    },
}

/// What to do after an attempt that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Try again after this long.
    Wait(Duration),
    /// Tell the error.
    GiveUp,
}

/// No usable answer came: AWS said neither yes nor no.
pub const SILENCE: &[ErrorKind] = &[Throttled, Unreachable, Lost, Unreadable];

/// A question to AWS: at most five requests, with at most 7.5 seconds of waits; of a busy AWS at most
/// twelve, within a minute.
pub const READ: Policy = Policy {
    again: SILENCE,
    endless: &[],
    attempts: Some(5),
    busy: Some(12),
    within: Some(Duration::from_mins(1)),
    pace: Pace::Doubling {
        first: Duration::from_millis(500),
        longest: Duration::from_secs(4),
        spread: 0.5,
    },
};

/// A write that AWS was too busy to look at: at most eight requests, with at most 31.5 seconds of
/// waits. Nothing else sends a write again without a look; [`WhileBusy`] says how long whoever looks
/// goes on.
pub const THROTTLED_WRITE: Policy = Policy {
    again: &[Throttled],
    endless: &[],
    attempts: Some(8),
    busy: None,
    within: None,
    pace: Pace::Doubling {
        first: Duration::from_millis(500),
        longest: Duration::from_secs(8),
        spread: 0.5,
    },
};

/// A write that does the same when it is carried out twice: three requests, a second apart.
pub const SAME_TWICE: Policy = Policy {
    again: &[Unreachable, Lost, Unreadable],
    endless: &[],
    attempts: Some(3),
    busy: None,
    within: None,
    pace: Pace::Steady(Duration::from_secs(1)),
};

/// A write that is looked for before it is sent again: five rounds of a look and a request, a
/// second apart, since reads may be behind.
pub const CHECKED_WRITE: Policy = Policy {
    again: SILENCE,
    endless: &[],
    attempts: Some(5),
    busy: None,
    within: None,
    pace: Pace::Steady(Duration::from_secs(1)),
};

/// How long what follows something goes on without an answer: two minutes. What it follows goes on
/// meanwhile.
pub const OUT_OF_REACH: Policy = Policy {
    again: SILENCE,
    endless: &[],
    attempts: None,
    busy: None,
    within: Some(Duration::from_mins(2)),
    pace: Pace::Doubling {
        first: Duration::from_secs(1),
        longest: Duration::from_secs(8),
        spread: 0.25,
    },
};

/// Reading logs: as long as anything that follows, but who is throttled waits for as long as it
/// takes. The rate is the whole account's, and whoever uses it up may go on for long.
pub const LOGS: Policy = Policy {
    endless: &[Throttled],
    ..OUT_OF_REACH
};

/// A request to a model registry: at most four, with at most 3.5 seconds of waits, or what the
/// registry asks for and ten seconds each.
pub const REGISTRY: Policy = Policy {
    again: SILENCE,
    endless: &[],
    attempts: Some(4),
    busy: None,
    within: None,
    pace: Pace::Doubling {
        first: Duration::from_millis(500),
        longest: Duration::from_secs(10),
        spread: 0.5,
    },
};

impl Policy {
    /// Returns what to do after so many attempts, the last of which failed in this way. `elapsed`
    /// is since the first attempt or the last answer; `chance` is from 0 to 1.
    #[must_use]
    pub fn next(&self, kind: ErrorKind, attempts: u32, elapsed: Duration, chance: f64) -> Next {
        let is_busy = kind == Throttled;
        let most = self.busy.filter(|_| is_busy).or(self.attempts);
        let used_up = most.is_some_and(|most| attempts >= most);
        let too_late = self.is_over(kind, elapsed);
        if used_up || too_late || !self.again.contains(&kind) {
            return Next::GiveUp;
        }
        Next::Wait(self.pace.wait(attempts, chance))
    }

    /// Returns whether this kind has lasted too long.
    #[must_use]
    pub fn is_over(&self, kind: ErrorKind, elapsed: Duration) -> bool {
        !self.endless.contains(&kind) && self.within.is_some_and(|within| elapsed >= within)
    }

    /// Returns the wait that a server asks for, as far as it is followed.
    #[must_use]
    pub fn asked(&self, wait: Duration) -> Duration {
        match self.pace {
            Pace::Steady(longest) | Pace::Doubling { longest, .. } => wait.min(longest),
            Pace::Lengthening(_) => wait,
        }
    }
}

impl Pace {
    /// Returns the wait after so many attempts, of which there was at least one.
    #[must_use]
    pub fn wait(self, attempts: u32, chance: f64) -> Duration {
        match self {
            Self::Steady(wait) => wait,
            Self::Lengthening(by) => by * attempts,
            Self::Doubling {
                first,
                longest,
                spread,
            } => {
                let doubled = first.saturating_mul(1 << attempts.saturating_sub(1).min(16));
                let off = spread * chance.clamp(0.0, 1.0);
                doubled.min(longest).mul_f64(1.0 - off)
            }
        }
    }
}
