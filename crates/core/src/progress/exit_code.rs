//! The exit codes: part of the contract with pipelines.

use serde::{Serialize, Serializer};

use super::{Fault, Interrupt, Refusal};

/// How the process ends, for pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitCode {
    /// Done, or nothing to do.
    Done,
    /// An error nobody foresaw.
    Unexpected,
    /// The command line makes no sense.
    Usage,
    /// `diff --exit-code`: changes are pending.
    Pending,
    /// The manifest is invalid.
    Invalid,
    /// A check refused.
    Refused,
    /// The service changed since the plan was made.
    Stale,
    /// AWS, or the model registry, said no.
    SaidNo,
    /// AWS, or the model registry, is out of reach.
    Unreachable,
    /// The release failed, and nothing was rolled back.
    Failed,
    /// The release failed, and the service is back on the previous one.
    RolledBack,
    /// Timed out waiting; the deployment goes on.
    TimedOut,
    /// Superseded by another deployment.
    Superseded,
    /// Paused, waiting for promote or abort.
    Paused,
    /// Production traffic does not go to the tasks that should serve.
    Misrouted,
    /// An experiment is inconclusive so far.
    Inconclusive,
    /// In an experiment a guardrail is breached, or the split is broken.
    Harm,
    /// SIGINT.
    Interrupted,
    /// SIGTERM, or a SIGHUP.
    Terminated,
}

impl ExitCode {
    /// All of them, by number.
    pub const ALL: [Self; 19] = [
        Self::Done,
        Self::Unexpected,
        Self::Usage,
        Self::Pending,
        Self::Invalid,
        Self::Refused,
        Self::Stale,
        Self::SaidNo,
        Self::Unreachable,
        Self::Failed,
        Self::RolledBack,
        Self::TimedOut,
        Self::Superseded,
        Self::Paused,
        Self::Misrouted,
        Self::Inconclusive,
        Self::Harm,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// Returns the number that the process ends with.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Unexpected => 1,
            Self::Usage => 2,
            Self::Pending => 3,
            Self::Invalid => 10,
            Self::Refused => 11,
            Self::Stale => 12,
            Self::SaidNo => 20,
            Self::Unreachable => 21,
            Self::Failed => 30,
            Self::RolledBack => 31,
            Self::TimedOut => 32,
            Self::Superseded => 33,
            Self::Paused => 34,
            Self::Misrouted => 35,
            Self::Inconclusive => 40,
            Self::Harm => 41,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// Returns what it means, for people.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done, or nothing to do",
            Self::Unexpected => "unexpected error, or the output could not be written",
            Self::Usage => "usage: the command line makes no sense",
            Self::Pending => "`diff --exit-code`: changes are pending",
            Self::Invalid => "the manifest is invalid",
            Self::Refused => {
                "refused by a check: a gate, a preflight, an unsafe plan, or no release to go back to; \
                 of several services, not begun"
            }
            Self::Stale => {
                "the plan is stale: the service, the manifest or the registry's alias changed since"
            }
            Self::SaidNo => {
                "AWS or the model registry said no: credentials, region, permissions, a missing \
                 cluster, or the service was deleted meanwhile"
            }
            Self::Unreachable => {
                "AWS or the model registry is out of reach: no connection, answers that make no \
                 sense, server errors or throttling past all retries"
            }
            Self::Failed => "the release failed and nothing was rolled back",
            Self::RolledBack => {
                "the release failed and the service is back on the previous release; of `rollback` \
                 and `abort` that is 0"
            }
            Self::TimedOut => "timed out waiting; the deployment goes on",
            Self::Superseded => "superseded by another deployment",
            Self::Paused => {
                "paused: the deployment waits for somebody to continue it or to roll it back"
            }
            Self::Misrouted => {
                "misrouted: the deployment ended, and production traffic goes to the wrong target \
                 group, or to one without healthy tasks; worse than a failed release"
            }
            Self::Inconclusive => "experiment: inconclusive so far",
            Self::Harm => "experiment: a guardrail is breached, or the traffic's split is broken",
            Self::Interrupted => "interrupted (SIGINT), after what `--on-interrupt` says",
            Self::Terminated => "interrupted (SIGTERM or SIGHUP), after what `--on-interrupt` says",
        }
    }

    /// Returns what a pipeline, or whoever was paged, should do.
    #[must_use]
    pub fn next(self) -> &'static str {
        match self {
            Self::Done => "go on",
            Self::Unexpected | Self::Usage => {
                "stop, and read the message: the disk or the command line, or a mistake in mlship"
            }
            Self::Pending => "ask for a review, then deploy",
            Self::Invalid | Self::Refused | Self::Stale => {
                "stop: somebody must change something. Nothing was deployed to the service that says \
                 so. A plan that was carried out already is stale, too. A run over many services may \
                 have deployed others: each has its result, `not_begun` says why, and `--resume` \
                 goes on"
            }
            Self::SaidNo => {
                "stop: permissions, credentials or the account must be mended. `history`, `logs`, \
                 `watch`, `rollback` and `abort` of a service that was never deployed end so, too \
                 (`status` says \"not deployed\" and 0): deploy it first"
            }
            Self::Unreachable => {
                "run it again later. A deploy that was under way goes on; deploying the same \
                 manifest again attaches to it"
            }
            Self::Failed => {
                "wake somebody up: the service is not on a good release. `mlship rollback`, or, \
                 where it was the first one, mend it and deploy again"
            }
            Self::Misrouted => {
                "wake somebody up: users may be answered by the wrong release, or by none. \
                 `mlship traffic repair` shows where traffic should go; `mlship watch` says whether \
                 it does"
            }
            Self::RolledBack => {
                "tell the team: the release was bad, and the service is back on the previous one. \
                 Don't run `rollback` for it, which would go to the release before that. Of a \
                 `rollback`: what it brought back failed, and ECS went back to what it should have \
                 left; the message names both"
            }
            Self::Paused => {
                "ask whoever decides: `mlship promote` lets it go on, `mlship abort` takes it back. \
                 Each of `pauses` has both commands, what happens when nobody acts, and by when"
            }
            Self::TimedOut | Self::Interrupted | Self::Terminated => {
                "`mlship watch` attaches again; a deployment that began goes on, unless \
                 `--on-interrupt rollback` was given"
            }
            Self::Superseded => "nothing: another deployment took over, and its own pipeline tells",
            Self::Inconclusive => "look again later",
            Self::Harm => "`mlship experiment stop`",
        }
    }

    /// Returns the code of a command some of whose words could not be written. Who is told of
    /// nothing worse must not believe that it was told everything.
    #[must_use]
    pub fn untold(self) -> Self {
        match self {
            Self::Done | Self::Pending => Self::Unexpected,
            Self::Unexpected
            | Self::Usage
            | Self::Invalid
            | Self::Refused
            | Self::Stale
            | Self::SaidNo
            | Self::Unreachable
            | Self::Failed
            | Self::RolledBack
            | Self::TimedOut
            | Self::Superseded
            | Self::Paused
            | Self::Misrouted
            | Self::Inconclusive
            | Self::Harm
            | Self::Interrupted
            | Self::Terminated => self,
        }
    }

    /// Returns the worst of several, which stands for them all.
    #[must_use]
    pub fn worst(codes: impl IntoIterator<Item = Self>) -> Self {
        let worst = codes.into_iter().max_by_key(|code| code.severity());
        worst.unwrap_or(Self::Done)
    }

    /// Ranks what several services of one run can end with; what concerns a whole run ranks with
    /// the errors nobody foresaw.
    #[must_use]
    pub fn severity(self) -> u8 {
        match self {
            Self::Misrouted => 14,
            Self::Failed => 13,
            Self::Unexpected | Self::Usage | Self::Pending | Self::Inconclusive | Self::Harm => 12,
            Self::SaidNo => 11,
            Self::Unreachable => 10,
            Self::TimedOut => 9,
            Self::Superseded => 8,
            Self::RolledBack => 7,
            Self::Stale => 6,
            Self::Refused => 5,
            Self::Invalid => 4,
            Self::Paused => 3,
            Self::Terminated => 2,
            Self::Interrupted => 1,
            Self::Done => 0,
        }
    }
}

