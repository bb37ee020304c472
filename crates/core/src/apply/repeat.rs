//! Writes that do the same when they are carried out twice.

use tokio::time::Instant;

use crate::cloud::retry::{CHECKED_WRITE, Next, SAME_TWICE};
use crate::cloud::{Answer, CloudError};
use crate::pause::sleep;

/// Sends what does the same twice, again where its answer is lost.
pub async fn repeat(send: impl AsyncFn() -> Answer<()>) -> Answer<()> {
    let start = Instant::now();
    let mut attempts = 0;
    loop {
        let Err(error) = send().await else {
            return Ok(());
        };
        attempts += 1;
        match SAME_TWICE.next(error.kind, attempts, start.elapsed(), 0.0) {
            Next::Wait(wait) => sleep(wait).await,
            Next::GiveUp => return Err(error),
        }
    }
}

/// Sends what does the same twice, until a look shows that it was done. Whoever answers on the way
/// can say that it was; only AWS shows it.
///
/// # Errors
/// When AWS says no or is out of reach, and `not_shown` when it goes on showing what was before.
pub async fn repeat_until_shown(
    send: impl AsyncFn() -> Answer<()>,
    is_shown: impl AsyncFn() -> Answer<bool>,
    not_shown: CloudError,
) -> Answer<()> {
    let start = Instant::now();
    let mut attempts = 0;
    loop {
        let error = match send().await {
            Ok(()) => not_shown.clone(),
            Err(error) if error.is_transport() => error,
            Err(error) => return Err(error),
        };
        if is_shown().await? {
            return Ok(());
        }
        attempts += 1;
        match CHECKED_WRITE.next(error.kind, attempts, start.elapsed(), 0.0) {
            Next::Wait(wait) => sleep(wait).await,
            Next::GiveUp => return Err(error),
        }
    }
}
