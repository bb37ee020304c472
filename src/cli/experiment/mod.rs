//! `mlship experiment`

mod advance;
mod drop;
mod ledger;
mod list;
mod load;
mod picture;
mod plan;
mod presenter;
mod rows_file;
mod run;
mod show;
mod skip_verify;
mod start;
mod status;
mod stop;

use clap::{Args, Subcommand};
pub(super) use ledger::{LedgerFlag, ledger_place, not_read, tell_unreadable};
pub(super) use load::comparison;

use super::{Global, examples};
use mlship_core::progress::ExitCode;

/// Compare releases in production, by an A/B test behind one rule of a load balancer
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT)]
pub(super) struct Experiment {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Start(start::Start),
    Status(status::Status),
    Stop(stop::Stop),
    Run(run::Run),
    Drop(drop::Drop),
    List(list::List),
    Plan(plan::Plan),
    Show(show::Show),
}

pub(super) async fn run(command: &Experiment, global: &Global) -> ExitCode {
    match &command.command {
        Command::Start(command) => Box::pin(start::run(command, global)).await,
        Command::Status(command) => Box::pin(status::run(command, global)).await,
        Command::Stop(command) => Box::pin(stop::run(command, global)).await,
        Command::Run(command) => Box::pin(run::run(command, global)).await,
        Command::Drop(command) => Box::pin(drop::run(command, global)).await,
        Command::List(command) => Box::pin(list::run(command, global)).await,
        Command::Plan(command) => Box::pin(plan::run(command, global)).await,
        Command::Show(command) => Box::pin(show::run(command, global)).await,
    }
}
