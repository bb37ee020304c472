//! Looks at services again and again, until a signal.

use std::time::Duration;

use super::{ServiceStatus, status};
use crate::app::at_once::in_order;
use crate::app::not_there::{explained, meant};
use crate::app::{Context, Subject};
use crate::cloud::{Answer, Balancing, Cloud, Ecs};
use crate::pause::sleep;
use crate::progress::Interrupt;
use crate::release::ids::ServiceId;

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_secs(5);

/// What a look found of each service.
pub type Look = Vec<(ServiceId, Answer<ServiceStatus>)>;

/// Looks at services once, at all of them at the same time.
pub async fn look<C: Cloud + Balancing>(cloud: &C, services: &[ServiceId]) -> Look {
    let each = services
        .iter()
        .map(async |id| (id.clone(), status(cloud, id).await));
    in_order(each).await
}

/// Adds what was probably meant by services that are not there.
pub async fn explain<C: Ecs>(cloud: &C, subjects: &[Subject], seen: &mut Look) {
    for (subject, (_, answer)) in subjects.iter().zip(seen) {
        match answer {
            Ok(status) if !status.is_there() && status.note.is_none() => {
                status.meant = meant(cloud, subject).await;
            }
            Ok(_) => {}
            Err(error) => *error = explained(cloud, subject, error.clone()).await,
        }
    }
}

/// Looks at services until a signal, and shows each look. What AWS did not answer may come with
/// the next one; what it refuses does not, and ends it.
///
/// # Errors
/// Returns the look that has a refusal in it.
pub async fn refresh<C: Cloud + Balancing>(
    context: &Context<'_, C>,
    services: &[ServiceId],
    show: &mut dyn FnMut(&Look),
) -> Result<Interrupt, Look> {
    let looking = async {
        loop {
            let seen = look(context.cloud, services).await;
            let is_refused = |(_, answer): &(ServiceId, Answer<ServiceStatus>)| {
                answer.as_ref().is_err_and(|error| !error.is_transport())
            };
            if seen.iter().any(is_refused) {
                return seen;
            }
            show(&seen);
            sleep(PAUSE).await;
        }
    };
    tokio::select! {
        seen = Box::pin(looking) => Err(seen),
        signal = context.interrupts.wait() => Ok(signal),
    }
}
