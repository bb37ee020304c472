//! Sharing traffic in another way, by a write that is checked: Elastic Load Balancing replaces
//! a rule's actions whole, whoever changed them meanwhile.

use std::time::Duration;

use super::rule::{Forward, ListenerRule, Routing};
use crate::cloud::{Balancing, CloudError};
use crate::pause::sleep;

/// Why traffic was not shared as it should be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ShiftError {
    /// Somebody else changed the rule.
    #[error("the rule was changed by somebody else meanwhile")]
    Stale,
    /// The rule is gone.
    #[error("the rule is gone")]
    Gone,
    /// The rule's tags don't say what was done.
    #[error("the traffic was moved, and the rule's tags don't say so: {0}")]
    Untold(CloudError),
    /// AWS gave no usable answer.
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

/// How often a write whose answer was lost is looked for, and sent again where it is not found.
const ATTEMPTS: u32 = 5;
/// How long reads may be behind.
const PAUSE: Duration = Duration::from_secs(1);

/// Lets a rule share requests in another way, and looks whether it does.
///
/// # Errors
/// When the rule is not as it was seen, and when AWS says no or is out of reach.
pub async fn shift<C: Balancing>(
    cloud: &C,
    seen: &ListenerRule,
    to: &Forward,
) -> Result<(), ShiftError> {
    let wanted = Routing::Forward(to.clone());
    let mut lost = None;
    let mut is_sent = false;
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            sleep(PAUSE).await;
        }
        let now = cloud.listener_rule(&seen.arn).await?;
        let now = now.ok_or(ShiftError::Gone)?;
        if now.routing.shares_like(&wanted) {
            return Ok(());
        }
        if !now.routing.shares_like(&seen.routing) {
            return Err(ShiftError::Stale);
        }
        // Reads may be behind what was just written: look again before it is sent again.
        if is_sent && lost.is_none() {
            continue;
        }
        match cloud.forward(&now, to).await {
            Ok(()) => (is_sent, lost) = (true, None),
            Err(error) if error.may_have_happened() => lost = Some(error),
            Err(error) => return Err(error.into()),
        }
    }
    match cloud.listener_rule(&seen.arn).await? {
        Some(now) if now.routing.shares_like(&wanted) => Ok(()),
        _ => Err(lost.map_or(ShiftError::Stale, ShiftError::Cloud)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{FakeBalancer, group, rule};
    use super::*;
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
        assert!(matches!(error, ShiftError::Cloud(_)), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_somebody_else_wrote_stays() {
        let (mut seen, to) = parts();
        let cloud = FakeBalancer::new(vec![seen.clone()]);
        seen.routing = Routing::Other("redirect".to_owned());
        assert_eq!(shift(&cloud, &seen, &to).await, Err(ShiftError::Stale));
        assert_eq!(cloud.count("ModifyRule"), 0);
        let none = FakeBalancer::new(Vec::new());
        assert_eq!(shift(&none, &seen, &to).await, Err(ShiftError::Gone));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_ends_it() {
        let (seen, to) = parts();
        let cloud = FakeBalancer::new(vec![seen.clone()]);
        cloud.fail("ModifyRule", &[Fault::Denied]);
        let error = shift(&cloud, &seen, &to).await.unwrap_err();
        assert!(matches!(error, ShiftError::Cloud(_)), "{error}");
        assert_eq!(cloud.rule(&seen.arn), seen);
    }
}
