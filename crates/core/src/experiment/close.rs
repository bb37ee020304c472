//! Carries out a stop: the writes planned by [`stop::plan`](super::stop::plan), in order.

use jiff::Timestamp;

use super::ending::End;
use super::record::{Record, State};
use super::stop::Closing;
use super::tagging::tag;
use super::update_traffic::{TrafficUpdateError, shift};
use crate::apply::retry_idempotent;
use crate::cloud::retry::WhileBusy;
use crate::cloud::{Balancing, ErrorKind};

/// Gives all the traffic to the winner, takes the rules of the header away, and puts down how it
/// ended. What is interrupted is found by the rule's tags, and gone on with.
///
/// # Errors
/// When the rule is not as it was seen, and when AWS says no or is out of reach. That the tags
/// can't be written keeps no traffic from being moved.
pub async fn close<C: Balancing>(
    cloud: &C,
    closing: &Closing,
    by: &str,
    now: impl Fn() -> Timestamp,
) -> Result<Record, TrafficUpdateError> {
    let arn = &closing.rule.arn;
    let stopping = Record {
        state: State::Stopping,
        ..closing.ended(now(), by)
    };
    let tags = stopping.tags();
    let _ = retry_idempotent(WhileBusy::no_longer(), async || {
        cloud.tag_rule(arn, &tags).await
    })
    .await;
    match shift(cloud, &closing.rule, &closing.forward).await {
        // Without the rule's cookie a group whose own targets are sticky can't be beside others.
        // Out of the rule its service takes no update, so that this is not the first choice.
        Err(TrafficUpdateError::Cloud(error)) if error.kind == ErrorKind::Rejected => {
            shift(cloud, &closing.rule, &closing.alone()).await?;
        }
        done => done?,
    }
    // Only then: callers who name a variant fall back to the rule, which leads to the winner.
    for header in &closing.headers {
        retry_idempotent(WhileBusy::no_longer(), async || {
            cloud.delete_rule(header).await
        })
        .await?;
    }
    let record = Record {
        state: State::Stopped,
        end: stopping.end.map(|end| End {
            cookies_end: closing.cookies_end(now()),
            ..end
        }),
        ..stopping
    };
    let tags = record.tags();
    let told = tag(cloud, arn, &tags).await;
    told.map_err(TrafficUpdateError::TagsNotWritten)?;
    Ok(record)
}

#[cfg(test)]
mod tests {
    use super::super::record::State;
    use super::super::stop::{StopPlan, StopRequest, VariantCondition, plan};
    use super::super::testing::{FakeBalancer, definition, rule};
    use super::super::{Definition, open, start, testing, weights};
    use super::*;
    use crate::cloud::fake::Fault;
    use crate::release::Routing;

    async fn running(definition: &Definition) -> FakeBalancer {
        let cloud = FakeBalancer::new(vec![rule(&[(&definition.arms[0].group, 1)])]);
        let seen = testing::situation(definition);
        let start::StartPlan::Open(opening) =
            start::plan(definition, &seen, start::StartRequest::default()).unwrap()
        else {
            panic!("it can be started");
        };
        let rule = open::prepare(&cloud, &opening, "ana").await.unwrap();
        let share = open::share(&cloud, &opening, &rule, "ana", || Timestamp::UNIX_EPOCH);
        share.await.unwrap();
        cloud
    }

