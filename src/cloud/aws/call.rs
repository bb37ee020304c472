//! How a request is sent: reads as often as the SDK sees fit, writes once unless throttled.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::classify::classify;
use crate::cloud::{Answer, ErrorKind};

/// Attempts of a write that ECS throttles; the waits add up to about half a minute.
const THROTTLED_ATTEMPTS: u32 = 8;

/// Sends a read.
pub(super) async fn read<T, E>(
    operation: &'static str,
    request: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
) -> Answer<T>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    request.await.map_err(|error| classify(operation, &error))
}

/// Sends a write: once, and again only when ECS said that it was too busy to look at it.
pub(super) async fn write<T, E, F>(operation: &'static str, request: impl Fn() -> F) -> Answer<T>
where
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    E: ProvideErrorMetadata + Error + 'static,
{
    let mut attempt = 0;
    loop {
        let error = match request().await {
            Ok(answer) => return Ok(answer),
            Err(error) => classify(operation, &error),
        };
        attempt += 1;
        if error.kind != ErrorKind::Throttled || attempt == THROTTLED_ATTEMPTS {
            return Err(error);
        }
        crate::pause::sleep(backoff(attempt)).await;
    }
}

/// Doubles from a quarter of a second to eight seconds, each halved at most by chance, so that
/// callers who were throttled together don't come back together.
fn backoff(attempt: u32) -> Duration {
    let longest = 0.25 * f64::from(1_u32 << attempt.min(5));
    Duration::from_secs_f64(longest * (0.5 + fastrand::f64() / 2.0))
}
