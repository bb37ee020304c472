//! `mlship traffic`

mod repair;

use clap::{Args, Subcommand};

use super::{Global, examples};
use mlship_core::progress::ExitCode;

/// Look at where a load balancer sends the requests of services whose traffic ECS moves
#[derive(Debug, Args)]
#[command(after_help = examples::TRAFFIC)]
pub(super) struct Traffic {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Repair(repair::Repair),
}

pub(super) async fn run(command: &Traffic, global: &Global) -> ExitCode {
    match &command.command {
        Command::Repair(command) => Box::pin(repair::run(command, global)).await,
    }
}
