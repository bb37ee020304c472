//! Remembers where walks over a text ended.

use std::cell::Cell;

use super::quotes::Quote;

/// The last walk in each quotation. One that begins within it ends where it did: what ends a walk
/// depends on the bytes and on the quotation alone.
#[derive(Default)]
pub(super) struct Walks {
    last: [Cell<Option<(usize, usize)>>; Quote::KINDS],
}

impl Walks {
    /// Returns where a walk from here ends, if it is known.
    pub(super) fn end(&self, quote: Quote, from: usize) -> Option<usize> {
        let (start, end) = self.last[quote as usize].get()?;
        (start..end).contains(&from).then_some(end)
    }

    pub(super) fn remember(&self, quote: Quote, from: usize, end: usize) {
        self.last[quote as usize].set(Some((from, end)));
    }
}
