//! What a command leaves for the build that runs it: a summary, annotations, outputs, files.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use super::{Cli, Command, Format, Global, Output, output};
use crate::report::{
    Author, Chronicle, Document, Workspace, Writer, annotations, code_quality, dotenv,
    failed_to_write, findings_document, github_outputs, links, outcome, plans_document,
    run_document,
};
use mlship_core::app::Invocation;
use mlship_core::progress::ExitCode;
use mlship_core::release::Provenance;
use mlship_text::json;

/// What GitHub shows of a step; of more it shows nothing at all.
const SUMMARY: usize = 1_000_000;
/// What a comment holds.
const COMMENT: usize = 60_000;

/// A report for people, as a file.
#[derive(Debug, Args)]
pub(super) struct ReportFile {
    /// Write a report in Markdown
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// Files for GitLab.
#[derive(Debug, Args)]
pub(super) struct Handover {
    /// Write verdict and release as variables for later jobs of GitLab
    #[arg(long, value_name = "FILE")]
    dotenv: Option<PathBuf>,
    /// Write links for the page of a job of GitLab
    #[arg(long, value_name = "FILE")]
    annotations: Option<PathBuf>,
}

/// Findings for GitLab.
#[derive(Debug, Args)]
pub(super) struct CodeQuality {
    /// Write the findings as a Code Quality report of GitLab
    #[arg(long, value_name = "FILE")]
    code_quality: Option<PathBuf>,
}

/// What a command is reported by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// How releases ended.
    Run,
    /// What a deploy would change.
    Plans,
    /// What was found.
    Findings,
}

impl Command {
    fn told(&self) -> Option<Told> {
        match self {
            Self::Deploy(command) if command.is_dry_run() => Some(Told::Plans),
            Self::Rollback(command) if command.is_dry_run() => Some(Told::Plans),
            Self::Diff(_) => Some(Told::Plans),
            Self::Deploy(_) | Self::Rollback(_) | Self::Watch(_) => Some(Told::Run),
            Self::Validate(_) | Self::Verify(_) => Some(Told::Findings),
            Self::Init(_)
            | Self::Status(_)
            | Self::Abort(_)
            | Self::History(_)
            | Self::Logs(_)
            | Self::Experiment(_)
            | Self::Render(_)
            | Self::Explain(_)
            | Self::Schema(_)
            | Self::Completions(_)
            | Self::Man(_) => None,
        }
    }

    fn takes_markdown(&self) -> bool {
        match self {
            Self::Diff(_) => true,
            Self::Deploy(command) => command.is_dry_run(),
            Self::Init(_)
            | Self::Validate(_)
            | Self::Verify(_)
            | Self::Status(_)
            | Self::Rollback(_)
            | Self::Abort(_)
            | Self::History(_)
            | Self::Watch(_)
            | Self::Logs(_)
            | Self::Experiment(_)
            | Self::Render(_)
            | Self::Explain(_)
            | Self::Schema(_)
            | Self::Completions(_)
            | Self::Man(_) => false,
        }
    }

    fn report(&self) -> Option<&Path> {
        let flags = match self {
            Self::Diff(command) => &command.report,
            Self::Deploy(command) => &command.report,
            Self::Rollback(command) => &command.report,
            Self::Watch(command) => &command.report,
            Self::Init(_)
            | Self::Validate(_)
            | Self::Verify(_)
            | Self::Status(_)
            | Self::Abort(_)
            | Self::History(_)
            | Self::Logs(_)
            | Self::Experiment(_)
            | Self::Render(_)
            | Self::Explain(_)
            | Self::Schema(_)
            | Self::Completions(_)
            | Self::Man(_) => return None,
        };
        flags.report.as_deref()
    }

    fn handover(&self) -> Option<&Handover> {
        match self {
            Self::Deploy(command) => Some(&command.handover),
            Self::Rollback(command) => Some(&command.handover),
            Self::Watch(command) => Some(&command.handover),
            Self::Init(_)
            | Self::Validate(_)
            | Self::Verify(_)
            | Self::Diff(_)
            | Self::Status(_)
            | Self::Abort(_)
            | Self::History(_)
            | Self::Logs(_)
            | Self::Experiment(_)
            | Self::Render(_)
            | Self::Explain(_)
            | Self::Schema(_)
            | Self::Completions(_)
            | Self::Man(_) => None,
        }
    }

