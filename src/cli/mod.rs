//! The commands: a file each, with its arguments and its one function.

mod abort;
mod aws;
mod back_on;
mod check;
mod completions;
mod conclude;
mod deploy;
mod diff;
mod exit;
mod experiment;
mod history;
mod load;
mod logs;
mod model;
mod output;
mod paste;
mod preview;
mod recording;
mod render;
mod rollback;
mod saved;
mod schema;
mod signals;
mod status;
#[cfg(test)]
mod surfaces;
mod unreadable;
mod validate;
mod watch;
mod watching;
mod way_back;

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Ship ML model releases to Amazon ECS
///
/// Reads a YAML release manifest, shows what it would change, makes ECS run it, watches the
/// rollout to a truthful verdict, and says so in the exit code.
#[derive(Debug, Parser)]
#[command(
    name = "mlship",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Global {
    /// Apply this overlay of the manifest's `environments`
    #[arg(short = 'e', long = "env", global = true, value_name = "NAME")]
    environment: Option<String>,
    /// Use this AWS region
    #[arg(long, global = true)]
    region: Option<String>,
    /// Use this profile of the AWS configuration
    #[arg(long, global = true)]
    profile: Option<String>,
    /// Send requests to this address instead of AWS's
    #[arg(long, global = true, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Write for people or for programs
    #[arg(short, long, global = true, value_enum, default_value_t = Format::Human)]
    output: Format,
    /// Say more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Colour the output
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    color: ColorChoice,
    /// Write plain lines even on a terminal
    #[arg(long, global = true)]
    no_progress: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Validate(validate::Validate),
    Diff(diff::Diff),
    Deploy(deploy::Deploy),
    Status(status::Status),
    Rollback(rollback::Rollback),
    Abort(abort::Abort),
    History(history::History),
    Watch(watch::Watch),
    Logs(logs::Logs),
    Experiment(experiment::Experiment),
    Render(render::Render),
    Schema(schema::Schema),
    Completions(completions::Completions),
}

impl Cli {
    /// Reads the command line, or says what is wrong with it and returns the exit code.
    ///
    /// # Errors
    /// The exit code, when there is nothing to run: what is wrong, or the help, has been written.
    pub fn read() -> Result<Self, u8> {
        Self::try_parse().map_err(|error| {
            // Help and version come this way too, and are no mistake.
            let _ = error.print();
            let is_mistake = error.use_stderr();
            if is_mistake && asks_for_json(std::env::args_os()) {
                output::usage_line(&usage_message(&error));
            }
            if is_mistake { exit::USAGE } else { exit::DONE }
        })
    }
}

/// Says whether a command line that can't be read asks for JSON.
fn asks_for_json(arguments: impl Iterator<Item = OsString>) -> bool {
    let arguments: Vec<OsString> = arguments.collect();
    let joined = ["-ojson", "-o=json", "--output=json"];
    arguments
        .iter()
        .any(|one| joined.iter().any(|two| one == two))
        || arguments
            .windows(2)
            .any(|pair| (pair[0] == "-o" || pair[0] == "--output") && pair[1] == "json")
}

/// Returns what is wrong with a command line, without the advice that follows it.
fn usage_message(error: &clap::Error) -> String {
    let text = error.to_string();
    let message = text.split("\n\n").next().unwrap_or_default();
    message
        .trim_start_matches("error: ")
        .trim()
        .replace("\n ", "")
}

/// Runs the command and returns its exit code.
#[must_use]
pub fn run(cli: &Cli) -> u8 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return output::unexpected(&error),
    };
    let global = &cli.global;
    global.apply_color();
    runtime.block_on(async {
        match &cli.command {
            Command::Validate(command) => validate::run(command, global),
            Command::Diff(command) => diff::run(command, global).await,
            Command::Deploy(command) => deploy::run(command, global).await,
            Command::Status(command) => status::run(command, global).await,
            Command::Rollback(command) => Box::pin(rollback::run(command, global)).await,
            Command::Abort(command) => Box::pin(abort::run(command, global)).await,
            Command::History(command) => history::run(command, global).await,
            Command::Watch(command) => watch::run(command, global).await,
            Command::Logs(command) => Box::pin(logs::run(command, global)).await,
            Command::Experiment(command) => experiment::run(command, global).await,
            Command::Render(command) => render::run(command, global).await,
            Command::Schema(command) => schema::run(command),
            Command::Completions(command) => completions::run(command),
        }
    })
}
