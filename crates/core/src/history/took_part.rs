//! An experiment that a version took part in.

use jiff::Timestamp;
use serde::Serialize;

/// What a version was in an experiment that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TookPart {
    /// The experiment.
    pub experiment: String,
    /// The id of its start.
    pub id: String,
    /// When it ended.
    pub ended: Timestamp,
    /// The verdict at which it was ended, by its word; `unknown` where there was none.
    pub outcome: String,
    /// The variant that got all the traffic.
    pub winner: String,
    /// The variant that the version was.
    pub variant: String,
}
