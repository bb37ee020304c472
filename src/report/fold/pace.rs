//! Counts of tasks where nothing moves: a line for what is new, and now and then one to show that it
//! goes on.

use jiff::{SignedDuration, Timestamp};

use super::super::traffic::left;
use mlship_text::words::duration;

/// How long nothing is said before the counts are told again; each time twice as long.
const FIRST_SILENCE: SignedDuration = SignedDuration::from_secs(60);
/// Some build servers end what says nothing for ten minutes.
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_mins(8);

/// Decides when counts are worth a line.
#[derive(Debug)]
pub(super) struct Pace {
    /// What would be said now.
    counts: Option<Counts>,
    has_begun: bool,
    has_filled: bool,
    silence: SignedDuration,
    spoken_at: Option<Timestamp>,
}

#[derive(Debug)]
struct Counts {
    text: String,
    was_said: bool,
    /// Since when it is so, as far as anybody asked.
    since: Option<Timestamp>,
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
        if self.counts.as_ref().is_none_or(|known| known.text != text) {
            self.counts = Some(Counts {
                text: text.to_owned(),
                was_said: false,
                since: None,
            });
        }
        let begins = !self.has_begun && running + pending > 0;
        let fills = !self.has_filled && desired > 0 && running >= desired;
        self.has_begun |= begins;
        self.has_filled |= fills;
        if !begins && !fills {
            return None;
        }
        let counts = self.counts.as_mut()?;
        counts.was_said = true;
        Some(counts.text.clone())
    }

    /// Where it begins was said.
    pub(super) fn begin(&mut self) {
        self.has_begun = true;
    }

    /// Returns the counts where nothing was said for long, with what is waited for where that is
    /// known, and for how long: no line is one that was said before.
    pub(super) fn idle(&mut self, now: Timestamp, waits: Option<&Wait>) -> Option<String> {
        let since = *self.spoken_at.get_or_insert(now);
        if now.duration_since(since) < self.silence {
            return None;
        }
        let counts = self.counts.as_mut()?;
        let stands = now.duration_since(*counts.since.get_or_insert(since));
        let was_said = std::mem::replace(&mut counts.was_said, true);
        let still = if was_said { "still " } else { "" };
        let text = &counts.text;
        let left = waits.and_then(|waits| Some((waits, left(waits.until?, now)?)));
        let said = match left {
            Some((waits, left)) => format!("{still}{text}; {} for {left} more", waits.what),
            None if was_said => {
                let stands = duration(stands.as_secs_f64());
                match waits {
                    Some(waits) => format!("still {text} after {stands}; {}", waits.what),
                    None => format!("still {text} after {stands}"),
                }
            }
            None => text.clone(),
        };
        self.silence = LONGEST_SILENCE.min(self.silence * 2);
        Some(said)
    }

    /// Something was said.
    pub(super) fn spoke(&mut self, now: Timestamp) {
        self.spoken_at = Some(now);
        if let Some(counts) = &mut self.counts {
            counts.since.get_or_insert(now);
        }
    }
}

/// What a deployment waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wait {
    /// That it waits, in words.
    pub(super) what: String,
    /// Until when, where that is known.
    pub(super) until: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Returns what is said in so many seconds in which nothing moves.
    fn said(seconds: i64, waits: Option<&Wait>) -> Vec<(i64, String)> {
        let mut pace = Pace::new();
        assert_eq!(pace.counts("0 of 2 running", 2, 0, 0), None);
        assert!(pace.counts("0 of 2 running, 2 starting", 2, 0, 2).is_some());
        pace.spoke(at(0));
        let mut said = Vec::new();
        for second in 0..seconds {
            if let Some(line) = pace.idle(at(second), waits) {
                said.push((second, line));
                pace.spoke(at(second));
            }
        }
        said
    }

    #[test]
    fn what_is_long_silent_is_said_again_ever_more_rarely_and_no_line_twice() {
        let until = |until| Wait {
            what: "waits for somebody at POST_SCALE_UP".to_owned(),
            until,
        };
        let day = until(Some(at(86_400)));
        for waits in [
            None,
            Some(&until(None)),
            Some(&until(Some(at(100)))),
            Some(&day),
        ] {
            let said = said(86_400, waits);
            let lines: std::collections::BTreeSet<&String> =
                said.iter().map(|(_, line)| line).collect();
            assert_eq!(lines.len(), said.len(), "{said:?}");
            let at: Vec<i64> = said.iter().map(|(at, _)| *at).collect();
            assert_eq!(&at[..5], [60, 180, 420, 900, 1380]);
        }
    }

    #[test]
    fn what_stands_says_for_how_long_and_what_is_waited_for() {
        let stands = said(100, None);
        let line = "still 0 of 2 running, 2 starting after 60 s";
        assert_eq!(stands, [(60, line.to_owned())]);
        let bakes = Wait {
            what: "bakes".to_owned(),
            until: Some(at(660)),
        };
        let line = "still 0 of 2 running, 2 starting; bakes for 10 min more";
        assert_eq!(said(100, Some(&bakes)), [(60, line.to_owned())]);
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
