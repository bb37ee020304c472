//! How far all releases of a run have come, in a line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::row::Row;
use super::track::{Stage, Track};

/// How many services are where.
#[derive(Debug, Default)]
pub(super) struct Tally {
    done: usize,
    failed: usize,
    roll_out: usize,
    for_others: usize,
    wait: usize,
    to_register: usize,
}

impl Tally {
    pub(super) fn of(
        services: usize,
        tracks: &BTreeMap<String, Track>,
        rows: &BTreeMap<String, Row>,
    ) -> Self {
        let mut tally = Self::default();
        for track in tracks.values() {
            match track.stage() {
                Stage::Plans => tally.wait += 1,
                Stage::WaitsToRegister => {
                    tally.wait += 1;
                    tally.to_register += 1;
                }
                Stage::WaitsForOther => tally.for_others += 1,
                Stage::RollsOut => tally.roll_out += 1,
                Stage::Ended => {}
            }
        }
        let under_way = tally.wait + tally.for_others + tally.roll_out;
        // What goes back after it ended is under way again.
        let has_ended = |label: &&String| {
            let track = tracks.get(*label);
            track.is_none_or(|track| track.stage() == Stage::Ended)
        };
        tally.done = rows.keys().filter(has_ended).count();
        tally.failed = rows.values().filter(|row| row.is_bad()).count();
        tally.wait += services.saturating_sub(tally.done + under_way);
        tally
    }

    pub(super) fn services(&self) -> u64 {
        as_length(self.done + self.wait + self.for_others + self.roll_out)
    }

    pub(super) fn done(&self) -> u64 {
        as_length(self.done)
    }

    /// Returns it as a line of a build log.
    pub(super) fn words(&self) -> String {
        let mut words = format!("{} of {} done", self.done, self.services());
        for (count, what) in [
            (self.failed, "failed"),
            (self.roll_out, "roll out"),
            (self.for_others, "wait for another deployment"),
        ] {
            add(&mut words, count, what);
        }
        let turn = if self.to_register > 0 {
            "wait for their turn (ECS registers 1 a second)"
        } else {
            "wait for their turn"
        };
        add(&mut words, self.wait, turn);
        words
    }

    /// Returns it as it stands beside a bar.
    pub(super) fn brief(&self) -> String {
        let mut words = format!("{} of {}", self.done, self.services());
        add(&mut words, self.failed, "failed");
        add(&mut words, self.roll_out, "roll out");
        add(&mut words, self.for_others + self.wait, "wait");
        words
    }
}

fn add(words: &mut String, count: usize, what: &str) {
    if count > 0 {
        let _ = write!(words, ", {count} {what}");
    }
}

fn as_length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
