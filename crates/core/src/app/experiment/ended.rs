//! An experiment that is over: how it ended, and whether the traffic still is where that left it.

use jiff::Timestamp;

use crate::experiment::{Definition, Record, State};
use crate::release::{Forward, ListenerRule, Routing};

/// How an experiment ended, and who has its traffic now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The verdict of its last readout, by its word in documents; `unknown` where there was none.
    pub outcome: String,
    /// The variant that was given all the traffic.
    pub winner: String,
    /// When the traffic began to be moved.
    pub at: Timestamp,
    /// Who ended it.
    pub by: String,
    /// When the last client leaves the losers.
    pub cookies_end: Timestamp,
    /// Who gets requests now: variants by their names, others by their target groups.
    pub traffic: Vec<String>,
}

impl Ended {
    /// Returns how it ended, where it did.
    pub(super) fn of(
        definition: &Definition,
        rule: &ListenerRule,
        record: &Record,
    ) -> Option<Self> {
        if record.state != State::Stopped {
            return None;
        }
        let end = record.end.as_ref()?;
        let forward = match &rule.routing {
            Routing::Forward(forward) => Some(forward),
            Routing::Other(_) => None,
        };
        let serving = forward.into_iter().flat_map(Forward::serving);
        let traffic = serving.map(|group| match definition.arm_of(group) {
            Some(arm) => arm.name.clone(),
            None => group.name().to_owned(),
        });
        Some(Self {
            outcome: end.outcome.clone(),
            winner: end.winner.clone(),
            at: end.at,
            by: end.by.clone(),
            cookies_end: end.cookies_end,
            traffic: traffic.collect(),
        })
    }

    /// Says whether the traffic is where the stop left it.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.traffic == [self.winner.as_str()]
    }
}
