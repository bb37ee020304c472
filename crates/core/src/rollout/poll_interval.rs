//! How long to wait before the next poll: short, since a deployment may be replaced or given up at
//! any moment, and longer the longer nothing moves, unless anything went wrong. Pure; randomness is
//! a parameter.

use std::time::Duration;

/// How closely a rollout is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attention {
    /// It is on its way, as far as anybody can see.
    Calm,
    /// A task failed, PRIMARY changed, or an event said so: whatever comes of that is told at once.
    Tense,
}

/// With the looks that an end calls for, two seconds.
const QUICK: Duration = Duration::from_millis(1400);
/// With these, five.
const SLOW: Duration = Duration::from_millis(4300);

/// What each of the releases of a run adds to the wait of all: AWS takes so many looks a second, and
/// what matters to a run is when the last of them ends.
const FOR_EACH: Duration = Duration::from_millis(160);
/// The longest that a run of many waits.
const SLOWEST: Duration = Duration::from_secs(8);

/// Returns the wait before the next look of one of so many releases, with nothing having moved for
/// `still`.
#[must_use]
pub(super) fn next_look(attention: Attention, still: Duration, company: usize) -> Duration {
    match attention {
        Attention::Tense => QUICK,
        // What a wait adds to the stillness is a small part of it.
        Attention::Calm => {
            let alone = (still / 64).clamp(QUICK, SLOW);
            alone.max(stretched(FOR_EACH, company).min(SLOWEST))
        }
    }
}

/// Returns a time for each of the releases of a run.
fn stretched(each: Duration, company: usize) -> Duration {
    each.saturating_mul(u32::try_from(company).unwrap_or(u32::MAX))
}

/// Returns how often to look at what only tells more, in a run of so many: seldom enough that it
/// takes no request from what decides.
#[must_use]
pub(super) fn seldom(alone: Duration, company: usize) -> Duration {
    alone.max(stretched(alone / 10, company).min(alone * 8))
}

/// Returns the wait after so many looks in a row that no answer came to.
#[must_use]
pub(super) fn after_silence(looks: u32) -> Duration {
    Duration::from_secs(1 << looks.min(3))
}

/// Shortens a wait by up to a thirtieth, so that many watchers don't look in step. Takes a
/// chance of 0 to 1.
#[must_use]
pub(super) fn jittered(wait: Duration, chance: f64) -> Duration {
    wait.mul_f64(1.0 - chance.clamp(0.0, 1.0) / 30.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(attention: Attention, still: u64, milliseconds: u64) {
        let wait = next_look(attention, Duration::from_secs(still), 1);
        assert_eq!(
            wait,
            Duration::from_millis(milliseconds),
            "{attention:?} {still}"
        );
    }

    #[test]
    fn the_longer_nothing_moves_the_longer_the_wait_up_to_a_bound() {
        check(Attention::Calm, 0, 1_400);
        check(Attention::Calm, 80, 1_400);
        check(Attention::Calm, 128, 2_000);
        check(Attention::Calm, 3600, 4_300);
    }

    #[test]
    fn what_went_wrong_once_is_looked_at_closely_until_the_end() {
        for still in [0, 45, 3600] {
            check(Attention::Tense, still, 1_400);
        }
    }

    #[test]
    fn the_more_releases_there_are_the_longer_each_waits_unless_something_went_wrong() {
        let calm = [1, 8, 25, 50, 1000]
            .map(|company| next_look(Attention::Calm, Duration::ZERO, company).as_millis());
        assert_eq!(calm, [1400, 1400, 4000, 8000, 8000]);
        let tense = next_look(Attention::Tense, Duration::ZERO, 1000);
        assert_eq!(tense, QUICK);
        let messages =
            [1, 20, 100, 1000].map(|company| seldom(Duration::from_secs(20), company).as_secs());
        assert_eq!(messages, [20, 40, 160, 160]);
    }

    #[test]
    fn silence_is_met_with_patience() {
        let waits = [0, 1, 2, 3, 40].map(after_silence);
        assert_eq!(waits, [1, 2, 4, 8, 8].map(Duration::from_secs));
    }

    #[test]
    fn chance_only_shortens_a_wait_and_only_a_little() {
        let wait = Duration::from_secs(30);
        assert_eq!(jittered(wait, 0.0), wait);
        assert_eq!(jittered(wait, 1.0), Duration::from_secs(29));
        assert_eq!(jittered(wait, 7.0), Duration::from_secs(29));
    }
}
