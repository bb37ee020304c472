//! Asks about many things at once, some of which may be gone.

use futures_util::{StreamExt, TryStreamExt, stream};

use mlship_core::cloud::{Answer, CloudError};

/// What Elastic Load Balancing takes in one request.
const AT_ONCE: usize = 20;

/// How many requests are under way at the same time. The API allows few a second.
pub(super) const TOGETHER: usize = 4;

/// Asks in batches and returns what is there. One that is gone spoils its whole request without
/// being told apart, so a refused batch is halved.
pub(super) async fn those_there<T>(
    arns: &[String],
    gone: &str,
    ask: impl AsyncFn(Vec<String>) -> Answer<Vec<T>>,
) -> Answer<Vec<T>> {
    let batches = arns.chunks(AT_ONCE).map(|batch| halving(batch, gone, &ask));
    stream::iter(batches).buffered(TOGETHER).try_concat().await
}

async fn halving<T>(
    batch: &[String],
    gone: &str,
    ask: &impl AsyncFn(Vec<String>) -> Answer<Vec<T>>,
) -> Answer<Vec<T>> {
    let mut found = Vec::new();
    let mut left = vec![batch];
    while let Some(batch) = left.pop() {
        match ask(batch.to_vec()).await {
            Ok(some) => found.extend(some),
            Err(error) if !is(&error, gone) => return Err(error),
            Err(_) if batch.len() == 1 => {}
            Err(_) => {
                let (first, second) = batch.split_at(batch.len() / 2);
                left.extend([second, first]);
            }
        }
    }
    Ok(found)
}

/// Returns whether an error has a code. Emulators may give it the name of its exception.
pub(super) fn is(error: &CloudError, code: &str) -> bool {
    let given = error.code.as_deref().unwrap_or_default();
    given.strip_suffix("Exception").unwrap_or(given) == code
}
