//! How long to wait before the next poll: short while things change and near the end, longer while
//! nothing does. Pure; randomness is a parameter.

use std::time::Duration;

/// How far a rollout is, as far as its pace goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// New tasks are missing or on their way: pulling an image takes its time.
    Starting,
    /// All new tasks run beside old ones: they have to turn healthy.
    Proving,
    /// Nothing but the end is left, and it may come at any moment.
    Ending,
}

/// How long the end is waited for at the closest.
const QUICK_ENDING: Duration = Duration::from_secs(45);

/// Returns the wait before the next look, with nothing having moved for `still`.
#[must_use]
pub(super) fn next_look(stage: Stage, still: Duration) -> Duration {
    let seconds = Duration::from_secs;
    match stage {
        // A wait in proportion to the stillness finds a quick start quickly and wastes few
        // looks on a slow one.
        Stage::Starting => (still / 2).clamp(seconds(4), seconds(15)),
        Stage::Proving => (still / 3).clamp(seconds(5), seconds(10)),
        Stage::Ending if still <= QUICK_ENDING => Duration::from_millis(1400),
        Stage::Ending => (still / 32).clamp(seconds(2), seconds(5)),
    }
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

    fn check(stage: Stage, still: u64, milliseconds: u64) {
        let wait = next_look(stage, Duration::from_secs(still));
        assert_eq!(
            wait,
            Duration::from_millis(milliseconds),
            "{stage:?} {still}"
        );
    }

    #[test]
    fn the_longer_nothing_moves_the_longer_the_wait_up_to_a_bound() {
        check(Stage::Starting, 0, 4_000);
        check(Stage::Starting, 10, 5_000);
        check(Stage::Starting, 3600, 15_000);
        check(Stage::Proving, 0, 5_000);
        check(Stage::Proving, 3600, 10_000);
    }

    #[test]
    fn the_end_is_seen_within_a_second_and_a_half() {
        check(Stage::Ending, 0, 1_400);
        check(Stage::Ending, 45, 1_400);
        check(Stage::Ending, 3600, 5_000);
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
