//! Repeats writes that may safely be carried out twice.

use crate::cloud::retry::{CHECKED_WRITE, SAME_TWICE};
use crate::cloud::{Answer, CloudError, Retrying};

/// Sends what does the same twice, again where its answer is lost.
pub async fn retry_idempotent(send: impl AsyncFn() -> Answer<()>) -> Answer<()> {
    let mut retrying = Retrying::by(&SAME_TWICE);
    loop {
        let Err(error) = send().await else {
            return Ok(());
        };
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
