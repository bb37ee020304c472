//! `mlship experiment status`

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::ending::Ending;
use super::readout::{Readout, Wanted, read, shown};
use super::stop::stop_for_harm;
use super::subject::Subject;
use crate::cli::load::Need;
use crate::cli::session::Session;
use crate::cli::{Format, Global, examples, output};
use crate::report::{
    Shown, experiment_document, experiment_html, experiment_svg, experiment_text, failed_to_write,
};
use mlship_aws::cloud::AwsCloud;
use mlship_core::app::fault;
use mlship_core::cloud::{Answer, Balancing};
use mlship_core::experiment::{Record, word};
use mlship_core::progress::{ExitCode, Fault};
use mlship_core::release::ListenerRule;
use mlship_stats::Verdict;
use mlship_text::moment::{MomentError, moment};

/// Show what an experiment found so far: the verdict, and every number behind it
///
/// Exits with 0 when there is a verdict, 40 while it is inconclusive, and 41 when a guardrail is
/// breached or the traffic's split is broken.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_STATUS)]
pub(super) struct Status {
    /// The manifest of an experiment, or - for standard input
    path: String,
    /// Leave out what came before this time: how long ago, such as 36h, or a moment such as
    /// 2026-05-01 or 2026-05-01T14:00, of UTC unless it names a zone
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<Timestamp>,
    /// Leave out what came after this time, written likewise
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,
    /// Use the classical inference: it holds for one look, at the planned sample
    #[arg(long)]
    fixed: bool,
    /// Look again every minute, until there is a verdict or the experiment is over
    #[arg(long, conflicts_with = "until")]
    watch: bool,
    /// Write a report with a picture: .html or .svg
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Stop the experiment without a winner on an event, which takes clients from the variant that
    /// does harm
    #[arg(long, value_enum, value_name = "EVENT", conflicts_with_all = ["until", "from", "fixed"])]
    stop_on: Option<StopOn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StopOn {
    /// A guardrail is breached
    Guardrail,
}

/// Reads a time, reckoned from now where it says how long ago.
fn time(text: &str) -> Result<Timestamp, MomentError> {
    moment(text).map(|moment| moment.at(Timestamp::now()))
}

/// How long to wait between two looks: points come by the minute.
const PAUSE: Duration = Duration::from_mins(1);

pub(super) async fn run(command: &Status, global: &Global) -> ExitCode {
    if let Some(message) = command.mistake() {
        return output::usage(&message, global);
    }
    let subject = match Subject::load(&command.path, "status", Need::Places, global) {
        Ok(subject) => subject,
        Err(code) => return code,
    };
    let session = match Session::listening(global).await {
        Ok(session) => session,
        Err(error) => return output::cloud_error(&error, global),
    };
    let mut is_first = true;
    loop {
        let look = Box::pin(command.look(&session.cloud, &subject, global, is_first));
        let told = tokio::select! {
            told = look => told,
            interrupt = session.interrupts.wait() => ControlFlow::Break(ExitCode::from(interrupt)),
        };
        let due = match told {
            ControlFlow::Continue(code) if command.watch => code,
            ControlFlow::Continue(code) | ControlFlow::Break(code) => return code,
        };
        is_first = false;
        tokio::select! {
            () = mlship_core::pause::sleep(PAUSE) => {}
            interrupt = session.interrupts.wait() => {
                return ExitCode::from(interrupt);
            }
            // Who watches for harm goes on without a reader, to stop it.
            () = output::unread(), if command.stop_on.is_none() => return due,
        }
    }
}

impl Status {
    fn mistake(&self) -> Option<String> {
        if let (Some(from), Some(until)) = (self.from, self.until)
            && until <= from
        {
            return Some(format!("--until {until} is not after --from {from}"));
        }
        if let Some(from) = self.from.filter(|from| *from > Timestamp::now()) {
            return Some(format!("--from {from} is yet to come"));
        }
        let report = self.report.as_deref()?;
        let format = Picture::of(report);
        format.is_none().then(|| {
            format!(
                "--report takes a file that ends in .html or .svg, not {}",
                report.display()
            )
        })
    }

