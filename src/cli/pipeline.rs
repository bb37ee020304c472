//! What a command leaves for the build that runs it: a summary, annotations, outputs, files.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use super::{Cli, Command, Global, Output, output};
use crate::report::{
    Author, Chronicle, Document, Workspace, Writer, annotations, code_quality, dotenv,
    findings_document, github_outputs, links, outcome, plans_document, run_document,
};
use mlship_core::app::Invocation;
use mlship_core::app::manifests::Selector;
use mlship_core::app::plan_file::PlanPath;
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

/// What a command leaves, by its flags.
struct Leaves<'a> {
    told: Told,
    /// What it reads.
    read: &'a [String],
    /// What of it is selected.
    selected: &'a [Selector],
    /// The plan that it saves.
    saved: Option<&'a PlanPath>,
    /// Whether it can be written for a comment.
    takes_markdown: bool,
    report: Option<&'a ReportFile>,
    handover: Option<&'a Handover>,
    quality: Option<&'a CodeQuality>,
}

impl<'a> Leaves<'a> {
    fn of(command: &'a Command) -> Option<Self> {
        let nothing = |told, read: &'a [String]| Self {
            told,
            read,
            selected: &[],
            saved: None,
            takes_markdown: false,
            report: None,
            handover: None,
            quality: None,
        };
        let told = |is_dry_run| if is_dry_run { Told::Plans } else { Told::Run };
        match command {
            Command::Diff(command) => Some(Self {
                takes_markdown: true,
                report: Some(&command.report),
                saved: command.out.as_ref(),
                selected: &command.selection.selectors,
                ..nothing(Told::Plans, &command.paths)
            }),
            Command::Deploy(command) => Some(Self {
                takes_markdown: command.is_dry_run(),
                report: Some(&command.report),
                handover: Some(&command.handover),
                selected: &command.selection.selectors,
                ..nothing(told(command.is_dry_run()), &command.paths)
            }),
            Command::Rollback(command) => Some(Self {
                report: Some(&command.report),
                handover: Some(&command.handover),
                ..nothing(told(command.is_dry_run()), &command.targets.paths)
            }),
            Command::Watch(command) => Some(Self {
                report: Some(&command.report),
                handover: Some(&command.handover),
                ..nothing(Told::Run, &command.targets.paths)
            }),
            Command::Validate(command) => Some(Self {
                quality: Some(&command.quality),
                ..nothing(Told::Findings, &command.paths)
            }),
            Command::Verify(command) => Some(Self {
                quality: Some(&command.quality),
                ..nothing(Told::Findings, &command.paths)
            }),
            Command::Init(_)
            | Command::Status(_)
            | Command::Promote(_)
            | Command::Abort(_)
            | Command::History(_)
            | Command::Logs(_)
            | Command::Traffic(_)
            | Command::Experiment(_)
            | Command::Compare(_)
            | Command::Render(_)
            | Command::Explain(_)
            | Command::Schema(_)
            | Command::Completions(_)
            | Command::IamPolicy(_)
            | Command::Man(_) => None,
        }
    }
}

/// Says whether a command reads manifests, whose variables are filled in.
fn reads_manifests(command: &Command) -> bool {
    match command {
        Command::Validate(_)
        | Command::Verify(_)
        | Command::Diff(_)
        | Command::Deploy(_)
        | Command::Status(_)
        | Command::Rollback(_)
        | Command::Promote(_)
        | Command::Abort(_)
        | Command::History(_)
        | Command::Watch(_)
        | Command::Logs(_)
        | Command::Traffic(_)
        | Command::Experiment(_)
        | Command::IamPolicy(_)
        | Command::Render(_) => true,
        Command::Init(_)
        | Command::Compare(_)
        | Command::Explain(_)
        | Command::Schema(_)
        | Command::Completions(_)
        | Command::Man(_) => false,
    }
}

/// Refuses flags that a command has no use for, before it does anything.
pub(super) fn check(cli: &Cli) -> Result<(), ExitCode> {
    if !cli.global.vars.is_empty() && !reads_manifests(&cli.command) {
        let message = "--vars fills in variables of manifests, and this command reads none";
        return Err(output::usage_with_hint(
            message,
            Some("leave --vars out"),
            &cli.global,
        ));
    }
    let leaves = Leaves::of(&cli.command);
    if let Some(path) = leaves.and_then(|leaves| leaves.written_over()) {
        let message = format!("{} would be written over", path.display());
        let hint = "name another file for each thing that is read or written";
        return Err(output::usage_with_hint(&message, Some(hint), &cli.global));
    }
    let takes_markdown = || Leaves::of(&cli.command).is_some_and(|leaves| leaves.takes_markdown);
    if cli.global.output == Output::Markdown && !takes_markdown() {
        let message = "-o markdown is for diff";
        let hint = "--report FILE writes Markdown beside what a command tells";
        return Err(output::usage_with_hint(message, Some(hint), &cli.global));
    }
    let hands_over = |flags: &Handover| flags.dotenv.is_some() || flags.annotations.is_some();
    if Leaves::of(&cli.command)
        .is_some_and(|leaves| leaves.told == Told::Plans && leaves.handover.is_some_and(hands_over))
    {
        let message =
            "--dotenv and --annotations tell how a release ended, and --dry-run makes none";
        let hint = "leave them out, or --dry-run";
        return Err(output::usage_with_hint(message, Some(hint), &cli.global));
    }
    Ok(())
}

