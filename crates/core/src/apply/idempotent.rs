//! Repeats writes that may safely be carried out twice.

use crate::cloud::retry::{CHECKED_WRITE, SAME_TWICE, WhileBusy};
use crate::cloud::{Answer, CloudError, ErrorKind, Retrying};
use crate::pause::sleep;

/// Sends what does the same twice, again where its answer is lost, and where AWS is too busy to look
/// at it.
pub async fn retry_idempotent(
    busy: WhileBusy<'_>,
    send: impl AsyncFn() -> Answer<()>,
) -> Answer<()> {
    let mut retrying = Retrying::by(&SAME_TWICE);
    let mut refused = 0;
    loop {
        let Err(error) = send().await else {
            return Ok(());
        };
        if error.kind == ErrorKind::Throttled {
            refused += 1;
            let Some(wait) = busy.wait(refused) else {
                return Err(error);
            };
            sleep(wait).await;
            continue;
        }
        if !retrying.is_due(error.kind).await {
            return Err(error);
        }
    }
}

/// Sends what does the same twice, until a look shows that it was done. Whoever answers on the way
/// can say that it was; only AWS shows it.
///
/// # Errors
/// When AWS says no or is out of reach, and `not_shown` when it goes on showing what was before.
pub async fn retry_until_visible(
    send: impl AsyncFn() -> Answer<()>,
    is_shown: impl AsyncFn() -> Answer<bool>,
    not_shown: CloudError,
) -> Answer<()> {
    let mut retrying = Retrying::by(&CHECKED_WRITE);
    loop {
        let error = match send().await {
            Ok(()) => not_shown.clone(),
            Err(error) if error.is_transport() => error,
            Err(error) => return Err(error),
        };
        if is_shown().await? {
            return Ok(());
        }
        if !retrying.is_due(error.kind).await {
            return Err(error);
        }
    }
}