    async fn stop(
        definition: &Definition,
        cloud: &FakeBalancer,
    ) -> Result<Record, TrafficUpdateError> {
        let rule = cloud.rule(&definition.rule);
        let asked = StopRequest {
            winner: Some("challenger".to_owned()),
            ..StopRequest::default()
        };
        let known = VariantCondition {
            outcome: "challenger_better".to_owned(),
            ..VariantCondition::default()
        };
        match plan(definition, Some(&rule), &cloud.rules(), &known, &asked) {
            Ok(StopPlan::Close(closing)) => {
                close(cloud, &closing, "bo", || Timestamp::UNIX_EPOCH).await
            }
            Ok(StopPlan::AlreadyStopped(record)) => Ok(*record),
            Err(refusals) => panic!("{refusals:?}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn traffic_moves_whatever_becomes_of_the_tags() {
        let definition = definition(&[50, 50]);
        let cloud = running(&definition).await;
        cloud.fail("AddTags", &[Fault::Denied; 2]);
        let error = stop(&definition, &cloud).await.unwrap_err();
        assert!(
            error.to_string().starts_with("the traffic was moved"),
            "{error}"
        );
        let Routing::Forward(forward) = &cloud.rule(&definition.rule).routing else {
            panic!("it forwards");
        };
        assert_eq!(weights(forward), "0-control=0 1-challenger=100");
        stop(&definition, &cloud).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn losers_that_must_not_be_beside_the_winner_leave_the_rule() {
        let definition = definition(&[50, 50]);
        let cloud = running(&definition).await;
        cloud.fail("ModifyRule", &[Fault::Rejected]);
        stop(&definition, &cloud).await.unwrap();
        let Routing::Forward(forward) = &cloud.rule(&definition.rule).routing else {
            panic!("it forwards");
        };
        assert_eq!(weights(forward), "1-challenger=100");
    }

    #[tokio::test(start_paused = true)]
    async fn no_loser_leaves_the_rule_because_somebody_on_the_way_said_no() {
        for faults in [
            &[Fault::Garbled][..],
            &[Fault::GarbledAfter],
            &[Fault::Garbled; 3],
        ] {
            let definition = definition(&[50, 50]);
            let cloud = running(&definition).await;
            cloud.fail("ModifyRule", faults);
            stop(&definition, &cloud).await.unwrap();
            let Routing::Forward(forward) = &cloud.rule(&definition.rule).routing else {
                panic!("it forwards");
            };
            assert_eq!(weights(forward), "0-control=0 1-challenger=100");
        }
        let definition = definition(&[50, 50]);
        let cloud = running(&definition).await;
        cloud.fail("ModifyRule", &[Fault::Garbled; 9]);
        let error = stop(&definition, &cloud).await.unwrap_err();
        assert!(
            matches!(&error, TrafficUpdateError::Cloud(error) if error.kind == ErrorKind::Unreadable),
            "{error}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_experiment_is_over_when_its_traffic_began_to_move() {
        let definition = definition(&[50, 50]);
        let cloud = running(&definition).await;
        let rule = cloud.rule(&definition.rule);
        let (asked, known) = (StopRequest::default(), VariantCondition::default());
        let closing = |rule| match plan(&definition, Some(rule), &[], &known, &asked) {
            Ok(StopPlan::Close(closing)) => closing,
            other => panic!("{other:?}"),
        };
        let at = |second| Timestamp::from_second(second).unwrap();
        // The second tag is the last write.
        cloud.fail("ModifyRule", &[Fault::Denied]);
        let first = close(&cloud, &closing(&rule), "bo", || at(3600)).await;
        assert!(first.is_err());
        let rule = cloud.rule(&definition.rule);
        let begun = Record::read(&rule.tags).unwrap();
        assert_eq!(begun.state, State::Stopping);
        let record = close(&cloud, &closing(&rule), "cy", || at(90_000)).await;
        let end = record.unwrap().end.unwrap();
        assert_eq!((end.at, end.cookies_end), (at(3600), at(90_000)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_that_was_interrupted_goes_on_wherever_it_was() {
        for header in [None, Some("x-mlship-variant".to_owned())] {
            let definition = Definition {
                header,
                ..definition(&[50, 50])
            };
            for operation in ["", "AddTags", "ModifyRule", "DeleteRule"] {
                let cloud = running(&definition).await;
                cloud.fail(operation, &[Fault::LostAfter, Fault::Denied]);
                if stop(&definition, &cloud).await.is_err() {
                    stop(&definition, &cloud).await.unwrap();
                }
                let rules = cloud.rules();
                assert_eq!(rules.len(), 1, "{operation}");
                let Routing::Forward(forward) = &rules[0].routing else {
                    panic!("it forwards");
                };
                assert_eq!(weights(forward), "0-control=0 1-challenger=100");
                let record = Record::read(&rules[0].tags).unwrap();
                let end = record.end.unwrap();
                assert_eq!((record.state, record.by.as_str()), (State::Stopped, "ana"));
                assert_eq!(
                    (&*end.outcome, &*end.winner, &*end.by),
                    ("challenger_better", "challenger", "bo")
                );
            }
        }
    }
}
