//! What one of several parts of a run, each a release, knows of the others: how many there are at
//! the moment. It also has its own requests counted.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::sync::{Notify, watch};

tokio::task_local! {
    static PART: Part;
}

/// The parts of a run that are under way.
#[derive(Debug, Clone, Default)]
pub struct Company(Arc<Parts>);

#[derive(Debug, Default)]
struct Parts {
    size: AtomicUsize,
    /// How many of them wait for the answer to a question.
    waiting: AtomicUsize,
    /// Told whenever all of them do.
    all_wait: Notify,
    /// Why nothing begins any more, once that is so.
    closed: watch::Sender<Option<String>>,
}

/// One of them.
#[derive(Debug)]
struct Part {
    company: Company,
    requests: AtomicU64,
}

impl Company {
    /// Runs a part of the run, in the company of those that run at the same time. It is there from
    /// now on, also before it runs.
    pub fn join<F: Future>(&self, part: F) -> impl Future<Output = F::Output> + use<F> {
        let there = There::new(self.clone());
        async move {
            let company = there.0.clone();
            let requests = AtomicU64::new(0);
            let ended = PART.scope(Part { company, requests }, part).await;
            drop(there);
            ended
        }
    }

    /// Returns how many parts are under way.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.size.load(Ordering::Relaxed)
    }

    /// Lets nothing begin any more: who waits for the turn of a first write leaves the queue.
    pub fn close(&self, why: String) {
        self.0.closed.send_replace(Some(why));
    }

    /// Counts a part as waiting for an answer, until it is dropped.
    pub(super) fn wait(&self) -> Waiting {
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
        self.tell();
        Waiting(self.clone())
    }

    /// Resolves once every part waits for an answer: nobody is left who could ask more.
    pub(super) async fn all_wait(&self) {
        loop {
            let told = self.0.all_wait.notified();
            if self.do_all_wait() {
                return;
            }
            told.await;
        }
    }

    fn do_all_wait(&self) -> bool {
        self.0.waiting.load(Ordering::Relaxed) >= self.size()
    }

    fn tell(&self) {
        if self.do_all_wait() {
            self.0.all_wait.notify_waiters();
        }
    }
}

/// A part that waits for an answer.
#[derive(Debug)]
pub(super) struct Waiting(Company);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counts a part for as long as it is there, however it ends.
struct There(Company);

impl There {
    fn new(company: Company) -> Self {
        company.0.size.fetch_add(1, Ordering::Relaxed);
        Self(company)
    }
}

impl Drop for There {
    fn drop(&mut self) {
        self.0.0.size.fetch_sub(1, Ordering::Relaxed);
        self.0.tell();
    }
}

/// Returns how many parts of this run are under way: one outside of any.
#[must_use]
pub fn company() -> usize {
    PART.try_with(|part| part.company.size()).unwrap_or(1)
}

/// Returns the company that this part is in.
pub(super) fn own_company() -> Option<Company> {
    PART.try_with(|part| part.company.clone()).ok()
}

/// Resolves with the reason once nothing begins any more in this part's run.
pub async fn closed() -> String {
    if let Some(company) = own_company() {
        let mut closed = company.0.closed.subscribe();
        if let Ok(why) = closed.wait_for(Option::is_some).await {
            return why.clone().unwrap_or_default();
        }
    }
    std::future::pending().await
}

/// Waits for the answer to a request of this part, unless nothing begins any more before it was
/// sent. What was sent is waited for.
///
/// # Errors
/// Why nothing begins any more; then nothing was sent.
pub async fn unless_closed<T>(request: impl Future<Output = T>) -> Result<T, String> {
    let sent_before = own_requests();
    let mut request = pin!(request);
    tokio::select! {
        biased;
        why = closed() => {
            if own_requests() == sent_before {
                return Err(why);
            }
        }
        answer = &mut request => return Ok(answer),
    }
    Ok(request.await)
}

/// Counts a request for the part that sends it. One that is sent for several counts for whoever
/// drives it, so that the sum is that of all.
pub fn count_request() {
    let _ = PART.try_with(|part| part.requests.fetch_add(1, Ordering::Relaxed));
}

/// Returns how many requests this part sent, where it is one.
#[must_use]
pub fn own_requests() -> Option<u64> {
    PART.try_with(|part| part.requests.load(Ordering::Relaxed))
        .ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::future::join_all;
    use tokio::time::{Instant, sleep};

    use super::*;

    #[tokio::test]
    async fn each_counts_its_own_requests_and_knows_how_many_there_are() {
        let company = Company::default();
        let parts = (1..=3).map(|requests| {
            company.join(async move {
                for _ in 0..requests {
                    tokio::task::yield_now().await;
                    count_request();
                }
                (own_requests(), super::company())
            })
        });
        // They end one after the other.
        let seen = join_all(parts).await;
        assert_eq!(seen, [(Some(1), 3), (Some(2), 2), (Some(3), 1)]);
        assert_eq!((own_requests(), super::company()), (None, 1));
        count_request();
        assert_eq!(company.size(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn once_a_company_is_closed_what_was_not_sent_is_left_and_what_was_is_waited_for() {
        let (company, second) = (Company::default(), Duration::from_secs(1));
        let part = |queue: u32| {
            company.join(unless_closed(async move {
                sleep(second * queue).await;
                count_request();
                sleep(second * 2).await;
            }))
        };
        let close = async {
            sleep(second + second / 2).await;
            company.close("enough".to_owned());
        };
        let start = Instant::now();
        let (sent, queued, ()) = tokio::join!(part(1), part(2), close);
        assert_eq!((sent, queued), (Ok(()), Err("enough".to_owned())));
        assert_eq!(start.elapsed(), second * 3);
        assert_eq!(part(0).await, Err("enough".to_owned()));
    }

    #[tokio::test]
    async fn who_is_dropped_has_left() {
        let company = Company::default();
        let part = company.join(std::future::pending::<()>());
        let late = tokio::time::timeout(std::time::Duration::ZERO, part).await;
        assert!(late.is_err());
        assert_eq!(company.size(), 0);
    }
}
