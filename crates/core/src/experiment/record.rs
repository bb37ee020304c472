//! The record of an experiment, kept in the tags of its listener rule: the only stored state.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::phases::{self, PHASES, Phase};
use super::planned_looks::LOOKS;
use super::promotion::Promotion;
use super::recorded_variants::{RecordedVariants, VARIANTS};
use super::spending::Spending;
use crate::release::Forward;
use crate::release::ids::ServiceId;
use crate::release::{EXPERIMENT, as_tag};

/// On a rule that was made for callers who assign themselves: the variant it leads to.
pub(super) const VARIANT: &str = "mlship:experiment-variant";
/// On such a rule: the rule of its experiment, since others on the listener may have its name.
pub(super) const RULE: &str = "mlship:experiment-rule";
const STATE: &str = "mlship:experiment-state";
const PHASE: &str = "mlship:experiment-phase";
const STEP: &str = "mlship:experiment-step";
const SPENDING: &str = "mlship:experiment-spending";
const WEIGHTS: &str = "mlship:experiment-weights";
const SINCE: &str = "mlship:experiment-since";
const STARTED: &str = "mlship:experiment-started";
const BY: &str = "mlship:experiment-by";
const HYPOTHESIS: &str = "mlship:experiment-hypothesis";
const ANALYSIS_DIGEST: &str = "mlship:experiment-terms";
const OUTCOME: &str = "mlship:experiment-outcome";
const WINNER: &str = "mlship:experiment-winner";
const ENDED: &str = "mlship:experiment-ended";
const ENDED_BY: &str = "mlship:experiment-ended-by";
const COOKIES_END: &str = "mlship:experiment-cookies-end";
const CLEANED: &str = "mlship:experiment-cleaned";

/// The winner whose release is to be the control's, and how far that is.
const PROMOTION: &str = "mlship:experiment-promotion";

/// Where the ledger is that the experiment is recorded in.
const RECORD: &str = "mlship:experiment-record";

/// Whether the experiment that ended is in its ledger.
const RECORDED: &str = "mlship:experiment-recorded";

/// What was released to a variant, by force, while it was compared, and when.
pub const DISTURBED: &str = "mlship:experiment-disturbed";

/// What the next phase on a rule does away with.
const OF_THE_END: [&str; 9] = [
    OUTCOME,
    WINNER,
    ENDED,
    ENDED_BY,
    COOKIES_END,
    CLEANED,
    DISTURBED,
    RECORDED,
    PROMOTION,
];

/// How far an experiment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its traffic is about to be shared in another way.
    Starting,
    /// Its traffic is shared as it should.
    Running,
    /// Its traffic is about to go to one variant.
    Stopping,
    /// It is over.
    Stopped,
}

/// An experiment as its rule has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its name.
    pub name: String,
    /// How far it is.
    pub state: State,
    /// The number of its phase, from 1.
    pub phase: u32,
    /// The number of the step of its ramp, from 1.
    pub step: u32,
    /// What its phases have spent of its significance level; none where an mlship started it that
    /// did not put it down.
    pub spending: Option<Spending>,
    /// The weights of its phase, as [`weights`] writes them.
    pub weights: String,
    /// When the phase began; none as long as it is starting.
    pub since: Option<Timestamp>,
    /// When the experiment began; none as long as its first phase is starting.
    pub started: Option<Timestamp>,
    /// Who started it.
    pub by: String,
    /// What is expected.
    pub hypothesis: Option<String>,
    /// What the verdict rests on.
    pub analysis_digest: String,
    /// Whose traffic it shares; none where an mlship started it that did not put it down.
    pub variants: Option<RecordedVariants>,
    /// The phases that began, oldest first; those that an mlship opened that did not put them down
    /// are missing.
    pub phases: Vec<Phase>,
    /// Where the ledger is that it is recorded in, where whoever started it said so.
    pub ledger: Option<String>,
    /// Whether it is there, once it ended.
    pub recorded: Option<Recorded>,
    /// The winner whose release is to be the control's, where there is one.
    pub promotion: Option<Promotion>,
    /// How it ended, if it did, or is about to.
    pub end: Option<End>,
}

