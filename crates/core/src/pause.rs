//! Every wait between two requests goes through here, so that tests against a simulated ECS can
//! speed them up. Timeouts of answers do not.

use std::sync::OnceLock;
use std::time::Duration;

use tokio::time::Instant;

static SPEED: OnceLock<u32> = OnceLock::new();

/// Lets the clock of this process run so many times faster than the wall's: a simulated ECS has a
/// fast one too, and whoever tests against it need not wait at the pace of the real one.
///
/// A release build has no such thing: what waits too little is throttled, with all its
/// neighbours in the account.
#[cfg(debug_assertions)]
pub fn speed_up(times: u32) {
    let _ = SPEED.set(times.max(1));
}

/// Waits before the next request.
pub async fn sleep(wait: Duration) {
    tokio::time::sleep(shortened(wait)).await;
}

/// Returns how long to wait instead of `wait`, for those whose waits are made elsewhere.
#[must_use]
pub fn shortened(wait: Duration) -> Duration {
    wait / speed()
}

/// Returns how long ago a moment was, by the clock that waits go by.
#[must_use]
pub fn elapsed(since: Instant) -> Duration {
    since.elapsed() * speed()
}

fn speed() -> u32 {
    SPEED.get().copied().unwrap_or(1)
}
