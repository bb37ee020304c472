//! The commands: one file each, with its arguments and its function.

mod abort;
mod audience;
mod chronicle;
mod compare;
mod completions;
mod confirm;
mod deploy;
mod diff;
mod examples;
mod experiment;
mod explain;
mod fleet_flags;
mod gates;
mod history;
mod iam_policy;
mod init;
mod load;
mod locale;
mod logs;
mod man;
mod named_service;
mod output;
mod pipeline;
mod promote;
mod render;
mod rollback;
mod schema;
mod selection;
mod session;
mod sessions;
mod several;
mod signals;
mod status;
#[cfg(test)]
mod surfaces;
mod targets;
mod traffic;
mod usage;
mod validate;
mod verify;
mod watch;
mod watch_flags;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use mlship_aws::cloud::endpoint_problem;
use mlship_core::progress::ExitCode;
use mlship_manifest::VariableFiles;

use crate::report::{SharedChronicle, has_failed};

/// Ship ML model releases to Amazon ECS
///
/// Reads a YAML release manifest, shows what it would change, makes ECS run it, watches the
/// rollout to a truthful verdict, and says so in the exit code.
#[derive(Debug, Parser)]
#[command(
    name = "mlship",
    version,
    max_term_width = 100,
    after_help = examples::MLSHIP
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Stands after a command's own options.
const GLOBAL: &str = "Global options";

#[derive(Debug, Args)]
struct Global {
    /// Apply an overlay of the manifest's `environments`
    #[arg(short = 'e', long = "env", global = true, help_heading = GLOBAL, value_name = "NAME")]
    environment: Option<String>,
    /// Fill in variables of manifests from a file, or - for standard input: flat JSON or YAML, or
    /// what `terraform output -json` writes. It wins over the environment, and a later one over
    /// those before it
    #[arg(
        long,
        action = clap::ArgAction::Append,
        global = true,
        help_heading = GLOBAL,
        value_name = "FILE",
        value_parser = NonEmptyStringValueParser::new()
    )]
    vars: Vec<String>,
    /// Use an AWS region
    #[arg(
        long,
        global = true,
        help_heading = GLOBAL,
        value_name = "REGION",
        value_parser = NonEmptyStringValueParser::new()
    )]
    region: Option<String>,
    /// Use a profile of the AWS configuration; of several, the one of a manifest's account
    #[arg(
        id = "profile",
        long = "profile",
        action = clap::ArgAction::Append,
        global = true,
        help_heading = GLOBAL,
        value_name = "NAME",
        value_parser = NonEmptyStringValueParser::new()
    )]
    profiles: Vec<String>,
    /// Send requests to another address than AWS's
    #[arg(
        long,
        global = true,
        help_heading = GLOBAL,
        value_name = "URL",
        value_parser = address
    )]
    endpoint_url: Option<String>,
    /// Write for people or for programs
    #[arg(
        short,
        long,
        global = true,
        help_heading = GLOBAL,
        value_enum,
        default_value_t = Output::Human,
        value_name = "FORMAT"
    )]
    output: Output,
    /// Log requests to AWS and decisions on standard error; -vv also requests as they are sent
    #[arg(short, long, global = true, help_heading = GLOBAL, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Colour the output
    #[arg(
        long,
        global = true,
        help_heading = GLOBAL,
        value_enum,
        default_value_t = ColorChoice::Auto,
        value_name = "WHEN"
    )]
    color: ColorChoice,
    /// Write plain lines even on a terminal
    #[arg(long, global = true, help_heading = GLOBAL)]
    no_progress: bool,
    /// What the command came to.
    #[arg(skip)]
    chronicle: SharedChronicle,
    /// What the files of variables say, once they were read.
    #[arg(skip)]
    variable_files: OnceLock<VariableFiles>,
}

/// Reads an address to send requests to.
fn address(written: &str) -> Result<String, String> {
    if written.is_empty() {
        return Err("it is empty".to_owned());
    }
    endpoint_problem(written).map_or_else(|| Ok(written.to_owned()), Err)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    Human,
    Json,
    /// A report to post, of diff alone
    Markdown,
}