    /// Looks once, and returns the exit code; it goes on where a later look may find another.
    async fn look(
        &self,
        cloud: &AwsCloud,
        subject: &Subject,
        global: &Global,
        is_first: bool,
    ) -> ControlFlow<ExitCode, ExitCode> {
        let found = match self.read(cloud, subject).await {
            Ok(Some(found)) => found,
            Ok(None) => return ControlFlow::Break(not_under_way(subject, global)),
            // Who watches is not left alone by an outage that passes.
            Err(error) if !is_first && fault(&error) == Fault::Unreachable => {
                output::complain(&format!("warning: no look this time: {error}"));
                return ControlFlow::Continue(ExitCode::Unreachable);
            }
            Err(error) => return ControlFlow::Break(output::cloud_error(&error, global)),
        };
        let (rule, record, readout) = found;
        let shown = shown(subject, &record, &readout);
        if global.output == Format::Human {
            output::page(&experiment_text(&shown, &global.palette()));
        }
        // By the guardrails, not by the verdict: a variant whose answers fail may break the split
        // too, and that is said first.
        let is_harm = self.stop_on.is_some() && !readout.reading.breached().is_empty();
        let mut stopped = None;
        if is_harm && record.state.is_open() {
            stopped = Some(stop_for_harm(cloud, subject, &rule, &readout, global).await);
        }
        if global.output == Format::Json {
            self.tell_programs(&shown, stopped.as_ref());
        }
        if let Some(stopped) = stopped {
            let conclusion = stopped.conclusion();
            let code = match global.output {
                Format::Human => stopped.tell(&subject.definition.name, global),
                Format::Json => stopped.exit_code(),
            };
            if conclusion.is_passing() {
                return ControlFlow::Continue(code);
            } else if !conclusion.is_done() {
                return ControlFlow::Break(code);
            }
        }
        let verdict = readout.reading.readout.verdict;
        // After the stop, which a full disk must not keep from being made.
        if let Some(path) = &self.report
            && let Err(error) = write(path, &shown)
        {
            failed_to_write(&path.display().to_string(), &error);
        }
        if verdict == Verdict::Inconclusive && record.state.is_open() {
            ControlFlow::Continue(code(verdict))
        } else {
            ControlFlow::Break(code(verdict))
        }
    }

    /// Writes one document, or a line of a watch.
    fn tell_programs(&self, shown: &Shown<'_>, stopped: Option<&Ending>) {
        let mut document = experiment_document(shown);
        if let Some(stopped) = stopped {
            document["stop"] = stopped.document();
        }
        if self.watch {
            output::json_line(&document);
        } else {
            output::document(&document);
        }
    }

    async fn read(
        &self,
        cloud: &AwsCloud,
        subject: &Subject,
    ) -> Answer<Option<(ListenerRule, Record, Readout)>> {
        let Some(rule) = cloud.listener_rule(&subject.definition.rule).await? else {
            return Ok(None);
        };
        let record = Record::read(&rule.tags);
        let Some(record) = record.filter(|one| one.name == subject.definition.name) else {
            return Ok(None);
        };
        let wanted = Wanted {
            from: self.from,
            until: self.until,
            fixed: self.fixed,
        };
        let readout = read(cloud, subject, &rule, &record, wanted).await?;
        Ok(Some((rule, record, readout)))
    }
}

/// Returns the exit code of a verdict.
fn code(verdict: Verdict) -> ExitCode {
    match verdict {
        Verdict::ChallengerBetter | Verdict::ControlBetter | Verdict::NoDifference => {
            ExitCode::Done
        }
        Verdict::Inconclusive => ExitCode::Inconclusive,
        Verdict::BrokenSplit | Verdict::GuardrailBreached => ExitCode::Harm,
    }
}

fn not_under_way(subject: &Subject, global: &Global) -> ExitCode {
    let refusal = mlship_core::experiment::Refusal::not_under_way(&subject.definition.name);
    let findings = subject.findings(vec![refusal]);
    Ending::refused(&findings, global).tell(&subject.definition.name, global)
}

/// What a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Picture {
    Html,
    Svg,
}

impl Picture {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "html" | "htm" => Some(Self::Html),
            "svg" => Some(Self::Svg),
            _ => None,
        }
    }
}

fn write(path: &Path, shown: &Shown<'_>) -> std::io::Result<()> {
    let text = match Picture::of(path) {
        Some(Picture::Svg) => experiment_svg(shown),
        Some(Picture::Html) | None => experiment_html(shown),
    };
    std::fs::write(path, text)
}

/// Returns the word for a readout's verdict, for the record of a stop.
pub(super) fn outcome(readout: &Readout) -> String {
    word(readout.reading.readout.verdict).to_owned()
}