/// How much of an experiment that ended is in its ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// All that there is to know.
    Whole,
    /// What is known without the manifest, or without its numbers.
    Partly,
}

impl Recorded {
    const ALL: [Self; 2] = [Self::Whole, Self::Partly];

    /// Returns the word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Partly => "partly",
        }
    }

    /// Returns what a rule says of it: of one start, since another leaves its tag behind.
    fn tag(self, started: Timestamp) -> String {
        format!("{} {}", self.word(), second(started))
    }
}

/// How an experiment ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The verdict of the last readout, by its word in documents; `unknown` where there was none.
    pub outcome: String,
    /// The variant that has all the traffic.
    pub winner: String,
    /// When the traffic began to be moved.
    pub at: Timestamp,
    /// Who ended it.
    pub by: String,
    /// When the last client leaves the losers.
    pub cookies_end: Timestamp,
    /// When the losers were scaled down, if they were.
    pub cleaned: Option<Timestamp>,
}

impl State {
    const ALL: [Self; 4] = [Self::Starting, Self::Running, Self::Stopping, Self::Stopped];

    /// Returns the word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
        }
    }

    /// Says whether clients may be with several variants because of it.
    #[must_use]
    pub fn is_open(self) -> bool {
        self != Self::Stopped
    }
}

/// Returns weights in the form in which they are kept, by the names of target groups.
#[must_use]
pub fn weights(forward: &Forward) -> String {
    let pairs = forward.weights.iter();
    let pairs = pairs.map(|(group, weight)| format!("{}={weight}", group.name()));
    pairs.collect::<Vec<_>>().join(" ")
}

impl Record {
    /// Reads the tags of a rule; none where no experiment was ever started on it.
    #[must_use]
    pub fn read(tags: &BTreeMap<String, String>) -> Option<Self> {
        let text = |name: &str| tags.get(name).cloned();
        let time = |name: &str| tags.get(name)?.parse().ok();
        let number = |name: &str| tags.get(name).and_then(|text| text.parse().ok());
        let state = tags.get(STATE)?;
        let state = State::ALL.into_iter().find(|known| known.word() == state)?;
        let end = time(ENDED).map(|at| End {
            outcome: text(OUTCOME).unwrap_or_default(),
            winner: text(WINNER).unwrap_or_default(),
            at,
            by: text(ENDED_BY).unwrap_or_default(),
            cookies_end: time(COOKIES_END).unwrap_or(at),
            cleaned: time(CLEANED),
        });
        let phase = number(PHASE).unwrap_or(1);
        Some(Self {
            name: text(EXPERIMENT)?,
            state,
            phase,
            step: number(STEP).unwrap_or(1),
            spending: tags.get(SPENDING).and_then(|text| Spending::read(text)),
            weights: text(WEIGHTS).unwrap_or_default(),
            // What is left of the phase or the experiment before is not this one's.
            since: time(SINCE).filter(|_| state != State::Starting),
            started: time(STARTED).filter(|_| state != State::Starting || phase > 1),
            by: text(BY).unwrap_or_default(),
            hypothesis: text(HYPOTHESIS),
            analysis_digest: text(ANALYSIS_DIGEST).unwrap_or_default(),
            variants: RecordedVariants::read(tags),
            phases: if state == State::Starting && phase == 1 {
                Vec::new()
            } else {
                phases::read(tags)
            },
            ledger: text(RECORD),
            recorded: Recorded::ALL.into_iter().find(|known| {
                let started = time(STARTED).filter(|_| state == State::Stopped);
                started.is_some_and(|at| tags.get(RECORDED) == Some(&known.tag(at)))
            }),
            // What is left of the phase or the experiment before is not this one's.
            promotion: tags
                .get(PROMOTION)
                .filter(|_| state != State::Starting)
                .and_then(|text| Promotion::read(text)),
            end: end.filter(|_| matches!(state, State::Stopping | State::Stopped)),
        })
    }

    /// Says whether a variant was taken out of the experiment.
    #[must_use]
    pub fn is_dropped(&self, variant: &str) -> bool {
        let variants = self.variants.iter().flat_map(|all| &all.variants);
        let mut dropped = variants.filter(|known| known.is_dropped);
        dropped.any(|known| known.name == variant)
    }

