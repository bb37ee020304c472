//! A token bucket that learns how much of its rate others leave. Pure: time is a parameter.

use std::time::Duration;

/// How many requests AWS takes: so many at once, and so many a second from then on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// How many at once, after a while without any.
    pub burst: f64,
    /// How many a second.
    pub refill: f64,
}

/// What a refusal leaves of the share that was believed in.
const LESS: f64 = 0.8;
/// How much of the whole the share grows in a second without one.
const MORE: f64 = 0.02;
/// And at most for each token that a second brings: a slow bucket is tried less often.
const MORE_FOR_EACH: f64 = 0.005;
/// The smallest share: whoever else asks, AWS serves everybody now and then.
const LEAST: f64 = 0.05;
/// How long refusals tell of the same: those of requests that were on their way together.
const TOGETHER: Duration = Duration::from_secs(1);
/// What of a burst is held back: requests arrive closer together than they were sent.
const HELD_BACK: f64 = 0.05;

/// A bucket of tokens, of which each request takes one.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    rate: Rate,
    tokens: f64,
    /// The part of the rate that others leave.
    share: f64,
    at: Duration,
    refused_at: Option<Duration>,
}

impl Bucket {
    /// Begins full: what others did before is not known.
    #[must_use]
    pub(super) fn new(rate: Rate) -> Self {
        let mut bucket = Self {
            rate,
            tokens: 0.0,
            share: 1.0,
            at: Duration::ZERO,
            refused_at: None,
        };
        bucket.tokens = bucket.most();
        bucket
    }

    /// Takes a token, or says how long it takes until there is one.
    ///
    /// # Errors
    /// The wait.
    pub(super) fn take(&mut self, now: Duration) -> Result<(), Duration> {
        self.pass(now);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        let lacking = 1.0 - self.tokens;
        // Rounded up: a wait that ends a moment too soon would be followed by another.
        let wait = Duration::from_secs_f64(lacking / (self.rate.refill * self.share));
        Err(wait + Duration::from_millis(1))
    }

    /// Learns that AWS had no token left: somebody else takes them.
    pub(super) fn refused(&mut self, now: Duration) {
        self.pass(now);
        self.tokens = self.tokens.min(0.0);
        let is_news = self
            .refused_at
            .is_none_or(|before| now.saturating_sub(before) >= TOGETHER);
        if is_news {
            self.share = (self.share * LESS).max(LEAST);
            self.refused_at = Some(now);
        }
    }

    fn pass(&mut self, now: Duration) {
        let seconds = now.saturating_sub(self.at).as_secs_f64();
        self.at = self.at.max(now);
        let refilled = self.tokens + seconds * self.rate.refill * self.share;
        self.tokens = refilled.min(self.most());
        let more = MORE.min(self.rate.refill * MORE_FOR_EACH);
        self.share = (self.share + seconds * more).min(1.0);
    }

    fn most(&self) -> f64 {
        (self.rate.burst * (1.0 - HELD_BACK)).max(1.0)
    }
}
