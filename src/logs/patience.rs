//! Asks again where AWS gave no answer.

use std::time::Duration;

use tokio::time::Instant;

use crate::cloud::{Answer, ErrorKind};
use crate::pause::sleep;

/// How long AWS may be out of reach before reading gives up.
const OUT_OF_REACH: Duration = Duration::from_mins(2);

/// Asks until there is an answer. Somebody who is throttled waits for as long as it takes: the
/// rate is the whole account's, and whoever uses it up may go on for long.
///
/// # Errors
/// When AWS says no, or stays out of reach for two minutes.
pub(super) async fn patiently<T>(
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
        let gives_up = error.kind != ErrorKind::Throttled && start.elapsed() >= OUT_OF_REACH;
        if !error.is_transport() || gives_up {
            return Err(error);
        }
        if silence == 0 {
            note(&format!("{error}; looking again"));
        }
        sleep(wait(silence, fastrand::f64())).await;
        silence += 1;
    }
}

/// Doubles from a second to eight, a quarter less at most by chance.
fn wait(silence: u32, chance: f64) -> Duration {
    Duration::from_secs(1 << silence.min(3)).mul_f64(1.0 - chance / 4.0)
}
