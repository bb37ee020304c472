//! Retries requests for logs.

use tokio::time::Instant;

use crate::cloud::Answer;
use crate::cloud::retry::{LOGS, Next};
use crate::pause::sleep;

/// Asks until there is an answer. Somebody who is throttled waits for as long as it takes.
///
/// # Errors
/// When AWS says no, or stays out of reach for two minutes.
pub(super) async fn with_retries<T>(
    note: impl Fn(&str),
    ask: impl AsyncFn() -> Answer<T>,
) -> Answer<T> {
    let start = Instant::now();
    let mut silence = 0;
    loop {
        let error = match ask().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        silence += 1;
        let wait = match LOGS.next(error.kind, silence, start.elapsed(), fastrand::f64()) {
            Next::Wait(wait) => wait,
            Next::GiveUp => return Err(error),
        };
        if silence == 1 {
            note(&format!("{error}; looking again"));
        }
        sleep(wait).await;
    }
}