/// Returns where a path leads, also of a file that is yet to be made.
fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Leaves what a command came to where the build looks for it.
pub(super) fn finish(cli: &Cli, code: ExitCode) {
    if let Some(leaves) = Leaves::of(&cli.command) {
        let global = &cli.global;
        global
            .chronicle
            .read(|chronicle| leaves.leave(global, chronicle, code));
    }
}

impl Leaves<'_> {
    /// Returns a file that one flag writes, and another writes, too, or the command reads.
    fn written_over(&self) -> Option<PathBuf> {
        let saved = self.saved.map(|plan| Path::new(plan.as_str()));
        let written = [
            saved,
            self.report.and_then(|flags| flags.report.as_deref()),
            self.handover.and_then(|flags| flags.dotenv.as_deref()),
            self.handover.and_then(|flags| flags.annotations.as_deref()),
            self.quality.and_then(|flags| flags.code_quality.as_deref()),
        ];
        let read = self.read.iter().map(|path| resolved(Path::new(path)));
        let mut known: BTreeSet<PathBuf> = read.collect();
        // What is no file, such as a terminal, may be written more than once.
        let is_file = |path: &&Path| !path.exists() || path.is_file();
        let mut written = written.into_iter().flatten().filter(is_file);
        let over = written.find(|path| !known.insert(resolved(path)));
        over.map(Path::to_path_buf)
    }

    fn leave(&self, global: &Global, chronicle: &Chronicle, code: ExitCode) {
        if global.output == Output::Markdown && self.takes_markdown {
            let document = self.document(global, chronicle);
            let _ = Writer::stdout().markdown(&document, COMMENT);
        }
        if let Some(path) = self.report.and_then(|flags| flags.report.as_deref()) {
            let document = self.document(global, chronicle);
            write(path, "the report", document.within(SUMMARY).as_bytes());
        }
        if let Some(path) = self.quality.and_then(|flags| flags.code_quality.as_deref()) {
            let workspace = Workspace::new(variable("CI_PROJECT_DIR").as_deref());
            let report = code_quality(chronicle, &workspace);
            write_json(path, "the Code Quality report", &report);
        }
        if let Some(path) = self.handover.and_then(|flags| flags.dotenv.as_deref()) {
            let text = dotenv(&outcome(chronicle, code));
            write(path, "the variables", text.as_bytes());
        }
        if let Some(path) = self.handover.and_then(|flags| flags.annotations.as_deref()) {
            write_json(path, "the links", &links(chronicle));
        }
        if variable("GITHUB_ACTIONS").as_deref() == Some("true") {
            self.tell_github(global, chronicle, code);
        }
    }

    fn document(&self, global: &Global, chronicle: &Chronicle) -> Document {
        match self.told {
            Told::Run => run_document(chronicle, &self.author(global)),
            Told::Plans => plans_document(chronicle, &self.author(global)),
            Told::Findings => findings_document(chronicle),
        }
    }

    fn author(&self, global: &Global) -> Author {
        let selected = self.selected.iter().map(ToString::to_string);
        let around = ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"];
        let around = around.map(|name| variable(name).unwrap_or_default());
        Author {
            pipeline: Provenance::of_pipeline(&variable),
            invocation: Invocation {
                endpoint_url: None,
                ..global.invocation()
            },
            looks_at: self
                .read
                .iter()
                .cloned()
                .chain(selected)
                .chain(around)
                .collect(),
        }
    }

    fn tell_github(&self, global: &Global, chronicle: &Chronicle, code: ExitCode) {
        let workspace = Workspace::new(variable("GITHUB_WORKSPACE").as_deref());
        // A document on standard output is for a program, or to be posted.
        let mut to = if global.reads_text() {
            Writer::stdout()
        } else {
            Writer::stderr()
        };
        for command in annotations(chronicle, &workspace) {
            let _ = to.command(&command);
        }
        if let Some(path) = variable("GITHUB_STEP_SUMMARY") {
            let document = self.document(global, chronicle);
            append(Path::new(&path), "the step summary", |written| {
                document.within(SUMMARY.saturating_sub(written)) + "\n"
            });
        }
        if self.told == Told::Run
            && let Some(path) = variable("GITHUB_OUTPUT")
        {
            append(Path::new(&path), "the step's outputs", |_| {
                github_outputs(&outcome(chronicle, code))
            });
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn write_json(path: &Path, what: &str, value: &Value) {
    let text = json::document(value) + "\n";
    write(path, what, text.as_bytes());
}

/// Writes a file that a flag asks for. That it can't be written changes nothing of how a release
/// ended, here as below.
fn write(path: &Path, what: &str, bytes: &[u8]) {
    if let Err(error) = fs::write(path, bytes) {
        let path = path.display();
        output::complain(&format!(
            "warning: could not write {what} to {path}: {error}"
        ));
    }
}

/// Adds to a file of the platform, given how much is in it.
fn append(path: &Path, what: &str, text: impl FnOnce(usize) -> String) {
    let add = || -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        let written = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        file.write_all(text(written).as_bytes())
    };
    if let Err(error) = add() {
        output::complain(&format!("warning: could not write {what}: {error}"));
    }
}
