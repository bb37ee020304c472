//! How the questions are asked.

use std::time::Duration;

use tokio::time::Instant;

use super::super::{Memory, State, Surroundings, Survey};
use super::facts::{answered, possible, release, service, task_definition};
use crate::cloud::fake::{FakeCloud, Fault, World};
use crate::cloud::preconditions::Kind;

const WITHIN: Duration = Duration::from_secs(10);

fn surroundings() -> Surroundings {
    release(task_definition(), service())
}

fn cloud() -> FakeCloud {
    let mut world = World::default();
    for question in answered(&surroundings(), |_| None).into_keys() {
        let fact = possible(&question).swap_remove(0);
        world.facts.insert(question, fact);
    }
    FakeCloud::new(world)
}

fn survey<'a>(cloud: &'a FakeCloud, memory: &'a Memory) -> Survey<'a, FakeCloud> {
    Survey {
        cloud,
        memory,
        within: WITHIN,
    }
}

#[tokio::test(start_paused = true)]
async fn what_releases_share_is_asked_once_a_run_also_at_the_same_time() {
    let (cloud, memory) = (cloud(), Memory::default());
    let release = surroundings();
    let survey = survey(&cloud, &memory);
    let (first, second) = tokio::join!(survey.of(&release), survey.of(&release));
    assert_eq!(first, second);
    let asked = |cloud: &FakeCloud| cloud.requests() - cloud.count("DescribeAlarms");
    let before = asked(&cloud);
    assert_eq!(survey.of(&release).await, first);
    assert_eq!(asked(&cloud), before);
    // What one release of the run does may set off an alarm of the next.
    assert_eq!(cloud.count("DescribeAlarms"), 3);
    assert_eq!(cloud.count("GetRole"), 2);
    assert_eq!(cloud.count("DescribeSubnets"), 1);
}

#[tokio::test(start_paused = true)]
async fn all_of_it_takes_less_than_a_second_at_a_tenth_of_one_a_call() {
    let (cloud, memory) = (cloud(), Memory::default());
    cloud.latency.set(Duration::from_millis(100));
    let start = Instant::now();
    let found = survey(&cloud, &memory).of(&surroundings()).await;
    let took = start.elapsed();
    assert!(took <= Duration::from_millis(400), "{took:?}");
    let is_seen = found.iter().all(|finding| finding.state == State::Pass);
    assert!(is_seen, "{found:#?}");
}

#[tokio::test(start_paused = true)]
async fn each_denied_action_is_named_and_fails_nothing() {
    let release = surroundings();
    let kinds = answered(&release, |_| None)
        .into_keys()
        .map(|question| question.kind());
    let operations: Vec<&str> = kinds.flat_map(Kind::operations).copied().collect();
    for operation in operations {
        // Nothing is asked of endpoints where there is another way out.
        if matches!(
            operation,
            "DescribePullThroughCacheRules" | "DescribeVpcEndpoints"
        ) {
            continue;
        }
        let (cloud, memory) = (cloud(), Memory::default());
        cloud.fail_always(operation, Some(Fault::Denied));
        let found = survey(&cloud, &memory).of(&release).await;
        let is_named = found.iter().any(|finding| match finding.state {
            State::Unchecked { permission } => {
                permission.is_some_and(|action| action.ends_with(&format!(":{operation}")))
            }
            State::Pass | State::Fail | State::Warn => false,
        });
        assert!(is_named, "{operation}: {found:#?}");
        assert!(
            !found.iter().any(super::super::Finding::is_fail),
            "{operation}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_answered_in_time_is_unchecked_and_holds_nobody_up() {
    let (cloud, memory) = (cloud(), Memory::default());
    cloud.latency.set(Duration::from_mins(1));
    let start = Instant::now();
    let found = survey(&cloud, &memory).of(&surroundings()).await;
    assert_eq!(start.elapsed(), WITHIN);
    let unchecked = State::Unchecked { permission: None };
    assert!(!found.is_empty() && found.iter().all(|finding| finding.state == unchecked));
}
