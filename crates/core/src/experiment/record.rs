//! The record of an experiment, kept in the tags of its listener rule: the only stored state.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::dropped::{self, DROPPED, DroppedVariant};
use super::ending::{self, End, OF_THE_END, Recorded};
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
/// The winner whose release is to be the control's, and how far that is.
const PROMOTION: &str = "mlship:experiment-promotion";

/// Where the ledger is that the experiment is recorded in.
const RECORD: &str = "mlship:experiment-record";

/// What was released to a variant, by force, while it was compared, and when.
pub const DISTURBED: &str = "mlship:experiment-disturbed";

/// What the next phase on a rule does away with, beside how an experiment before ended.
const OF_BEFORE: [&str; 5] = [DISTURBED, PROMOTION, HYPOTHESIS, RECORD, SPENDING];

/// What every experiment has put down in the end, beside what it began with.
pub(super) const OF_EACH: [&str; 6] =
    [SINCE, STARTED, BY, ending::END, ending::ENDED_BY, PHASES[0]];

/// What some experiments put down on their way.
pub(super) const OF_SOME: [&str; 3] = [PROMOTION, DISTURBED, super::claim::CLAIM];

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
#[derive(Debug, Clone, PartialEq)]
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
    /// The variants that were dropped, with what was known then, oldest first; those that an mlship
    /// dropped that did not put it down are missing.
    pub dropped: Vec<DroppedVariant>,
    /// Where the ledger is that it is recorded in, where whoever started it said so.
    pub ledger: Option<String>,
    /// Whether it is there, once it ended.
    pub recorded: Option<Recorded>,
    /// The winner whose release is to be the control's, where there is one.
    pub promotion: Option<Promotion>,
    /// How it ended, if it did, or is about to.
    pub end: Option<End>,
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
        let phase = number(PHASE).unwrap_or(1);
        // What is left of the phase or the experiment before is not this one's.
        let started = time(STARTED).filter(|_| state != State::Starting || phase > 1);
        let is_over = matches!(state, State::Stopping | State::Stopped);
        let ended = ending::read(tags, started).filter(|_| is_over);
        let (end, recorded) = ended.map_or((None, None), |(end, recorded)| (Some(end), recorded));
        Some(Self {
            name: text(EXPERIMENT)?,
            state,
            phase,
            step: number(STEP).unwrap_or(1),
            spending: tags.get(SPENDING).and_then(|text| Spending::read(text)),
            weights: text(WEIGHTS).unwrap_or_default(),
            since: time(SINCE).filter(|_| state != State::Starting),
            started,
            by: text(BY).unwrap_or_default(),
            hypothesis: text(HYPOTHESIS),
            analysis_digest: text(ANALYSIS_DIGEST).unwrap_or_default(),
            variants: RecordedVariants::read(tags),
            phases: if state == State::Starting && phase == 1 {
                Vec::new()
            } else {
                phases::read(tags)
            },
            dropped: if state == State::Starting && phase == 1 {
                Vec::new()
            } else {
                dropped::read(tags)
            },
            ledger: text(RECORD),
            recorded: recorded.filter(|_| state == State::Stopped),
            promotion: tags
                .get(PROMOTION)
                .filter(|_| state != State::Starting)
                .and_then(|text| Promotion::read(text))
                .map(|promotion| {
                    if is_over {
                        promotion.at_the_end()
                    } else {
                        promotion
                    }
                }),
            end,
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
        put(PROMOTION, self.promotion.as_ref().map(Promotion::text));
        put(RECORD, self.ledger.clone());
        let end = self.end.iter();
        tags.extend(end.flat_map(|end| ending::tags(end, self.recorded, self.started)));
        tags.extend(self.variants.iter().flat_map(RecordedVariants::tags));
        tags.extend(phases::tags(&self.phases));
        tags.extend(dropped::tags(&self.dropped));
        tags
    }

    /// Returns the tags that say that it is in its ledger.
    #[must_use]
    pub fn recorded_tags(&self, recorded: Recorded) -> BTreeMap<String, String> {
        let end = self.end.as_ref();
        end.map(|end| ending::tags(end, Some(recorded), self.started))
            .unwrap_or_default()
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
        let known = OF_THE_END.into_iter().chain(OF_BEFORE).chain(DROPPED);
        let known = known.chain(VARIANTS).chain(PHASES).chain(LOOKS);
        known
            .filter(|name| tags.contains_key(*name) && !own.contains_key(*name))
            .collect()
    }
}

/// Returns a time to the second, rounded up: what comes before is not of the phase.
pub(crate) fn second(time: Timestamp) -> Timestamp {
    let round = jiff::TimestampRound::new()
        .smallest(jiff::Unit::Second)
        .mode(jiff::RoundMode::Ceil);
    time.round(round).unwrap_or(time)
}

#[cfg(test)]
mod tests;
