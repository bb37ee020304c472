use futures_util::future::{BoxFuture, join_all};
use tokio::time::{Instant, timeout};

use super::*;
use crate::cloud::{Company, ErrorKind};

type Log = Arc<Mutex<Vec<(&'static str, Vec<u32>)>>>;

/// Answers each number with its double, and takes note of the requests.
fn doubling(
    log: &Log,
) -> impl Fn(&'static str, Vec<u32>) -> BoxFuture<'static, Answer<Answers<u32, u32>>>
+ Clone
+ Send
+ 'static {
    let log = Arc::clone(log);
    move |group, numbers| {
        locked(&log).push((group, numbers.clone()));
        Box::pin(async move {
            sleep(Duration::from_millis(40)).await;
            // As AWS does, which refuses all for one.
            if numbers.contains(&113) {
                return Err(CloudError::no_answer("Double", ErrorKind::Denied));
            }
            let answers = numbers.into_iter().map(|number| (number, Ok(number * 2)));
            Ok(answers.collect())
        })
    }
}

async fn in_company<T>(parts: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let company = Company::default();
    join_all(parts.map(|part| company.join(part))).await
}

fn sizes(log: &Log) -> Vec<usize> {
    locked(log).iter().map(|(_, asked)| asked.len()).collect()
}

#[tokio::test(start_paused = true)]
async fn questions_of_one_moment_go_together_and_each_gets_its_own_answer() {
    let (log, batch) = (Log::default(), Batch::of_at_most(10));
    let each = (0..25).map(|number| batch.ask("a", number, doubling(&log)));
    let answers: Vec<u32> = in_company(each)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        answers,
        (0..25).map(|number| number * 2).collect::<Vec<_>>()
    );
    assert_eq!(sizes(&log), [10, 10, 5]);
}

#[tokio::test(start_paused = true)]
async fn groups_are_never_mixed_and_the_same_question_is_asked_once() {
    let (log, batch) = (Log::default(), Batch::of_at_most(10));
    let each = (0..6).map(|number| {
        let group = if number % 2 == 0 { "a" } else { "b" };
        batch.ask(group, number / 4, doubling(&log))
    });
    in_company(each).await;
    let mut log = locked(&log).clone();
    log.sort();
    assert_eq!(log, [("a", vec![0, 1]), ("b", vec![0, 1])]);
}

#[tokio::test(start_paused = true)]
async fn who_asks_alone_waits_for_nobody() {
    let (log, batch) = (Log::default(), Batch::of_at_most(10));
    let start = Instant::now();
    for number in 0..3 {
        batch.ask("a", number, doubling(&log)).await.unwrap();
    }
    assert_eq!(start.elapsed(), Duration::from_millis(120));
    assert_eq!(sizes(&log), [1, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn in_company_questions_wait_for_each_other_and_not_for_long() {
    let (log, batch, company) = (Log::default(), Batch::of_at_most(10), Company::default());
    let start = Instant::now();
    let each = (0..40_u32).map(|number| {
        let (log, batch) = (&log, &batch);
        company.join(async move {
            sleep(Duration::from_millis(u64::from(number) * 50)).await;
            batch.ask("a", number, doubling(log)).await.unwrap();
            start.elapsed()
        })
    });
    let ended = join_all(each).await;
    assert_eq!(sizes(&log), [10, 10, 10, 10]);
    for (number, ended) in (0..).zip(ended) {
        let waited = ended.saturating_sub(Duration::from_millis(50) * number);
        assert!(waited <= LONGEST + Duration::from_millis(40), "{waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn where_everybody_waits_nobody_waits_for_more() {
    let (log, batch, other) = (Log::default(), Batch::of_at_most(10), Batch::of_at_most(10));
    let start = Instant::now();
    let each = (0..25).map(|number| {
        let batch = if number < 23 { &batch } else { &other };
        batch.ask("a", number, doubling(&log))
    });
    in_company(each).await;
    assert_eq!(start.elapsed(), Duration::from_millis(40));
    let mut sizes = sizes(&log);
    sizes.sort_unstable();
    assert_eq!(sizes, [2, 3, 10, 10]);
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_for_one_is_asked_alone_for_the_others() {
    let (log, batch) = (Log::default(), Batch::of_at_most(10));
    let each = (112..115).map(|number| batch.ask("a", number, doubling(&log)));
    let answers = in_company(each).await;
    assert_eq!(answers[0], Ok(224));
    assert_eq!(answers[1].as_ref().unwrap_err().kind, ErrorKind::Denied);
    assert_eq!(answers[2], Ok(228));
    assert_eq!(sizes(&log), [3, 1, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_keeps_nobody_else_from_an_answer() {
    let (log, batch) = (Log::default(), Batch::of_at_most(10));
    let short = timeout(Duration::from_millis(10), batch.ask("a", 1, doubling(&log)));
    let company = Company::default();
    let (short, patient) = tokio::join!(
        company.join(short),
        company.join(batch.ask("a", 2, doubling(&log)))
    );
    assert!(short.is_err());
    assert_eq!(patient, Ok(4));
    // Nor does one that nobody waits for any more.
    let none = timeout(Duration::ZERO, batch.ask("a", 3, doubling(&log)));
    assert!(none.await.is_err());
    assert_eq!(batch.ask("a", 4, doubling(&log)).await, Ok(8));
}
