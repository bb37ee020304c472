//! Puts questions together that one request can carry.
//!
//! Who is alone is asked for at once. In company a question waits for others like it: the more there
//! are, the longer, but no longer than until the request is full, or until nobody is left who could ask.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Shared, join_all};
use tokio::sync::Notify;

use super::company::{Company, company, own_company};
use super::{Answer, CloudError};
use crate::pause::sleep;

/// How long a question waits for each of the others.
const FOR_EACH: Duration = Duration::from_millis(100);
/// Fewer parts of a run than this only go together with what they ask at the same moment.
const MANY: usize = 5;
/// The shortest wait: for those that are asked in the same turn.
const SHORTEST: Duration = Duration::from_millis(1);
/// The longest wait.
const LONGEST: Duration = Duration::from_millis(2500);

/// What a request came to, question by question.
pub type Answers<K, V> = HashMap<K, Answer<V>>;

/// The questions of one kind, by groups that no request can mix.
pub struct Batch<G, K, V> {
    most: usize,
    open: Open<G, K, V>,
}

type Open<G, K, V> = Arc<Mutex<HashMap<G, Request<K, V>>>>;

/// A request that takes questions still.
struct Request<K, V> {
    asked: Arc<Mutex<Vec<K>>>,
    is_full: Arc<Notify>,
    answer: Shared<Sending<K, V>>,
}

type Sending<K, V> = Pin<Box<dyn Future<Output = Arc<Sent<K, V>>> + Send>>;

/// What was sent, and what came of it.
struct Sent<K, V> {
    questions: usize,
    answers: Answer<Answers<K, V>>,
}

impl<G, K, V> Batch<G, K, V>
where
    G: Clone + Eq + Hash + Send + 'static,
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Takes at most so many questions in one request.
    #[must_use]
    pub fn of_at_most(most: usize) -> Self {
        Self {
            most,
            open: Arc::default(),
        }
    }

    /// Asks a question, in one request with others.
    ///
    /// # Errors
    /// What comes of it where it is asked alone: AWS refuses a request as a whole for one of its
    /// questions, and the others are no worse for that.
    pub async fn ask<F>(
        &self,
        group: G,
        question: K,
        send: impl Fn(G, Vec<K>) -> F + Clone + Send + 'static,
    ) -> Answer<V>
    where
        F: Future<Output = Answer<Answers<K, V>>> + Send,
    {
        if let Some(company) = own_company().filter(|company| company.size() > 1) {
            let joined = self.joined(&group, &question, &company, send.clone());
            let waiting = company.wait();
            let request = joined.await;
            drop(waiting);
            let answer = match &request.answers {
                Ok(answers) => of_one(answers, &question),
                Err(error) => Err(error.clone()),
            };
            let is_alone = request.questions == 1;
            match answer {
                // Nobody answers: nor would they alone.
                Err(error) if request.answers.is_err() && error.is_transport() => {
                    return Err(error);
                }
                Err(_) if !is_alone => {}
                answer => return answer,
            }
        }
        of_one(&send(group, vec![question.clone()]).await?, &question)
    }

    /// Asks several questions of somebody who is alone in one request after the other, and in
    /// company together with others.
    ///
    /// # Errors
    /// The first that there is.
    pub async fn ask_all<F>(
        &self,
        group: G,
        questions: &[K],
        send: impl Fn(G, Vec<K>) -> F + Clone + Send + 'static,
    ) -> Answer<Vec<V>>
    where
        F: Future<Output = Answer<Answers<K, V>>> + Send,
    {
        if company() > 1 {
            let each = questions.iter().map(|question| {
                let (group, question) = (group.clone(), question.clone());
                Box::pin(self.ask(group, question, send.clone()))
            });
            return join_all(each).await.into_iter().collect();
        }
        let mut found = Vec::with_capacity(questions.len());
        for some in questions.chunks(self.most) {
            let mut answers = send(group.clone(), some.to_vec()).await?;
            for question in some {
                found.push(answers.remove(question).unwrap_or_else(not_told)?);
            }
        }
        Ok(found)
    }

    /// Joins the request that takes questions, or begins one.
    fn joined<F>(
        &self,
        group: &G,
        question: &K,
        company: &Company,
        send: impl Fn(G, Vec<K>) -> F + Send + 'static,
    ) -> Shared<Sending<K, V>>
    where
        F: Future<Output = Answer<Answers<K, V>>> + Send,
    {
        let mut open = locked(&self.open);
        if let Some(request) = open.get(group)
            && let Some(answer) = request.take(question, self.most)
        {
            return answer;
        }
        let asked = Arc::new(Mutex::new(vec![question.clone()]));
        let is_full = Arc::new(Notify::new());
        let sending: Sending<K, V> = Box::pin({
            let (asked, is_full) = (Arc::clone(&asked), Arc::clone(&is_full));
            let (open, group) = (Arc::clone(&self.open), group.clone());
            let (company, wait) = (company.clone(), wait_for(company.size()));
            async move {
                tokio::select! {
                    () = sleep(wait) => {}
                    () = is_full.notified() => {}
                    () = company.all_wait() => {}
                }
                close(&open, &group, &asked);
                let questions = std::mem::take(&mut *locked(&asked));
                Arc::new(Sent {
                    questions: questions.len(),
                    answers: send(group, questions).await,
                })
            }
        });
        let answer = sending.shared();
        let request = Request {
            asked,
            is_full,
            answer: answer.clone(),
        };
        open.insert(group.clone(), request);
        answer
    }
}

impl<K: Clone + PartialEq, V> Request<K, V> {
    /// Takes one more question, as long as there is room.
    fn take(&self, question: &K, most: usize) -> Option<Shared<Sending<K, V>>> {
        let mut asked = locked(&self.asked);
        if !asked.contains(question) {
            if asked.len() >= most {
                return None;
            }
            asked.push(question.clone());
            if asked.len() == most {
                self.is_full.notify_one();
            }
        }
        Some(self.answer.clone())
    }
}

/// Takes a request out of those that take questions, unless another has its place by now.
fn close<G: Eq + Hash, K, V>(open: &Open<G, K, V>, group: &G, asked: &Arc<Mutex<Vec<K>>>) {
    let mut open = locked(open);
    let is_it = |request: &Request<K, V>| Arc::ptr_eq(&request.asked, asked);
    if open.get(group).is_some_and(is_it) {
        open.remove(group);
    }
}

/// Takes one answer out of all.
fn of_one<K: Eq + Hash, V: Clone>(answers: &Answers<K, V>, question: &K) -> Answer<V> {
    answers.get(question).cloned().unwrap_or_else(not_told)
}

fn not_told<V>() -> Answer<V> {
    let what = "it says nothing about what was asked for";
    Err(CloudError::unreadable("a request for several", what))
}

/// Returns how long a question waits in a company of so many.
fn wait_for(company: usize) -> Duration {
    if company < MANY {
        return SHORTEST;
    }
    let company = u32::try_from(company).unwrap_or(u32::MAX);
    FOR_EACH.saturating_mul(company).min(LONGEST)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<G, K, V> std::fmt::Debug for Batch<G, K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch")
            .field("most", &self.most)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