impl Serialize for ExitCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

impl From<Interrupt> for ExitCode {
    fn from(interrupt: Interrupt) -> Self {
        match interrupt {
            Interrupt::Interrupt => Self::Interrupted,
            Interrupt::Terminate => Self::Terminated,
        }
    }
}

impl From<Refusal> for ExitCode {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Manifest => Self::Invalid,
            Refusal::Check => Self::Refused,
            Refusal::Stale => Self::Stale,
        }
    }
}

impl From<Fault> for ExitCode {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Broken => Self::Unexpected,
            Fault::Usage => Self::Usage,
            Fault::SaidNo => Self::SaidNo,
            Fault::Unreachable => Self::Unreachable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(codes: &[u8], worst: u8) {
        let of = |number: &u8| {
            ExitCode::ALL
                .into_iter()
                .find(|code| code.number() == *number)
        };
        let codes: Vec<ExitCode> = codes.iter().filter_map(of).collect();
        assert_eq!(ExitCode::worst(codes).number(), worst);
    }

    #[test]
    fn several_manifests_exit_with_the_worst_outcome() {
        check(&[0, 31, 30, 10], 30);
        check(&[0, 10, 11], 11);
        check(&[31, 33, 32], 32);
        check(&[0, 34], 34);
        check(&[], 0);
    }

    #[test]
    fn the_order_is_that_of_the_contract() {
        let order = [30, 1, 20, 21, 32, 33, 31, 12, 11, 10, 34, 0];
        for (at, worse) in order.iter().enumerate() {
            for better in &order[at..] {
                check(&[*better, *worse], *worse);
                check(&[*worse, *better], *worse);
            }
        }
    }

    #[test]
    fn words_that_were_not_written_spoil_good_news_only() {
        for code in ExitCode::ALL {
            let is_good = [0, 3].contains(&code.number());
            let expected = if is_good { 1 } else { code.number() };
            assert_eq!(code.untold().number(), expected);
        }
    }

    #[test]
    fn no_two_codes_have_one_number() {
        for pair in ExitCode::ALL.windows(2) {
            assert!(pair[0].number() < pair[1].number());
        }
    }
}
