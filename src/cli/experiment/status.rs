//! `mlship experiment status`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use futures_util::future::join_all;
use jiff::Timestamp;

use super::advance::Advance;
use super::ledger::RecordFlag;
use super::load::{find, load_some};
use super::picture::Picture;
use super::presenter::{Presenter, experiment_view};
use super::rows_file;
use super::skip_verify::SkipVerify;
use crate::cli::load::Need;
use crate::cli::session::Session;
use crate::cli::sessions::{Asking, Sessions};
use crate::cli::targets::NamedServices;
use crate::cli::{Format, Global, examples, output};
use crate::report::{
    ExperimentView, Report, experiment_document, experiment_html, experiment_svg, experiment_text,
    failed_to_write,
};
use mlship_core::app::experiment::{
    self as app, Comparison, ExperimentEvent, ExperimentReport, LookEnd, Outcome, ReadRequest,
    Readout, RowsInput, StatusOptions,
};
use mlship_core::ledger::ExperimentRecord;
use mlship_core::progress::ExitCode;
use mlship_text::moment::{MomentError, moment};

/// Show what an experiment found so far: the verdict, and every number behind it
///
/// Exits with 0 when there is a verdict, 40 while it is inconclusive, and 41 when a guardrail is
/// breached or the traffic's split is broken. Once it is over, with 0, or 41 where the traffic is
/// not where the stop left it. --service, of any variant, needs no manifest, and
/// tells what is known without: not what decides.
#[derive(Debug, Args)]
#[command(after_help = examples::EXPERIMENT_STATUS)]
pub(super) struct Status {
    /// Manifests of experiments, directories of them, or - for standard input; only whose traffic
    /// they are about and what is measured is read
    #[arg(required_unless_present = "services")]
    paths: Vec<String>,
    #[command(flatten)]
    named: NamedServices,
    /// Leave out what came before this time: how long ago, such as 36h, or a moment such as
    /// 2026-05-01 or 2026-05-01T14:00, of UTC unless it names a zone
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<Timestamp>,
    /// Leave out what came after this time, in the forms of --from
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
    /// Read the metrics that are in rows from a CSV file, or - for standard input: a row a client,
    /// who it is, its variant, since when, and a column a metric
    #[arg(long, value_name = "FILE", conflicts_with_all = ["watch", "services"])]
    rows: Option<String>,
    /// Stop the experiment without a winner on an event, which takes clients from the variant that
    /// does harm
    #[arg(long, value_enum, value_name = "EVENT", conflicts_with_all = ["until", "from", "fixed"])]
    stop_on: Option<StopOn>,
    /// Take the step that is due, as `experiment run` does: start it, go up its ramp, stop it for
    /// harm, end it. Exits with 0 while the test goes on, and with 12 where another run takes the
    /// step
    #[arg(long, conflicts_with_all = [
        "watch", "services", "stop_on", "from", "until", "fixed",
    ])]
    advance: bool,
    #[command(flatten)]
    skip_verify: SkipVerify,
    #[command(flatten)]
    ledger: RecordFlag,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StopOn {
    /// A guardrail is breached
    Guardrail,
    /// A guardrail is breached, or the control is better by the primary metric
    Harm,
}

impl From<StopOn> for app::StopOn {
    fn from(stop_on: StopOn) -> Self {
        match stop_on {
            StopOn::Guardrail => Self::Guardrail,
            StopOn::Harm => Self::Harm,
        }
    }
}

/// Reads a time, reckoned from now where it says how long ago.
fn time(text: &str) -> Result<Timestamp, MomentError> {
    moment(text).map(|moment| moment.at(Timestamp::now()))
}

