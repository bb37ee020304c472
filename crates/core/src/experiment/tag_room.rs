//! Whether a rule has room for what an experiment puts down: it takes 50 tags, and some are there
//! for other reasons. An experiment that runs out of room can't be ended, so that is known before.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::Definition;
use super::dropped::DROPPED;
use super::phases::PHASES;
use super::planned_looks::LOOKS;
use super::record::{OF_EACH, OF_SOME, Record};

/// How many tags a rule takes. AWS's own don't count.
const MOST: usize = 50;

/// The tags that a rule will have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TagRoom {
    /// Those of others.
    pub(super) of_others: usize,
    /// Those that each experiment like this one has in the end.
    pub(super) of_each: usize,
    /// Those that it has at most.
    pub(super) at_most: usize,
}

impl TagRoom {
    /// Counts the tags of a rule, beside which an experiment is opened.
    pub(super) fn of(
        tags: &BTreeMap<String, String>,
        definition: &Definition,
        opened: &Record,
    ) -> Self {
        let own = opened.tags();
        let own = own.keys().map(String::as_str);
        let of_each: BTreeSet<&str> = own.chain(OF_EACH).collect();
        let more = OF_SOME.into_iter().chain(PHASES).chain(LOOKS);
        let mut at_most: BTreeSet<&str> = of_each.iter().copied().chain(more).collect();
        // The last challenger is not dropped.
        if definition.arms.len() > 2 {
            at_most.extend(DROPPED);
        }
        let outdated = opened.outdated(tags);
        let is_of_others = |name: &&String| {
            let name = name.as_str();
            !name.starts_with("aws:") && !at_most.contains(name) && !outdated.contains(&name)
        };
        Self {
            of_others: tags.keys().filter(is_of_others).count(),
            of_each: of_each.len(),
            at_most: at_most.len(),
        }
    }

    /// Returns how many tags of others have to go before it may begin.
    pub(super) fn lacks(self) -> Option<usize> {
        Some((self.of_others + self.of_each).saturating_sub(MOST)).filter(|lacks| *lacks > 0)
    }

    /// Says that it may run out of room on the way.
    pub(super) fn warning(self) -> Option<String> {
        let lacks = (self.of_others + self.at_most).saturating_sub(MOST);
        (lacks > 0).then(|| {
            format!(
                "the rule has {} tags of others, and takes {MOST}: an experiment puts down up to \
                 {}, so that later phases, looks or a promotion may find no room; with {lacks} \
                 fewer there is room for all",
                self.of_others, self.at_most
            )
        })
    }
}