    /// Says whether a service is of a variant that was taken out of the experiment.
    #[must_use]
    pub fn has_dropped(&self, service: &ServiceId) -> bool {
        let variants = self.variants.iter().flat_map(|all| &all.variants);
        let is_own = |known: &ServiceId| {
            known.name == service.name && known.cluster.short() == service.cluster.short()
        };
        let mut dropped = variants.filter(|known| known.is_dropped);
        dropped.any(|known| is_own(&known.service))
    }

    /// Returns what its phases have spent of its significance level, of a ramp with so many steps.
    #[must_use]
    pub fn spent(&self, steps: usize) -> Spending {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        let assumed = || Spending::assumed(self.phase, self.step, steps);
        self.spending.unwrap_or_else(assumed)
    }

    /// Returns the tags that say all this.
    #[must_use]
    pub fn tags(&self) -> BTreeMap<String, String> {
        let mut tags = BTreeMap::new();
        let mut put = |name: &str, value: Option<String>| {
            let value = value.filter(|value| !value.is_empty());
            tags.extend(value.map(|value| (name.to_owned(), as_tag(&value))));
        };
        let second = |time: Timestamp| Some(second(time).to_string());
        put(EXPERIMENT, Some(self.name.clone()));
        put(STATE, Some(self.state.word().to_owned()));
        put(PHASE, Some(self.phase.to_string()));
        put(STEP, Some(self.step.to_string()));
        put(SPENDING, self.spending.map(Spending::text));
        put(WEIGHTS, Some(self.weights.clone()));
        put(SINCE, self.since.and_then(second));
        put(STARTED, self.started.and_then(second));
        put(BY, Some(self.by.clone()));
        put(HYPOTHESIS, self.hypothesis.clone());
        put(ANALYSIS_DIGEST, Some(self.analysis_digest.clone()));
        if let Some(end) = &self.end {
            put(OUTCOME, Some(end.outcome.clone()));
            put(WINNER, Some(end.winner.clone()));
            put(ENDED, second(end.at));
            put(ENDED_BY, Some(end.by.clone()));
            put(COOKIES_END, second(end.cookies_end));
            put(CLEANED, end.cleaned.and_then(second));
        }
        put(PROMOTION, self.promotion.as_ref().map(Promotion::text));
        put(RECORD, self.ledger.clone());
        let recorded = self.recorded.zip(self.started);
        put(RECORDED, recorded.map(|(recorded, at)| recorded.tag(at)));
        tags.extend(self.variants.iter().flat_map(RecordedVariants::tags));
        tags.extend(phases::tags(&self.phases));
        tags
    }

    /// Returns the tag that says that it is in its ledger.
    #[must_use]
    pub fn recorded_tag(&self, recorded: Recorded) -> BTreeMap<String, String> {
        let tag = |at| (RECORDED.to_owned(), recorded.tag(at));
        self.started.map(tag).into_iter().collect()
    }

    /// Returns the tag that says how far the promotion of its winner is.
    #[must_use]
    pub fn promotion_tag(&self, promotion: &Promotion) -> BTreeMap<String, String> {
        [(PROMOTION.to_owned(), as_tag(&promotion.text()))].into()
    }

    /// Returns the names of tags that a rule still has of an experiment that ended.
    #[must_use]
    pub fn outdated(&self, tags: &BTreeMap<String, String>) -> Vec<&'static str> {
        let own = self.tags();
        let known = OF_THE_END.into_iter().chain([HYPOTHESIS, RECORD, SPENDING]);
        let known = known.chain(VARIANTS).chain(PHASES).chain(LOOKS);
        known
            .filter(|name| tags.contains_key(*name) && !own.contains_key(*name))
            .collect()
    }
}

/// Returns a time to the second, rounded up: what comes before is not of the phase.
pub(super) fn second(time: Timestamp) -> Timestamp {
    let round = jiff::TimestampRound::new()
        .smallest(jiff::Unit::Second)
        .mode(jiff::RoundMode::Ceil);
    time.round(round).unwrap_or(time)
}

#[cfg(test)]
mod tests;