pub(super) async fn run(command: &Status, global: &Global) -> ExitCode {
    if let Some(message) = command.mistake(global) {
        return output::usage(&message, global);
    }
    if command.advance {
        return Box::pin(command.as_advance().run(global)).await;
    }
    let (by_manifest, broken) = match command.by_manifest(global) {
        Ok(read) => read,
        Err(code) => return code,
    };
    let others = usize::from(broken != ExitCode::Done);
    let wanted = by_manifest.len() + command.named.variants().len() + others;
    if wanted > 1 && command.report.is_some() {
        return output::usage("--report is of one experiment", global);
    }
    if wanted > 1 && command.rows.is_some() {
        return output::usage("--rows are of one experiment", global);
    }
    let rules = by_manifest.iter().map(Comparison::destination);
    let destinations: Vec<_> = command
        .named
        .destinations()
        .into_iter()
        .chain(rules)
        .collect();
    let asking = match command.stop_on {
        Some(_) => Asking::Soon,
        None => command.named.asking(),
    };
    let sessions = match Sessions::listening(&destinations, asking, global).await {
        Ok(sessions) => sessions,
        Err(error) => return output::cloud_error(&error, global),
    };
    if let Err(code) = command.named.say_place(&sessions, global) {
        return code;
    }
    let (by_service, mut codes) = find(&command.named, &sessions, global).await;
    let first = destinations.len() - by_manifest.len();
    let (mut comparisons, unreached) = connected(by_manifest, &sessions, first, global);
    codes.extend(unreached);
    comparisons.extend(by_service);
    let comparisons = comparisons.into_iter().map(|(comparison, session)| {
        let comparison = comparison.recorded_in(command.ledger.record.clone());
        (comparison, session)
    });
    let comparisons: Vec<_> = comparisons.collect();
    let is_line = command.watch || wanted > 1;
    let open = || rows_file::open(command.rows.as_deref().unwrap_or_default());
    let rows = command.rows.as_deref().map(|file| RowsInput {
        name: rows_file::name(file),
        written: rows_file::written(file),
        open: &open,
    });
    let looks = comparisons.iter().map(async |(comparison, session)| {
        let presenter = Presenter { comparison, global };
        let guard = command.stop_on.map(|stop_on| {
            let tell = &mut |line: &str| output::complain(line);
            let cleared = comparison.clear(session.caller.as_ref(), tell);
            cleared.map(|comparison| app::Guard {
                comparison,
                stop_on: stop_on.into(),
            })
        });
        let guard = match guard.transpose() {
            Ok(guard) => guard,
            Err(refused) => return presenter.end(&refused),
        };
        let status = app::Status {
            context: &session.context(),
            comparison,
            guard,
            options: command.options(),
            rows,
        };
        let mut looks = StatusOutput {
            command,
            is_line,
            presenter,
        };
        let end = Box::pin(status.run(output::unread, &mut looks)).await;
        match &end {
            LookEnd::NotUnderWay(outcome) => presenter.end(outcome),
            LookEnd::Unreadable(error) => output::cloud_error(error, global),
            LookEnd::BadRows(error) => rows_file::complain(error, global),
            LookEnd::Verdict(_)
            | LookEnd::Over { .. }
            | LookEnd::Missed(_)
            | LookEnd::NotStopped(_)
            | LookEnd::Interrupted(_) => end.exit_code(),
        }
    });
    codes.push(broken);
    codes.extend(join_all(looks).await);
    worst(codes)
}

/// Returns each experiment of a manifest with its connection, of which the first has the given
/// number, and the exit codes of those that have none, which is said.
fn connected<'a>(
    by_manifest: Vec<Comparison>,
    sessions: &'a Sessions,
    first: usize,
    global: &Global,
) -> (Vec<(Comparison, &'a Session)>, Vec<ExitCode>) {
    let (mut found, mut codes) = (Vec::new(), Vec::new());
    for (at, comparison) in by_manifest.into_iter().enumerate() {
        match sessions.to(first + at) {
            Ok(session) => found.push((comparison, session)),
            Err(error) => {
                let presenter = Presenter {
                    comparison: &comparison,
                    global,
                };
                codes.push(presenter.end(&error.clone().into()));
            }
        }
    }
    (found, codes)
}

/// Returns the worst of several: harm goes before what is only open.
fn worst(codes: Vec<ExitCode>) -> ExitCode {
    match codes.iter().find(|code| **code == ExitCode::Harm) {
        Some(harm) if ExitCode::worst(codes.clone()) == ExitCode::Inconclusive => *harm,
        Some(_) | None => ExitCode::worst(codes),
    }
}

impl Status {
    /// Reads the experiments whose manifests were named, with the exit code of those that can't be
    /// read.
    fn by_manifest(&self, global: &Global) -> Result<(Vec<Comparison>, ExitCode), ExitCode> {
        if self.named.is_empty() {
            return load_some(&self.paths, "status", Need::Numbers, global);
        }
        self.named.may_be_used(global)?;
        match self.stop_on {
            Some(_) => {
                let message = "--stop-on goes by the guardrails, which only the manifest names";
                let hint = "name the experiment's manifest; `mlship experiment stop --service` \
                            stops it at once";
                Err(output::usage_with_hint(message, Some(hint), global))
            }
            None => Ok((Vec::new(), ExitCode::Done)),
        }
    }

    fn as_advance(&self) -> Advance<'_> {
        Advance {
            paths: &self.paths,
            rows: self.rows.as_deref(),
            report: self.report.as_deref(),
            record: self.ledger.record.as_ref(),
            skip_verify: self.skip_verify,
        }
    }

    fn options(&self) -> StatusOptions {
        StatusOptions {
            request: ReadRequest {
                from: self.from,
                until: self.until,
                fixed: self.fixed,
            },
            watch: self.watch,
        }
    }

    fn mistake(&self, global: &Global) -> Option<String> {
        if self.skip_verify.is_flag() && !self.advance {
            let message = "--skip-verify takes --advance: a status that only looks deploys nothing";
            return Some(message.to_owned());
        }
        if let (Some(from), Some(until)) = (self.from, self.until)
            && until <= from
        {
            return Some(format!("--until {until} is not after --from {from}"));
        }
        if let Some(from) = self.from.filter(|from| *from > Timestamp::now()) {
            return Some(format!("--from {from} is yet to come"));
        }
        let is_input = |path: &String| path == rows_file::STANDARD_INPUT;
        let mut others = self.paths.iter().chain(&global.vars);
        if self.rows.as_ref().is_some_and(is_input) && others.any(is_input) {
            return Some("standard input is the rows: nothing else can be read from it".to_owned());
        }
        Picture::check(self.report.as_deref()?).err()
    }
}

