//! How the releases of a run ended.

use crate::app::ResultRecord;

/// How the releases of a run ended.
#[derive(Debug, Default)]
pub struct RunResults {
    /// Of each release, in the order of their ends.
    pub forth: Vec<ResultRecord>,
    /// Of those that were to be taken back, in the order of their ends.
    pub back: Vec<ResultRecord>,
}

impl RunResults {
    /// Returns all of them in the order in which they were told.
    pub fn all(&self) -> impl Iterator<Item = &ResultRecord> {
        self.forth.iter().chain(&self.back)
    }
}
