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
use super::time::time;
use crate::cli::load::Need;
use crate::cli::signals::Signals;
use crate::cli::{Format, Global, aws, exit, output};
use crate::cloud::aws::AwsCloud;
use crate::cloud::{Answer, Balancing};
use crate::experiment::stats::Verdict;
use crate::experiment::{ListenerRule, Record, word};
use crate::report::{Shown, experiment_document, experiment_html, experiment_svg, experiment_text};

/// Show what an experiment found so far: the verdict, and every number behind it
///
/// Exits with 0 when there is a verdict, 40 while it is inconclusive, and 41 when a guardrail is
/// breached or the traffic's split is broken.
#[derive(Debug, Args)]
pub(super) struct Status {
    /// The manifest of an experiment, or - for standard input
    path: String,
    /// Leave out what came before this time: a moment, a day of UTC, or how long ago
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<Timestamp>,
    /// Leave out what came after this time
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
    /// Stop the experiment without a winner when this happens, which takes clients from the
    /// variant that does harm
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with_all = ["until", "from", "fixed"])]
    stop_on: Option<StopOn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StopOn {
    /// A guardrail is breached
    Guardrail,
}

/// How long to wait between two looks: points come by the minute.
const PAUSE: Duration = Duration::from_mins(1);

pub(super) async fn run(command: &Status, global: &Global) -> u8 {
    if let Some(message) = command.mistake() {
        return output::usage(&message, global);
    }
    let subject = match Subject::load(&command.path, "status", Need::Places, global) {
        Ok(subject) => subject,
        Err(code) => return code,
    };
    let signals = Signals::listen();
    let cloud = match aws::cloud(global).await {
        Ok(cloud) => cloud,
        Err(error) => return output::cloud_error(&error, global),
    };
    let mut is_first = true;
    loop {
        let look = Box::pin(command.look(&cloud, &subject, global, is_first));
        let told = tokio::select! {
            told = look => told,
            interrupt = signals.wait() => ControlFlow::Break(exit::of_verdict(
                crate::rollout::Verdict::Interrupted,
                Some(interrupt),
            )),
        };
        match told {
            ControlFlow::Continue(_) if command.watch => {}
            ControlFlow::Continue(code) | ControlFlow::Break(code) => return code,
        }
        is_first = false;
        tokio::select! {
            () = crate::pause::sleep(PAUSE) => {}
            interrupt = signals.wait() => {
                return exit::of_verdict(crate::rollout::Verdict::Interrupted, Some(interrupt));
            }
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
    ) -> ControlFlow<u8, u8> {
        let found = match self.read(cloud, subject).await {
            Ok(Some(found)) => found,
            Ok(None) => return ControlFlow::Break(not_under_way(subject, global)),
            // Who watches is not left alone by an outage that passes.
            Err(error) if !is_first && is_passing(exit::of_cloud_error(&error)) => {
                output::complain(&format!("warning: no look this time: {error}"));
                return ControlFlow::Continue(exit::UNREACHABLE);
            }
            Err(error) => return ControlFlow::Break(output::cloud_error(&error, global)),
        };
        let (rule, record, readout) = found;
        let shown = shown(subject, &record, &readout);
        if global.output == Format::Human {
            output::text(&experiment_text(&shown, &global.palette()));
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
            let code = match global.output {
                Format::Human => stopped.tell(&subject.definition.name, global),
                Format::Json => stopped.code(),
            };
            if is_passing(code) {
                return ControlFlow::Continue(code);
            } else if code != exit::DONE {
                return ControlFlow::Break(code);
            }
        }
        let verdict = readout.reading.readout.verdict;
        // After the stop, which a full disk must not keep from being made.
        if let Some(path) = &self.report
            && let Err(error) = write(path, &shown)
        {
            output::complain(&format!("error: {}: {error}", path.display()));
            return ControlFlow::Break(exit::UNEXPECTED);
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
            output::text(&format!("{document}\n"));
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

/// Says whether the next look may go better.
fn is_passing(code: u8) -> bool {
    matches!(code, exit::UNREACHABLE | exit::STALE)
}

/// Returns the exit code of a verdict.
fn code(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::ChallengerBetter | Verdict::ControlBetter | Verdict::NoDifference => exit::DONE,
        Verdict::Inconclusive => exit::INCONCLUSIVE,
        Verdict::BrokenSplit | Verdict::GuardrailBreached => exit::HARM,
    }
}

fn not_under_way(subject: &Subject, global: &Global) -> u8 {
    let refusal = crate::experiment::Refusal::not_under_way(&subject.definition.name);
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