/// Writes what looks find.
struct StatusOutput<'a> {
    command: &'a Status,
    /// Whether a document stands on one line, among others.
    is_line: bool,
    presenter: Presenter<'a>,
}

impl ExperimentReport for StatusOutput<'_> {
    fn event(&mut self, event: &ExperimentEvent<'_>) {
        match event {
            ExperimentEvent::Looked(readout) => self.looked(readout),
            ExperimentEvent::LookEnded { readout, stopped } => self.ended(readout, *stopped),
            ExperimentEvent::StartPlanned(_)
            | ExperimentEvent::WaitingForTargets(_)
            | ExperimentEvent::NumbersRead(_)
            | ExperimentEvent::NumbersUnreadable(_)
            | ExperimentEvent::StopPlanned(_)
            | ExperimentEvent::ScaledDown(_)
            | ExperimentEvent::Recorded(_)
            | ExperimentEvent::StepTaken(_)
            | ExperimentEvent::LookFailed(_) => self.presenter.event(event),
        }
    }

    fn page(&self, record: &ExperimentRecord) -> String {
        self.presenter.page(record)
    }

    fn release(&mut self) -> Box<dyn Report + '_> {
        self.presenter.release()
    }
}

impl StatusOutput<'_> {
    fn looked(&self, readout: &Readout) {
        let Presenter { comparison, global } = self.presenter;
        if global.format() == Format::Human {
            let text = experiment_text(&experiment_view(comparison, readout), &global.palette());
            output::page(&text);
        }
    }

    fn ended(&self, readout: &Readout, stopped: Option<&Outcome>) {
        let shown = experiment_view(self.presenter.comparison, readout);
        match (self.presenter.global.format(), stopped) {
            (Format::Human, Some(stopped)) => {
                self.presenter.end(stopped);
            }
            (Format::Human, None) => {}
            (Format::Json, _) => self.tell_programs(&shown, stopped),
        }
        // After the stop, which a full disk must not keep from being made.
        if let Some(path) = &self.command.report
            && stopped.is_none_or(|stopped| stopped.conclusion.is_done())
            && let Err(error) = write(path, &shown)
        {
            failed_to_write(&path.display().to_string(), &error);
        }
    }

    /// Writes one document, or a line of a watch.
    fn tell_programs(&self, shown: &ExperimentView<'_>, stopped: Option<&Outcome>) {
        let mut document = experiment_document(shown);
        if let Some(stopped) = stopped {
            if let Some(findings) = stopped.findings() {
                output::findings(findings, self.presenter.global);
            }
            document["stop"] = self.presenter.document(stopped);
        }
        if self.is_line {
            output::json_line(&document);
        } else {
            output::document(&document);
        }
    }
}

pub(super) fn write(path: &Path, shown: &ExperimentView<'_>) -> std::io::Result<()> {
    let text = match Picture::of(path) {
        Some(Picture::Svg) => experiment_svg(shown),
        Some(Picture::Html) | None => experiment_html(shown),
    };
    std::fs::write(path, text)
}
