//! Looks at services again and again, until a signal.

use std::time::Duration;

use super::{ServiceStatus, status};
use crate::app::at_once::in_order;
use crate::app::not_there::{explained, meant};
use crate::app::traffic::mend_with;
use crate::app::{Interrupts, Subject};
use crate::cloud::{Answer, Balancing, Cloud, CloudError, Ecs};
use crate::pause::sleep;
use crate::progress::Interrupt;
use crate::release::ids::ServiceId;

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_secs(5);

/// What a look found of each service.
pub type Look = Vec<(ServiceId, Answer<ServiceStatus>)>;

/// A service to look at, and by which connection that is.
pub struct ToLookAt<'a, C> {
    /// Whom the command is about.
    pub subject: &'a Subject,
    /// The command that shows how its traffic should go, as it can be pasted.
    pub repair: String,
    /// Who is asked, or why nobody is.
    pub cloud: Result<&'a C, &'a CloudError>,
}

/// Looks at services once, at all of them at the same time.
pub async fn look<C: Cloud + Balancing>(services: &[ToLookAt<'_, C>]) -> Look {
    let each = services.iter().map(async |service| {
        let id = service.subject.service();
        let mut answer = match service.cloud {
            Ok(cloud) => status(cloud, id).await,
            Err(error) => Err(error.clone()),
        };
        if let Ok(status) = &mut answer
            && let Some(misrouted) = &mut status.misrouted
        {
            misrouted.hint = Some(mend_with(&service.repair));
        }
        (id.clone(), answer)
    });
    in_order(each).await
}

/// Adds what was probably meant by services that are not there.
pub async fn explain<C: Ecs>(services: &[ToLookAt<'_, C>], seen: &mut Look) {
    for (service, (_, answer)) in services.iter().zip(seen) {
        let Ok(cloud) = service.cloud else {
            continue;
        };
        match answer {
            Ok(status) if !status.is_there() && status.note.is_none() => {
                status.meant = meant(cloud, service.subject).await;
            }
            Ok(_) => {}
            Err(error) => *error = explained(cloud, service.subject, error.clone()).await,
        }
    }
}

/// Looks at services until a signal, and shows each look. What AWS did not answer may come with
/// the next one; what it refuses does not, and ends it.
///
/// # Errors
/// Returns the look that has a refusal in it.
pub async fn refresh<C: Cloud + Balancing>(
    interrupts: &Interrupts,
    services: &[ToLookAt<'_, C>],
    show: &mut dyn FnMut(&Look),
) -> Result<Interrupt, Look> {
    let looking = async {
        loop {
            let seen = look(services).await;
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
        signal = interrupts.wait() => Ok(signal),
    }
}
