//! Who takes the next step of an experiment, of several that look at it at the same time: a tag of its
//! rule names one for a while, and is written before the step.
//!
//! Elastic Load Balancing compares nothing when it writes a tag, so that time has to: whoever wrote
//! waits for longer than any other takes from its look to its write, and looks again.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep, timeout};

use crate::cloud::{Answer, Balancing};
use crate::release::ids::RuleArn;

/// Who takes the next step, and until when nobody else does.
pub(super) const CLAIM: &str = "mlship:experiment-claim";

/// How long others leave it to who claimed it: a process that was killed holds nothing up for longer.
const LIFE: SignedDuration = SignedDuration::from_mins(2);
/// How often it is claimed anew while the step is taken.
const RENEWAL: Duration = Duration::from_secs(20);
/// How long nobody may take from the look to the write.
const HASTE: Duration = Duration::from_secs(2);
/// How long to wait after the write: longer than that by what a tag takes to show.
const SETTLING: Duration = Duration::from_secs(4);
/// How long giving it back may take.
const RELEASE: Duration = Duration::from_secs(5);

/// The next step of an experiment, which is nobody else's to take.
pub struct Claim<'a, C> {
    cloud: &'a C,
    rule: &'a RuleArn,
    holder: String,
    clock: fn() -> Timestamp,
}

/// What asking for a claim came to.
pub enum Claiming<'a, C> {
    /// It is ours.
    Ours(Claim<'a, C>),
    /// Somebody else takes the next step.
    Others,
}

impl<'a, C: Balancing> Claim<'a, C> {
    /// Asks for the next step of the experiment on a rule.
    ///
    /// # Errors
    /// When AWS says no or is out of reach.
    pub async fn take(
        cloud: &'a C,
        rule: &'a RuleArn,
        clock: fn() -> Timestamp,
    ) -> Answer<Claiming<'a, C>> {
        let claim = Self {
            cloud,
            rule,
            holder: format!("{:016x}", fastrand::u64(..)),
            clock,
        };
        let looked = Instant::now();
        if let Some((_, until)) = claim.shown().await?
            && clock() < until
        {
            return Ok(Claiming::Others);
        }
        let written = claim.write().await;
        let is_hasty = looked.elapsed() < HASTE;
        match written {
            Ok(()) => {}
            // It may be written all the same.
            Err(error) if error.is_transport() => {}
            Err(error) => return Err(error),
        }
        if !is_hasty {
            // Somebody may have claimed it in between, and be at work.
            claim.release().await;
            return Ok(Claiming::Others);
        }
        sleep(SETTLING).await;
        if claim.is_held().await? {
            Ok(Claiming::Ours(claim))
        } else {
            Ok(Claiming::Others)
        }
    }

    /// Says whether it still is ours.
    ///
    /// # Errors
    /// When AWS says no or is out of reach.
    pub async fn is_held(&self) -> Answer<bool> {
        let shown = self.shown().await?;
        Ok(shown.is_some_and(|(holder, until)| holder == self.holder && (self.clock)() < until))
    }

    /// Keeps it while something is done.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::select! {
            done = work => done,
            never = self.renew() => match never {},
        }
    }

    /// Gives it back. What can't be taken away ends by itself.
    pub async fn release(&self) {
        let work = async {
            if self.is_held().await? {
                self.cloud.untag_rule(self.rule, &[CLAIM]).await?;
            }
            Answer::Ok(())
        };
        let _ = timeout(RELEASE, work).await;
    }

    async fn renew(&self) -> Infallible {
        loop {
            sleep(RENEWAL).await;
            // Where it could not be renewed it ends, which is seen before anything depends on it.
            if self.is_held().await.unwrap_or(false) {
                let _ = self.write().await;
            }
        }
    }

    async fn write(&self) -> Answer<()> {
        let until = (self.clock)().saturating_add(LIFE);
        let until = until.unwrap_or(Timestamp::MAX).as_second();
        let text = format!("{} {until}", self.holder);
        let tags: BTreeMap<String, String> = [(CLAIM.to_owned(), text)].into();
        self.cloud.tag_rule(self.rule, &tags).await
    }

    async fn shown(&self) -> Answer<Option<(String, Timestamp)>> {
        let rule = self.cloud.listener_rule(self.rule).await?;
        Ok(rule.and_then(|rule| read(rule.tags.get(CLAIM)?)))
    }
}

fn read(text: &str) -> Option<(String, Timestamp)> {
    let (holder, until) = text.split_once(' ')?;
    let until = Timestamp::from_second(until.parse().ok()?).ok()?;
    Some((holder.to_owned(), until))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{FakeBalancer, group, rule, rule_arn};
    use super::*;
    use crate::cloud::fake::Fault;

    thread_local! {
        static STARTED: Instant = Instant::now();
    }

    fn clock() -> Timestamp {
        let since = STARTED.with(Instant::elapsed);
        Timestamp::UNIX_EPOCH
            .saturating_add(SignedDuration::try_from(since).unwrap())
            .unwrap()
    }

    fn balancer() -> FakeBalancer {
        clock();
        FakeBalancer::new(vec![rule(&[(&group("a"), 1)])])
    }

    async fn take<'a>(
        cloud: &'a FakeBalancer,
        arn: &'a RuleArn,
    ) -> Option<Claim<'a, FakeBalancer>> {
        match Claim::take(cloud, arn, clock).await.unwrap() {
            Claiming::Ours(claim) => Some(claim),
            Claiming::Others => None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn of_two_at_once_at_most_one_takes_the_step() {
        let (cloud, arn) = (balancer(), rule_arn());
        for after in 0..60 {
            let later = async {
                sleep(Duration::from_millis(after * 100)).await;
                take(&cloud, &arn).await
            };
            let (first, second) = tokio::join!(take(&cloud, &arn), later);
            assert!(first.is_some() ^ second.is_some(), "after {after}");
            for claim in [first, second].into_iter().flatten() {
                assert!(claim.is_held().await.unwrap());
                claim.release().await;
            }
            assert!(!cloud.rule(&arn).tags.contains_key(CLAIM));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_kept_during_a_step_and_ends_after_who_was_killed() {
        let (cloud, arn) = (balancer(), rule_arn());
        let claim = take(&cloud, &arn).await.unwrap();
        claim.during(sleep(Duration::from_mins(40))).await;
        assert!(claim.is_held().await.unwrap());
        assert!(take(&cloud, &arn).await.is_none());
        sleep(Duration::from_secs(130)).await;
        assert!(!claim.is_held().await.unwrap());
        let next = take(&cloud, &arn).await.unwrap();
        // Who was only thought to be dead takes nothing away.
        claim.release().await;
        claim.during(sleep(Duration::from_mins(1))).await;
        assert!(next.is_held().await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_lost_is_looked_for_and_a_no_is_one() {
        let (cloud, arn) = (balancer(), rule_arn());
        cloud.fail("AddTags", &[Fault::LostAfter]);
        take(&cloud, &arn).await.unwrap().release().await;
        cloud.fail("AddTags", &[Fault::LostBefore]);
        assert!(take(&cloud, &arn).await.is_none());
        cloud.fail("AddTags", &[Fault::Denied]);
        assert!(Claim::take(&cloud, &arn, clock).await.is_err());
    }
}
