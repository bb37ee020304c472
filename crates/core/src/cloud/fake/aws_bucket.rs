//! AWS's side of a bucket of requests: it knows nothing of what a limiter holds back.

use crate::cloud::Rate;

/// AWS's side of a bucket of requests. Times are in seconds.
#[derive(Debug)]
pub struct AwsBucket {
    rate: Rate,
    tokens: f64,
    at: f64,
}

impl AwsBucket {
    /// Begins full.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            tokens: rate.burst,
            at: 0.0,
        }
    }

    /// Says whether a request is taken, or refused for the rate.
    pub fn takes(&mut self, now: f64) -> bool {
        let refilled = self.tokens + (now - self.at).max(0.0) * self.rate.refill;
        self.tokens = refilled.min(self.rate.burst);
        self.at = self.at.max(now);
        let takes = self.tokens >= 1.0;
        if takes {
            self.tokens -= 1.0;
        }
        takes
    }
}
