//! `mlship experiment stop`

use clap::Args;

use super::load::load_one;
use super::presenter::Presenter;
use crate::cli::load::Need;
use crate::cli::session::Session;
use crate::cli::{Global, examples, output};
use mlship_core::app::experiment::{self as app, Ending, StopOptions};
use mlship_core::progress::ExitCode;

/// Stop an experiment: give one variant all the traffic, by one checked write
///
/// Clients whose cookie names a loser stay with it as long as the cookie lives, unless it breaches
/// a guardrail. Who wins is yours to say: the numbers are not asked, so look at `experiment status`
/// first.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_STOP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(super) struct Stop {
    /// The manifest of an experiment, or - for standard input
    path: String,
    /// Give this variant all the traffic, whatever the numbers say of it, and where there are none
    #[arg(long, value_name = "NAME", conflicts_with = "no_winner")]
    winner: Option<String>,
    /// Give the control all the traffic
    #[arg(long)]
    no_winner: bool,
    /// Take clients from the losers at once, whatever their cookies say; also after a stop
    #[arg(long)]
    now: bool,
    /// Scale the losers down, once no client is with them any more
    #[arg(long)]
    cleanup: bool,
    /// Stop even when the winner can't carry the traffic: it breaches a guardrail or has no healthy
    /// target
    #[arg(long)]
    force: bool,
}

pub(super) async fn run(command: &Stop, global: &Global) -> ExitCode {
    let options = command.options();
    if options.ending.is_none() && !options.cleanup {
        let message = "experiment stop takes --winner NAME or --no-winner";
        return output::usage(message, global);
    }
    let comparison = match load_one(&command.path, "stop", Need::Places, global) {
        Ok(comparison) => comparison,
        Err(code) => return code,
    };
    let mut presenter = Presenter {
        comparison: &comparison,
        global,
    };
    let session = match Session::listening(global).await {
        Ok(session) => session,
        Err(error) => return presenter.end(&error.into()),
    };
    let stop = app::Stop {
        context: &session.context(),
        comparison: &comparison,
    };
    let outcome = Box::pin(stop.run(&options, &mut presenter)).await;
    presenter.end(&outcome)
}

impl Stop {
    fn options(&self) -> StopOptions {
        let winner = self.winner.clone().map(Ending::Winner);
        StopOptions {
            ending: winner.or(self.no_winner.then_some(Ending::NoWinner)),
            now: self.now,
            cleanup: self.cleanup,
            force: self.force,
        }
    }
}
