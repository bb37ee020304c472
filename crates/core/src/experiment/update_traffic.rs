//! Changes how a rule shares traffic, by a checked write: Elastic Load Balancing replaces all
//! actions of a rule, whoever changed them meanwhile.

use tokio::time::Instant;

use crate::cloud::retry::{CHECKED_WRITE, Next};
use crate::cloud::{Balancing, CloudError};
use crate::pause::sleep;
use crate::release::{Forward, ListenerRule, Routing};

/// Why traffic was not shared as it should be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TrafficUpdateError {
    /// Somebody else changed the rule.
    #[error("the rule was changed by somebody else meanwhile")]
    Stale,
    /// The rule is gone.
    #[error("the rule is gone")]
    Gone,
    /// The rule's tags don't say what was done.
    #[error("the traffic was moved, and the rule's tags don't say so: {0}")]
    TagsNotWritten(CloudError),
    /// AWS gave no usable answer.
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

/// Lets a rule share requests in another way, and looks whether it does.
///
/// # Errors
/// When the rule is not as it was seen, and when AWS says no or is out of reach.
pub async fn shift<C: Balancing>(
    cloud: &C,
    seen: &ListenerRule,
    to: &Forward,
) -> Result<(), TrafficUpdateError> {
    let wanted = Routing::Forward(to.clone());
    let start = Instant::now();
    let mut attempts = 0;
    // Why the rule may not show yet what was written.
    let mut doubt: Option<CloudError> = None;
    let mut is_accepted = false;
    loop {
        let now = cloud.listener_rule(&seen.arn).await?;
        let now = now.ok_or(TrafficUpdateError::Gone)?;
        if now.routing.shares_like(&wanted) {
            return Ok(());
        }
        if !now.routing.shares_like(&seen.routing) {
            return Err(TrafficUpdateError::Stale);
        }
        if let Some(error) = &doubt
            && CHECKED_WRITE.next(error.kind, attempts, start.elapsed(), 0.0) == Next::GiveUp
        {
            return Err(error.clone().into());
        }
        // Reads may be behind what was just written: what was accepted is not sent again.
        if !is_accepted {
            match cloud.forward(&now, to).await {
                Ok(()) => {
                    is_accepted = true;
                    doubt = Some(CloudError::not_shown("ModifyRule", "the rule"));
                }
                Err(error) if error.is_transport() => doubt = Some(error),
                Err(error) => return Err(error.into()),
            }
        }
        attempts += 1;
        sleep(CHECKED_WRITE.pace.wait(attempts, 0.0)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{FakeBalancer, group, rule};
    use super::*;
    use crate::cloud::ErrorKind;
    use crate::cloud::fake::Fault;

    fn parts() -> (ListenerRule, Forward) {
        let (a, b) = (group("a"), group("b"));
        let seen = rule(&[(&a, 1), (&b, 0)]);
        let Routing::Forward(to) = rule(&[(&a, 50), (&b, 50)]).routing else {
            panic!("it forwards");
        };
        (seen, to)
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_is_sent_once_and_seen() {
        let (seen, to) = parts();
        let cloud = FakeBalancer::new(vec![seen.clone()]);
        shift(&cloud, &seen, &to).await.unwrap();
        assert_eq!(cloud.rule(&seen.arn).routing, Routing::Forward(to.clone()));
        shift(&cloud, &seen, &to).await.unwrap();
        assert_eq!(cloud.count("ModifyRule"), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_answer_is_no_second_write() {
        let (seen, to) = parts();
        let cloud = FakeBalancer::new(vec![seen.clone()]);
        cloud.fail("ModifyRule", &[Fault::LostAfter]);
        shift(&cloud, &seen, &to).await.unwrap();
        assert_eq!(cloud.count("ModifyRule"), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_never_came_is_sent_again() {
        let (seen, to) = parts();
        let cloud = FakeBalancer::new(vec![seen.clone()]);
        cloud.fail("ModifyRule", &[Fault::LostBefore, Fault::LostBefore]);
        shift(&cloud, &seen, &to).await.unwrap();
        assert_eq!(cloud.count("ModifyRule"), 3);
        cloud.fail("ModifyRule", &[Fault::LostBefore; 9]);
        let back = Forward {
            stickiness: Some(60),
            ..to
        };
        let seen = cloud.rule(&seen.arn);
        let error = shift(&cloud, &seen, &back).await.unwrap_err();
        assert!(matches!(error, TrafficUpdateError::Cloud(_)), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_cannot_be_read_is_looked_for_and_blamed_on_nobody() {
        let (seen, to) = parts();
        let cloud = FakeBalancer::new(vec![seen.clone()]);
        cloud.fail("ModifyRule", &[Fault::GarbledAfter]);
        shift(&cloud, &seen, &to).await.unwrap();
        assert_eq!(cloud.count("ModifyRule"), 1);
        let cloud = FakeBalancer::new(vec![seen.clone()]);
        cloud.fail("ModifyRule", &[Fault::Garbled, Fault::Garbled]);
        shift(&cloud, &seen, &to).await.unwrap();
        assert_eq!(cloud.count("ModifyRule"), 3);
        // Accepted, and not carried out.
        let cloud = FakeBalancer::new(vec![seen.clone()]);
        cloud.fail("ModifyRule", &[Fault::Swallowed]);
        let error = shift(&cloud, &seen, &to).await.unwrap_err();
        let TrafficUpdateError::Cloud(error) = error else {
            panic!("{error}");
        };
        assert_eq!(error.kind, ErrorKind::Lost);
        assert_eq!(cloud.count("ModifyRule"), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn what_somebody_else_wrote_stays() {
        let (mut seen, to) = parts();
        let cloud = FakeBalancer::new(vec![seen.clone()]);
        seen.routing = Routing::Other("redirect".to_owned());
        assert_eq!(
            shift(&cloud, &seen, &to).await,
            Err(TrafficUpdateError::Stale)
        );
        assert_eq!(cloud.count("ModifyRule"), 0);
        let none = FakeBalancer::new(Vec::new());
        assert_eq!(
            shift(&none, &seen, &to).await,
            Err(TrafficUpdateError::Gone)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_ends_it() {
        let (seen, to) = parts();
        let cloud = FakeBalancer::new(vec![seen.clone()]);
        cloud.fail("ModifyRule", &[Fault::Denied]);
        let error = shift(&cloud, &seen, &to).await.unwrap_err();
        assert!(matches!(error, TrafficUpdateError::Cloud(_)), "{error}");
        assert_eq!(cloud.rule(&seen.arn), seen);
    }
}
