//! The state of one followed log stream. Pure.

use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};

use super::{Line, LogSource};

/// A container that is followed.
pub(super) struct Followed {
    /// Which.
    pub(super) source: Rc<LogSource>,
    /// Lines of before are not wanted.
    pub(super) floor: Timestamp,
    /// Whether a look has reached its present.
    pub(super) is_read: bool,
    /// The look before which its stream is not asked for.
    pub(super) not_before: u32,
}

impl Followed {
    /// Returns where a look that begins there begins for this container.
    pub(super) fn from(&self, begin: Option<Timestamp>) -> Timestamp {
        let begin = begin.filter(|_| self.is_read);
        begin.map_or(self.floor, |begin| begin.max(self.floor))
    }
}

/// Returns where the lines begin that may be missing from a container's tail of so many lines;
/// nothing for a container that wrote nothing.
pub(super) fn after_tail(tails: &[Line], source: &Rc<LogSource>, lines: u32) -> Option<Timestamp> {
    let own = tails.iter().filter(|line| line.source == *source);
    let times: Vec<Timestamp> = own.map(|line| line.time).collect();
    let (first, last) = (*times.first()?, *times.last()?);
    let is_cut = times.len() >= lines as usize;
    // Of the first millisecond a tail that was cut may lack lines, older ones than were wanted.
    if is_cut && first < last {
        return first.checked_add(SignedDuration::from_millis(1)).ok();
    }
    Some(first)
}
