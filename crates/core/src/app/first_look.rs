//! The first look of a command that reads or rescues: an AWS that is busy or out of reach for a
//! while is looked at again, as long as in the middle of a rollout.

use std::time::Duration;

use super::not_there::explained;
use super::{Context, Report, ResultRecord, Subject, results};
use crate::cloud::retry::OUT_OF_REACH;
use crate::cloud::{Answer, Cloud, CloudError, ErrorKind, Retrying};
use crate::progress::Event;
use crate::release::ids::ServiceId;

/// How long after a signal an answer is waited for, since pipelines kill within seconds.
const GRACE: Duration = Duration::from_secs(2);

/// Looks, and looks again for two minutes while AWS says neither yes nor no, unless somebody
/// interrupts it.
pub(in crate::app) async fn first_look<C, T>(
    context: &Context<'_, C>,
    service: &ServiceId,
    report: &mut dyn Report,
    look: impl AsyncFn() -> Answer<T>,
) -> Answer<T> {
    let mut retrying = Retrying::by(&OUT_OF_REACH);
    let mut is_told = false;
    loop {
        let looked = tokio::select! {
            biased;
            looked = Box::pin(look()) => looked,
            () = given_up(context) => {
                Err(CloudError::no_answer("DescribeServices", ErrorKind::Lost))
            }
        };
        let error = match looked {
            Ok(seen) => return Ok(seen),
            Err(error) => error,
        };
        if error.is_transport() && !is_told {
            is_told = true;
            let message = format!("{error}; looking again");
            report.event(service, &Event::Note { message });
        }
        let is_due = tokio::select! {
            is_due = retrying.is_due(error.kind) => is_due,
            _ = context.interrupts.wait() => false,
        };
        if !is_due {
            return Err(error);
        }
    }
}

/// Resolves a moment after a signal: what is seen by then can still be told, or rolled back.
async fn given_up<C>(context: &Context<'_, C>) {
    context.interrupts.wait().await;
    tokio::time::sleep(GRACE).await;
}

/// Says what a command came to that saw nothing.
pub(in crate::app) async fn saw_nothing<C: Cloud>(
    context: &Context<'_, C>,
    subject: &Subject,
    error: CloudError,
) -> ResultRecord {
    let service = subject.service();
    let error = &explained(context.cloud, subject, error).await;
    match context.interrupts.arrived() {
        Some(interrupt) if error.is_transport() => results::stopped_before(service, interrupt),
        Some(_) | None => results::aws_error(service, error),
    }
}
