//! Waits between two requests: every one of them passes here. Never how long an answer may take,
//! and never when to give up.

use std::sync::OnceLock;
use std::time::Duration;

static HASTE: OnceLock<u32> = OnceLock::new();

/// Shortens every wait of this process so many times: a simulated ECS has a clock of its own,
/// and whoever tests against it need not wait at the pace of the real one.
///
/// A release build has no such thing: what waits too little is throttled, with all its
/// neighbours in the account.
#[cfg(debug_assertions)]
pub fn hurry(times: u32) {
    let _ = HASTE.set(times.max(1));
}

/// Waits before the next request.
pub(crate) async fn sleep(wait: Duration) {
    tokio::time::sleep(shortened(wait)).await;
}

/// Returns how long to wait instead of `wait`, for those whose waits are made elsewhere.
#[must_use]
pub(crate) fn shortened(wait: Duration) -> Duration {
    HASTE.get().map_or(wait, |times| wait / *times)
}
