//! How long a registry is waited for.

use std::time::Duration;

/// Bounds on the attempts of one request.
#[derive(Debug, Clone, Copy)]
pub(in crate::registry) struct Patience {
    /// How many there are at most.
    pub(in crate::registry) attempts: u32,
    /// How long one of them may take, from connecting to the last byte.
    pub(in crate::registry) attempt: Duration,
    /// The first wait between two of them, which doubles each time.
    pub(in crate::registry) wait: Duration,
    /// The longest wait, also where the server asks for a longer one.
    pub(in crate::registry) longest_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 4,
            attempt: Duration::from_secs(15),
            wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(10),
        }
    }
}

impl Patience {
    /// Returns the wait after an attempt: what the server asked for, or a time that doubles,
    /// halved at most by chance, so that callers who were refused together don't return together.
    pub(super) fn wait(&self, attempt: u32, asked: Option<Duration>) -> Duration {
        let doubled = self.wait * (1 << (attempt - 1).min(8));
        let chosen = asked.unwrap_or_else(|| doubled.mul_f64(0.5 + fastrand::f64() / 2.0));
        chosen.min(self.longest_wait)
    }
}