/// For whom lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl Global {
    /// Says for whom lines are written: beside a report to post, for people.
    fn format(&self) -> Format {
        match self.output {
            Output::Human | Output::Markdown => Format::Human,
            Output::Json => Format::Json,
        }
    }

    /// Says whether plans are written as text: not where they are in a document.
    fn reads_text(&self) -> bool {
        self.output == Output::Human
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    Validate(validate::Validate),
    Verify(verify::Verify),
    Diff(diff::Diff),
    Deploy(deploy::Deploy),
    Status(status::Status),
    Rollback(rollback::Rollback),
    Promote(promote::Promote),
    Abort(abort::Abort),
    History(history::History),
    Watch(watch::Watch),
    Logs(logs::Logs),
    Traffic(traffic::Traffic),
    Experiment(experiment::Experiment),
    Compare(compare::CompareVersions),
    Render(render::Render),
    IamPolicy(iam_policy::IamPolicy),
    Explain(explain::Explain),
    Schema(schema::Schema),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Cli {
    /// Reads the command line, or says what is wrong with it and returns the exit code.
    ///
    /// # Errors
    /// The exit code, when there is nothing to run: what is wrong, or the help, has been written.
    pub fn read() -> Result<Self, ExitCode> {
        Self::try_parse().map_err(usage::report_usage_error)
    }
}

/// Runs the command and returns its exit code.
#[must_use]
pub fn run(cli: &Cli) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return output::unexpected(&error),
    };
    cli.global.apply_color();
    if let Err(code) = pipeline::check(cli) {
        return code;
    }
    let code = runtime.block_on(async {
        tokio::select! {
            biased;
            code = Box::pin(execute(cli)) => code,
            signal = signals::hung_up() => ExitCode::from(signal),
        }
    });
    // Who still reads an input that doesn't end is not waited for.
    runtime.shutdown_background();
    pipeline::finish(cli, code);
    code
}

/// Runs the program, and ends it in order where it breaks.
#[must_use]
pub fn guarded(program: impl FnOnce() -> ExitCode) -> ExitCode {
    catch_unwind(AssertUnwindSafe(program)).unwrap_or_else(|_| output::panicked())
}

/// Tells of panics, which quote foreign text, as of everything else.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or_default();
        let place = panic.location().map(ToString::to_string);
        output::broken(&place.unwrap_or_default(), message);
    }));
}

async fn execute(cli: &Cli) -> ExitCode {
    let global = &cli.global;
    match &cli.command {
        Command::Init(command) => Box::pin(init::run(command, global)).await,
        Command::Validate(command) => validate::run(command, global),
        Command::Verify(command) => Box::pin(verify::run(command, global)).await,
        Command::Diff(command) => diff::run(command, global).await,
        Command::Deploy(command) => deploy::run(command, global).await,
        Command::Status(command) => status::run(command, global).await,
        Command::Rollback(command) => Box::pin(rollback::run(command, global)).await,
        Command::Promote(command) => Box::pin(promote::run(command, global)).await,
        Command::Abort(command) => Box::pin(abort::run(command, global)).await,
        Command::History(command) => history::run(command, global).await,
        Command::Watch(command) => watch::run(command, global).await,
        Command::Logs(command) => Box::pin(logs::run(command, global)).await,
        Command::Traffic(command) => Box::pin(traffic::run(command, global)).await,
        Command::Experiment(command) => experiment::run(command, global).await,
        Command::Compare(command) => Box::pin(compare::run(command, global)).await,
        Command::Render(command) => render::run(command, global).await,
        Command::IamPolicy(command) => iam_policy::run(command, global).await,
        Command::Explain(command) => explain::run(command, global),
        Command::Schema(command) => schema::run(command),
        Command::Completions(command) => completions::run(command),
        Command::Man(command) => man::run(command),
    }
}

/// Returns the exit code of a process that wrote what it wrote.
#[must_use]
pub fn final_code(code: ExitCode) -> ExitCode {
    if has_failed() { code.untold() } else { code }
}
