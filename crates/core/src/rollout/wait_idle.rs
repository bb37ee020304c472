//! Waits until a service has no running deployment.

use std::time::Duration;

use tokio::time::Instant;

use crate::cloud::retry::{Next, OUT_OF_REACH};
use crate::cloud::{Answer, Cloud};
use crate::pause::{elapsed, sleep};
use crate::plan::Started;
use crate::progress::{Event, Observer};
use crate::release::LiveService;
use crate::release::ids::ServiceId;

/// Nothing of ours depends on the moment, so every few seconds will do.
const EVERY: Duration = Duration::from_secs(3);

/// Waits for the end of a deployment that somebody else runs. Returns false when time runs out.
///
/// # Errors
/// When AWS says no, or stays out of reach for two minutes.
pub async fn wait_until_idle<C: Cloud>(
    cloud: &C,
    service: &ServiceId,
    running: &Started,
    timeout: Duration,
    report: &mut dyn Observer,
) -> Answer<bool> {
    let deployment = running.deployment.clone();
    report.event(service, &Event::WaitingFor { deployment });
    let start = Instant::now();
    let mut last_answer = start;
    let mut was_silent = false;
    loop {
        match cloud.service(service).await {
            Ok(live) if live.as_ref().and_then(LiveService::running).is_none() => return Ok(true),
            Ok(_) => {
                last_answer = Instant::now();
                was_silent = false;
            }
            Err(error) => {
                if OUT_OF_REACH.next(error.kind, 1, last_answer.elapsed(), 0.0) == Next::GiveUp {
                    return Err(error);
                }
                if !was_silent {
                    let message = format!("{error}; looking again");
                    report.event(service, &Event::Note { message });
                }
                was_silent = true;
            }
        }
        let left = timeout.saturating_sub(elapsed(start));
        if left.is_zero() {
            return Ok(false);
        }
        sleep(EVERY.min(left)).await;
    }
}
