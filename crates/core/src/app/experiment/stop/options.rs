//! How a stop is asked for.

use std::fmt::Write as _;

/// Who gets all the traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The variant of this name.
    Winner(String),
    /// The control, since nobody has won.
    NoWinner,
}

/// How to stop an experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopOptions {
    /// How it is to end; none where it has.
    pub ending: Option<Ending>,
    /// Whether clients are taken from the losers at once.
    pub now: bool,
    /// Whether to scale the losers down.
    pub cleanup: bool,
    /// Whether to stop in spite of what speaks against the winner.
    pub force: bool,
}

impl StopOptions {
    /// Adds what was asked for to a command line.
    pub(super) fn added_to(&self, mut line: String) -> String {
        match &self.ending {
            Some(Ending::Winner(winner)) => {
                let _ = write!(line, " --winner {winner}");
            }
            Some(Ending::NoWinner) => line.push_str(" --no-winner"),
            None => {}
        }
        let flags = [
            (" --now", self.now),
            (" --cleanup", self.cleanup),
            (" --force", self.force),
        ];
        line.extend(
            flags
                .iter()
                .filter(|(_, is_set)| *is_set)
                .map(|(flag, _)| *flag),
        );
        line
    }
}