    fn code_quality(&self) -> Option<&Path> {
        match self {
            Self::Validate(command) => command.quality.code_quality.as_deref(),
            Self::Verify(command) => command.quality.code_quality.as_deref(),
            Self::Init(_)
            | Self::Diff(_)
            | Self::Deploy(_)
            | Self::Status(_)
            | Self::Rollback(_)
            | Self::Abort(_)
            | Self::History(_)
            | Self::Watch(_)
            | Self::Logs(_)
            | Self::Experiment(_)
            | Self::Render(_)
            | Self::Explain(_)
            | Self::Schema(_)
            | Self::Completions(_)
            | Self::Man(_) => None,
        }
    }
}

/// Says that a command has no report to post, before it does anything.
pub(super) fn check(cli: &Cli) -> Result<(), ExitCode> {
    if cli.global.output == Output::Markdown && !cli.command.takes_markdown() {
        let message = "-o markdown is for diff";
        let hint = "--report FILE writes Markdown beside what a command tells";
        return Err(output::usage_with_hint(message, Some(hint), &cli.global));
    }
    Ok(())
}

/// Writes the plans as a comment holds them, where they are asked for in this form.
pub(super) fn show_markdown(global: &Global) {
    if global.output == Output::Markdown {
        let document = global
            .chronicle
            .read(|chronicle| plans_document(chronicle, &author(global)));
        let _ = Writer::stdout().markdown(&document, COMMENT);
    }
}

/// Leaves what a command came to where the build looks for it.
pub(super) fn finish(cli: &Cli, code: ExitCode) {
    let Some(told) = cli.command.told() else {
        return;
    };
    cli.global
        .chronicle
        .read(|chronicle| leave(cli, told, chronicle, code));
}

fn leave(cli: &Cli, told: Told, chronicle: &Chronicle, code: ExitCode) {
    let author = author(&cli.global);
    let document = match told {
        Told::Run => run_document(chronicle, &author),
        Told::Plans => plans_document(chronicle, &author),
        Told::Findings => findings_document(chronicle),
    };
    if let Some(path) = cli.command.report() {
        write(path, "the report", document.within(SUMMARY).as_bytes());
    }
    if let Some(path) = cli.command.code_quality() {
        let workspace = Workspace::new(variable("CI_PROJECT_DIR").as_deref());
        write_json(
            path,
            "the Code Quality report",
            &code_quality(chronicle, &workspace),
        );
    }
    if let Some(Handover {
        dotenv: variables,
        annotations,
    }) = cli.command.handover()
    {
        if let Some(path) = variables {
            let text = dotenv(&outcome(chronicle, code));
            write(path, "the variables", text.as_bytes());
        }
        if let Some(path) = annotations {
            write_json(path, "the links", &links(chronicle));
        }
    }
    if variable("GITHUB_ACTIONS").as_deref() == Some("true") {
        tell_github(cli, told, &document, chronicle, code);
    }
}

fn tell_github(cli: &Cli, told: Told, document: &Document, chronicle: &Chronicle, code: ExitCode) {
    let workspace = Workspace::new(variable("GITHUB_WORKSPACE").as_deref());
    // What is on standard output as JSON is for a program.
    let mut to = match cli.global.format() {
        Format::Human => Writer::stdout(),
        Format::Json => Writer::stderr(),
    };
    for command in annotations(chronicle, &workspace) {
        let _ = to.command(&command);
    }
    if let Some(path) = variable("GITHUB_STEP_SUMMARY") {
        append(Path::new(&path), "the step summary", |written| {
            document.within(SUMMARY.saturating_sub(written)) + "\n"
        });
    }
    if told == Told::Run
        && let Some(path) = variable("GITHUB_OUTPUT")
    {
        append(Path::new(&path), "the step's outputs", |_| {
            github_outputs(&outcome(chronicle, code))
        });
    }
}

fn author(global: &Global) -> Author {
    Author {
        pipeline: Provenance::of_pipeline(&variable),
        invocation: Invocation {
            environment: global.environment.clone(),
            region: global.region.clone(),
            profiles: global.profiles.clone(),
            endpoint_url: None,
            region_of_service: None,
        },
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn write_json(path: &Path, what: &str, value: &Value) {
    let text = json::document(value) + "\n";
    write(path, what, text.as_bytes());
}

/// Writes a file that a flag asks for.
fn write(path: &Path, what: &str, bytes: &[u8]) {
    if let Err(error) = fs::write(path, bytes) {
        failed_to_write(&format!("{what} to {}", path.display()), &error);
    }
}

/// Adds to a file of the platform, given how much is in it. That it can't be written changes
/// nothing of how a release ended.
fn append(path: &Path, what: &str, text: impl FnOnce(usize) -> String) {
    let add = || -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        let written = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        file.write_all(text(written).as_bytes())
    };
    if let Err(error) = add() {
        output::complain(&format!("warning: {what} was not written: {error}"));
    }
}
