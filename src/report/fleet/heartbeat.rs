//! Lines that only say that a run goes on, where nothing else does.

use jiff::{SignedDuration, Timestamp};

/// How long nothing is said at least.
const SILENCE: SignedDuration = SignedDuration::from_secs(30);
/// Some build servers end what says nothing for ten minutes.
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_mins(8);

/// Decides when to say so.
#[derive(Debug)]
pub(super) struct Heartbeat {
    spoken_at: Option<Timestamp>,
    silence: SignedDuration,
    last: String,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Self {
            spoken_at: None,
            silence: SILENCE,
            last: String::new(),
        }
    }
}

impl Heartbeat {
    /// Something else was said.
    pub(super) fn spoke(&mut self, now: Timestamp) {
        self.spoken_at = Some(now);
        self.silence = SILENCE;
    }

    /// Says whether it is time.
    pub(super) fn is_due(&mut self, now: Timestamp) -> bool {
        let since = *self.spoken_at.get_or_insert(now);
        now.duration_since(since) >= self.silence
    }

    /// Returns the line, ever more rarely where it is the same.
    pub(super) fn beat(&mut self, text: &str, now: Timestamp) -> Option<String> {
        if !self.is_due(now) {
            return None;
        }
        self.spoken_at = Some(now);
        if self.last == text {
            self.silence = LONGEST_SILENCE.min(self.silence * 2);
            return Some(format!("still {text}"));
        }
        self.silence = SILENCE;
        text.clone_into(&mut self.last);
        Some(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_the_same_is_said_ever_more_rarely_and_what_moves_every_half_minute() {
        let mut heartbeat = Heartbeat::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        heartbeat.spoke(at(0));
        let mut said = Vec::new();
        for second in 0..1000 {
            said.extend(heartbeat.beat("1 of 2 done", at(second)).map(|_| second));
        }
        assert_eq!(said, [30, 60, 120, 240, 480, 960]);
        said.clear();
        for second in 1000..1200 {
            if heartbeat.is_due(at(second))
                && heartbeat.beat(&format!("{second}"), at(second)).is_some()
            {
                said.push(second);
            }
            if said.is_empty() {
                heartbeat.spoke(at(1000));
            }
        }
        assert_eq!(said.len(), 6, "{said:?}");
    }
}
