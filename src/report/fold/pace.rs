//! Counts of tasks where nothing moves: a line for what is new, and now and then one to show that it
//! goes on.

use jiff::{SignedDuration, Timestamp};

/// How long nothing is said before the counts are told again; each time twice as long.
const FIRST_SILENCE: SignedDuration = SignedDuration::from_secs(60);
/// Some build servers end what says nothing for ten minutes.
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_mins(8);

/// Decides when counts are worth a line.
#[derive(Debug)]
pub(super) struct Pace {
    /// What would be said now, and whether it was.
    counts: Option<(String, bool)>,
    has_begun: bool,
    has_filled: bool,
    silence: SignedDuration,
    spoken_at: Option<Timestamp>,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self {
            counts: None,
            has_begun: false,
            has_filled: false,
            silence: FIRST_SILENCE,
            spoken_at: None,
        }
    }

    /// Takes in counts; returns the line where they are the first, or all tasks run at last.
    pub(super) fn counts(
        &mut self,
        text: &str,
        desired: u32,
        running: u32,
        pending: u32,
    ) -> Option<String> {
        if self.counts.as_ref().is_none_or(|(known, _)| known != text) {
            self.counts = Some((text.to_owned(), false));
        }
        let begins = !self.has_begun && running + pending > 0;
        let fills = !self.has_filled && desired > 0 && running >= desired;
        self.has_begun |= begins;
        self.has_filled |= fills;
        if !begins && !fills {
            return None;
        }
        self.say()
    }

    /// Where it begins was said.
    pub(super) fn begin(&mut self) {
        self.has_begun = true;
    }

    /// Returns the counts where nothing was said for long.
    pub(super) fn idle(&mut self, now: Timestamp) -> Option<String> {
        let since = *self.spoken_at.get_or_insert(now);
        if now.duration_since(since) < self.silence {
            return None;
        }
        let said = self.say()?;
        self.silence = LONGEST_SILENCE.min(self.silence * 2);
        Some(said)
    }

    /// Something was said.
    pub(super) fn spoke(&mut self, now: Timestamp) {
        self.spoken_at = Some(now);
    }

    fn say(&mut self) -> Option<String> {
        let (text, was_said) = self.counts.as_mut()?;
        let still = if std::mem::replace(was_said, true) {
            "still "
        } else {
            ""
        };
        Some(format!("{still}{text}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_silent_is_said_again_and_ever_more_rarely() {
        let mut pace = Pace::new();
        assert_eq!(pace.counts("0 of 2 running", 2, 0, 0), None);
        assert!(pace.counts("0 of 2 running, 2 starting", 2, 0, 2).is_some());
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        pace.spoke(at(0));
        let mut said = Vec::new();
        for second in 0..3600 {
            if let Some(line) = pace.idle(at(second)) {
                assert_eq!(line, "still 0 of 2 running, 2 starting");
                said.push(second);
                pace.spoke(at(second));
            }
        }
        assert_eq!(&said[..5], [60, 180, 420, 900, 1380]);
        assert!(said.len() < 12, "{said:?}");
    }

    #[test]
    fn only_the_first_counts_and_the_full_ones_are_lines() {
        let mut pace = Pace::new();
        let mut lines = 0;
        for running in (0..=100).chain(0..=100) {
            let text = format!("{running} of 100 running");
            lines += usize::from(pace.counts(&text, 100, running, 100 - running).is_some());
        }
        assert_eq!(lines, 2);
        assert_eq!(pace.counts("0 of 0 running", 0, 0, 0), None);
    }
}
