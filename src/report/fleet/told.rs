//! What was told of any service, so that it is not told of each.

use std::collections::HashSet;

/// So many different words are remembered: more are told again.
const MOST: usize = 10_000;

/// The words that were told.
#[derive(Debug, Default)]
pub(super) struct Told(HashSet<String>);

impl Told {
    /// Returns whether nothing like it was told, and takes it for told.
    pub(super) fn is_news(&mut self, words: &str) -> bool {
        if self.0.len() >= MOST {
            return !self.0.contains(words);
        }
        self.0.insert(words.to_owned())
    }
}
