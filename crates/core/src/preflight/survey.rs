//! Asks what a release's checks have to know, each question once a run, and judges what was seen.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout_at};

use super::answers::{Answers, Seen, Untold};
use super::finding::{Check, Finding, State};
use super::judge::judge;
use super::questions::{of_shift, questions};
use super::surroundings::Surroundings;
use crate::cloud::Preconditions;
use crate::cloud::preconditions::Question;

/// The questions of a place: what is asked there is asked once a run.
type Place = (String, String);

/// What was seen in a run, by account and region, which its releases share.
#[derive(Debug, Clone, Default)]
pub struct Memory(Rc<RefCell<BTreeMap<(Place, Question), Once>>>);

/// An answer that the first who wants it asks for, and all others wait for.
type Once = Rc<OnceCell<Seen>>;

impl Memory {
    fn of(&self, place: &Place, question: &Question) -> Once {
        let key = (place.clone(), question.clone());
        Rc::clone(self.0.borrow_mut().entry(key).or_default())
    }
}

/// How to ask.
pub struct Survey<'a, C> {
    /// Whom.
    pub cloud: &'a C,
    /// What the run knows already.
    pub memory: &'a Memory,
    /// How long to wait for all answers together.
    pub within: Duration,
}

impl<C: Preconditions> Survey<'_, C> {
    /// Returns what all checks of a release come to. What is not answered in time is unchecked.
    pub async fn of(&self, release: &Surroundings) -> Vec<Finding> {
        judge(release, &self.answers(release).await)
    }

    /// Returns the alarms of a release that are on, and whether that was seen, asking nothing else.
    pub async fn firing_alarms(&self, release: &Surroundings) -> Vec<Finding> {
        if release.alarms.is_empty() {
            return Vec::new();
        }
        let question = Question::Alarms(release.alarms.clone());
        let findings = self.judged_by(release, vec![question]).await;
        let of_alarms = |finding: &Finding| {
            let is_unseen = matches!(finding.state, State::Unchecked { .. });
            finding.check == Check::FiringAlarm || (finding.check == Check::Alarms && is_unseen)
        };
        findings.into_iter().filter(of_alarms).collect()
    }

    /// Returns what alarms and the first step of a release come to, asking nothing else.
    pub async fn of_shift(&self, release: &Surroundings) -> Vec<Finding> {
        let findings = self.judged_by(release, of_shift(release)).await;
        let of_shift = |finding: &Finding| {
            matches!(
                finding.check,
                Check::Alarms | Check::FiringAlarm | Check::FirstStep
            )
        };
        findings.into_iter().filter(of_shift).collect()
    }

    /// Judges a release by some questions alone.
    async fn judged_by(&self, release: &Surroundings, questions: Vec<Question>) -> Vec<Finding> {
        let until = Instant::now() + self.within;
        let asked = questions
            .into_iter()
            .map(|question| self.ask(place(release), question, until));
        let answers: Answers = join_all(asked).await.into_iter().collect();
        judge(release, &answers)
    }

    async fn answers(&self, release: &Surroundings) -> Answers {
        let until = Instant::now() + self.within;
        let place = place(release);
        let mut answers = Answers::new();
        let mut asked = questions(release, &answers);
        let mut open: FuturesUnordered<_> = asked
            .iter()
            .cloned()
            .map(|question| self.ask(place.clone(), question, until))
            .collect();
        // An answer may lead to further questions.
        while let Some((question, seen)) = open.next().await {
            answers.insert(question, seen);
            for question in questions(release, &answers) {
                if asked.insert(question.clone()) {
                    open.push(self.ask(place.clone(), question, until));
                }
            }
        }
        answers
    }

    async fn ask(&self, place: Place, question: Question, until: Instant) -> (Question, Seen) {
        let cell = match &question {
            // What a release of this run did may have set one off.
            Question::Alarms(_) => Once::default(),
            _ => self.memory.of(&place, &question),
        };
        let look = cell.get_or_init(async || match self.cloud.look(&question).await {
            Ok(fact) => Seen::Told(fact),
            Err(error) => Seen::Untold(Untold::of(&error)),
        });
        let seen = match timeout_at(until, look).await {
            Ok(seen) => seen.clone(),
            Err(_) => Seen::Untold(Untold::because("no answer in time")),
        };
        (question, seen)
    }
}

/// Returns where a release's questions are asked.
fn place(release: &Surroundings) -> Place {
    let account = release.caller.account.known().unwrap_or_default();
    (account.to_owned(), release.caller.region.clone())
}
