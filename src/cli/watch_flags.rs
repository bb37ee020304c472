//! The flags of every command that watches a deployment.

use std::time::Duration;

use clap::{Args, ValueEnum};

use mlship_core::app::watch::{self, WatchOptions};
use mlship_core::rollout::Until;
use mlship_text::duration::duration;

/// How long a deployment that moves no traffic is waited for.
const PATIENCE: Duration = Duration::from_mins(30);

/// How long a command waits that follows a deployment further.
#[derive(Debug, Args)]
pub(super) struct Limit {
    /// Give up waiting after this long; in ECS it goes on [default: 30m, and what the bakes and
    /// pauses of a deployment that moves traffic may take]
    #[arg(long, value_parser = duration, value_name = "TIME")]
    timeout: Option<Duration>,
}

impl Limit {
    /// Returns how long, by what was named.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout.unwrap_or(PATIENCE)
    }

    /// Says whether what a deployment may take by itself comes on top.
    pub(super) fn adds_shift(&self) -> bool {
        self.timeout.is_none()
    }
}

/// How long to watch, and what a signal means meanwhile.
#[derive(Debug, Args)]
pub(super) struct WatchFlags {
    #[command(flatten)]
    limit: Limit,
    /// Stop watching a deployment that moves traffic once it has come so far; it goes on
    #[arg(long, value_enum, value_name = "POINT")]
    until: Option<Point>,
    /// What Ctrl-C and SIGTERM do to the deployment
    #[arg(long, value_enum, default_value_t = OnInterrupt::Detach, value_name = "ACTION")]
    on_interrupt: OnInterrupt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnInterrupt {
    /// Let the deployment go on
    Detach,
    /// Ask ECS to roll the deployment back, and exit without waiting
    Rollback,
}

/// How far a deployment is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Point {
    /// Until it waits for somebody: 34
    Paused,
    /// Until the new release has all production traffic
    Shifted,
    /// Until both releases run on after that
    Baking,
    /// To its end
    Done,
}

impl From<Point> for Until {
    fn from(point: Point) -> Self {
        match point {
            Point::Paused => Self::Paused,
            Point::Shifted => Self::Shifted,
            Point::Baking => Self::Baking,
            Point::Done => Self::Done,
        }
    }
}

impl WatchFlags {
    /// Returns them as a use case takes them.
    pub(super) fn options(&self) -> WatchOptions {
        WatchOptions {
            timeout: self.limit.timeout(),
            adds_shift: self.limit.adds_shift(),
            until: self.until.map_or(Until::Done, Into::into),
            on_interrupt: match self.on_interrupt {
                OnInterrupt::Detach => watch::OnInterrupt::Detach,
                OnInterrupt::Rollback => watch::OnInterrupt::Rollback,
            },
        }
    }
}
