//! The flags that say how a run over many services goes.

use std::num::NonZeroUsize;
use std::time::Duration;

use clap::{Args, ValueEnum};

use mlship_core::app::deploy::Repeat;
use mlship_core::app::fleet::{self as app, Again, RunOptions};
use mlship_core::app::pasted;
use mlship_core::fleet::{FailureBudget, WaveSizes};
use mlship_text::duration::duration;

/// Stands after a command's own options.
pub(super) const FLEETS: &str = "Many services";

/// How a run over many services goes.
#[derive(Debug, Args)]
pub(super) struct FleetFlags {
    /// Roll out at most this many services at a time; all that needn't wait by default
    #[arg(long, value_parser = at_least_one, value_name = "N", help_heading = FLEETS)]
    max_parallel: Option<NonZeroUsize>,
    /// Begin in waves instead of those of service.wave: how many services have begun with each, in
    /// all, as numbers or percentages such as 1,10%,50%,100%
    #[arg(long, value_name = "SIZES", help_heading = FLEETS)]
    pub(super) waves: Option<WaveSizes>,
    /// Begin nothing more once more than this many releases failed, as a number or a percentage;
    /// what runs is followed to its end
    #[arg(long, value_name = "N|P%", allow_hyphen_values = true, help_heading = FLEETS)]
    failure_budget: Option<FailureBudget>,
    /// What to do beyond the failure budget, which is 0 with stop and rollback
    #[arg(
        long,
        value_enum,
        default_value_t = OnFailure::Continue,
        value_name = "ACTION",
        help_heading = FLEETS
    )]
    on_failure: OnFailure,
    /// Begin nothing more after this long, and give up waiting; deployments go on
    #[arg(long, value_parser = some_time, value_name = "TIME", help_heading = FLEETS)]
    pub(super) run_timeout: Option<Duration>,
    /// Go on with an earlier run, by what ECS and its tags say: what serves is left, what runs is
    /// followed, and content that failed is not deployed again
    #[arg(long, help_heading = FLEETS)]
    pub(super) resume: bool,
    /// Deploy content that failed, too
    #[arg(long, requires = "resume", help_heading = FLEETS)]
    retry_failed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnFailure {
    /// Go on with what does not depend on it; with a failure budget, until that is used up
    Continue,
    /// Begin nothing more
    Stop,
    /// Begin nothing more, and take back what this run released
    Rollback,
}

fn at_least_one(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse();
    number.map_err(|_| "write a number of 1 or more, or leave it out".to_owned())
}

fn some_time(text: &str) -> Result<Duration, String> {
    match duration(text) {
        Ok(Duration::ZERO) => Err("nothing could begin in no time".to_owned()),
        Ok(time) => Ok(time),
        Err(error) => Err(error.to_string()),
    }
}

impl FleetFlags {
    /// Says whether what this run releases may be taken back.
    pub(super) fn takes_back(&self) -> bool {
        self.on_failure == OnFailure::Rollback
    }

    /// Returns what becomes of content that failed.
    pub(super) fn repeat(&self) -> Repeat {
        if self.resume && !self.retry_failed {
            Repeat::UnlessFailed
        } else {
            Repeat::Always
        }
    }

    /// Returns them as a run takes them.
    pub(super) fn options(&self) -> RunOptions {
        RunOptions {
            max_parallel: self.max_parallel,
            failure_budget: self.failure_budget,
            on_failure: match self.on_failure {
                OnFailure::Continue => app::OnFailure::Continue,
                OnFailure::Stop => app::OnFailure::Stop,
                OnFailure::Rollback => app::OnFailure::Rollback,
            },
        }
    }
}

/// Returns the commands that go on with a run, from the words by which it was called. One that
/// leaves nothing, since it replaces the tasks of all, is only made anew.
pub(super) fn again(words: impl Iterator<Item = String>, leaves: bool) -> Again {
    let is_resume = |word: &String| ["--resume", "--retry-failed"].contains(&word.as_str());
    let given = words.skip(1).filter(|word| !is_resume(word));
    let given: Vec<String> = ["mlship".to_owned()].into_iter().chain(given).collect();
    let with = |flags: &[&str]| {
        let mut line = given.clone();
        // Behind `--` all is a path.
        let end = line.iter().position(|word| word == "--");
        let end = end.unwrap_or(line.len());
        let flags = flags.iter().filter(|_| leaves);
        line.splice(end..end, flags.map(|flag| (*flag).to_owned()));
        pasted(&line)
    };
    Again {
        line: with(&["--resume"]),
        with_failed: with(&["--resume", "--retry-failed"]),
        takes_back_on_signal: false,
    }
}

#[cfg(test)]
mod tests {
    use super::again;

    #[track_caller]
    fn check(words: &str, expected: &str) {
        let again = again(words.split('|').map(str::to_owned), true);
        assert_eq!(again.line, expected);
        let with_failed = expected.replacen("--resume", "--resume --retry-failed", 1);
        assert_eq!(again.with_failed, with_failed);
    }

    #[test]
    fn a_run_that_replaces_the_tasks_of_all_is_made_anew() {
        let words = ["mlship", "deploy", "m", "--only", "all"].map(str::to_owned);
        let again = again(words.into_iter(), false);
        assert_eq!(again.line, "mlship deploy m --only all");
        assert_eq!(again.with_failed, again.line);
    }

    #[test]
    fn a_run_is_gone_on_with_as_it_was_called() {
        check(
            "/usr/bin/mlship|deploy|my models|-e|prod|--waves|1,50%",
            "mlship deploy 'my models' -e prod --waves 1,50% --resume",
        );
        check(
            "mlship|deploy|m|--resume|--retry-failed",
            "mlship deploy m --resume",
        );
        check(
            "mlship|deploy|--|-m.yaml",
            "mlship deploy --resume -- -m.yaml",
        );
    }
}
