//! Prints the events and results of commands on experiments.

mod details;

use details::{fields, manifest_changes};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::{Format, Global, output};
use crate::report::{ExperimentView, Report, headline, record_html, start_text, stop_text};
use mlship_core::app::experiment::{
    Comparison, Details, ExperimentEvent, ExperimentReport, LedgerNotice, Outcome, Readout,
};
use mlship_core::experiment::start::StartPlan;
use mlship_core::ledger::ExperimentRecord;
use mlship_core::progress::ExitCode;
use mlship_core::release::ids::ServiceId;
use mlship_manifest::schema::Experiment;
use mlship_text::Page;

/// Writes what happens to an experiment, and how that ended.
#[derive(Clone, Copy)]
pub(super) struct Presenter<'a> {
    pub(super) comparison: &'a Comparison,
    pub(super) global: &'a Global,
}

impl ExperimentReport for Presenter<'_> {
    fn event(&mut self, event: &ExperimentEvent<'_>) {
        match self.global.format() {
            Format::Human => self.event_for_people(event),
            // Programs read the end.
            Format::Json => {
                if let ExperimentEvent::LookFailed(error) = event {
                    output::complain(&format!("warning: no look this time: {error}"));
                } else if let ExperimentEvent::Recorded(notice) = event {
                    tell_recorded(notice);
                }
            }
        }
    }

    fn page(&self, record: &ExperimentRecord) -> String {
        record_html(record)
    }

    fn release(&mut self) -> Box<dyn Report + '_> {
        self.global.reporter()
    }
}

impl Presenter<'_> {
    fn event_for_people(&self, event: &ExperimentEvent<'_>) {
        let (definition, palette) = (&self.comparison.definition, self.global.palette());
        match event {
            ExperimentEvent::StartPlanned(plan) => {
                output::page(&start_text(definition, plan, &palette));
            }
            ExperimentEvent::WaitingForTargets(waits) => {
                output::complain(&format!("waiting for a healthy target of {waits}"));
            }
            ExperimentEvent::NumbersRead(readout) => {
                let found = headline(&experiment_view(self.comparison, readout));
                output::line(&format!("{}: {found}", readout.record.name));
            }
            ExperimentEvent::NumbersUnreadable(error) => output::complain(&format!(
                "warning: the numbers can't be read, so nothing is known of breaches: {error}"
            )),
            ExperimentEvent::StopPlanned(closing) => {
                output::page(&stop_text(definition, closing, &palette));
            }
            ExperimentEvent::ScaledDown(arm) => {
                output::line(&format!("{}: {} → 0 tasks", arm.name, arm.service));
            }
            ExperimentEvent::LookFailed(error) => {
                output::complain(&format!("warning: no look this time: {error}"));
            }
            ExperimentEvent::Recorded(notice) => tell_recorded(notice),
            // What a look found is shown by the command that looks.
            ExperimentEvent::Looked(_)
            | ExperimentEvent::StepTaken(_)
            | ExperimentEvent::LookEnded { .. } => {}
        }
    }

    /// Says how a command ended, and returns the exit code.
    pub(super) fn end(&self, outcome: &Outcome) -> ExitCode {
        let about = json!({ "experiment": self.comparison.definition.name });
        tell(outcome, &self.message(outcome), &about, self.global)
    }

    /// Returns an end as a part of a document.
    pub(super) fn document(&self, outcome: &Outcome) -> Value {
        document(outcome, &self.message(outcome))
    }

    fn message(&self, outcome: &Outcome) -> Vec<String> {
        let mut lines = match outcome.details.as_deref() {
            Some(Details::Runs { runs, notes }) => {
                let plan = StartPlan::AlreadyRunning(runs.clone());
                let palette = self.global.palette();
                let text = start_text(&self.comparison.definition, &plan, &palette);
                let lines = text.lines().map(|line| line.trim_start().to_owned());
                lines.chain(notes.iter().cloned()).collect()
            }
            Some(Details::Harm(readout)) => {
                vec![headline(&experiment_view(self.comparison, readout))]
            }
            Some(
                Details::Started { .. }
                | Details::Stopped { .. }
                | Details::Over { .. }
                | Details::GoesOn { .. }
                | Details::Decided { .. }
                | Details::Promoted { .. }
                | Details::CleanedUp { .. }
                | Details::Findings(_),
            )
            | None => Vec::new(),
        };
        lines.extend(outcome.message.iter().cloned());
        if let Some(Details::Decided { changes, .. } | Details::Promoted { changes, .. }) =
            outcome.details.as_deref()
        {
            lines.extend(manifest_changes(changes));
        }
        lines
    }
}

/// Says how a command ended that found no experiment by a variant's service.
pub(super) fn end_of_service(outcome: &Outcome, service: &ServiceId, global: &Global) -> ExitCode {
    let about = json!({ "experiment": null, "service": service.to_string() });
    tell(outcome, &outcome.message, &about, global)
}

/// Says how a command ended, and what it was about.
fn tell(outcome: &Outcome, message: &[String], about: &Value, global: &Global) -> ExitCode {
    if let Some(findings) = outcome.findings() {
        output::findings(findings, global);
    }
    match global.format() {
        Format::Human if outcome.conclusion.is_done() => output::page(&page("", message)),
        // What was found was shown, with its place where a manifest has it.
        Format::Human if outcome.findings().is_some() => {}
        Format::Human => {
            output::complain_page(&page("error: ", message));
            if let Some(hint) = &outcome.hint {
                output::complain(&format!("hint: {hint}"));
            }
        }
        Format::Json => {
            let mut line = document(outcome, message);
            line["event"] = json!("result");
            line["time"] = json!(Timestamp::now());
            add(&mut line, about);
            output::json_line(&line);
        }
    }
    outcome.conclusion.exit_code()
}

fn document(outcome: &Outcome, message: &[String]) -> Value {
    let mut document = json!({
        "verdict": outcome.conclusion.word(),
        "exit_code": outcome.conclusion.exit_code(),
        "message": message.join("\n  "),
        "hint": outcome.hint,
    });
    let parts = [outcome.before.as_deref(), outcome.details.as_deref()];
    for part in parts.into_iter().flatten() {
        add(&mut document, &fields(part));
    }
    document
}

/// Adds the members of an object to another.
fn add(document: &mut Value, more: &Value) {
    for (name, value) in more.as_object().into_iter().flatten() {
        document[name] = value.clone();
    }
}

fn page(label: &str, lines: &[String]) -> Page {
    let mut page = Page::new();
    for (at, line) in lines.iter().enumerate() {
        let before = if at == 0 { label } else { "  " };
        page.line(format!("{before}{line}"));
    }
    page
}

/// Says what became of a record that another command left to be written.
fn tell_recorded(notice: &LedgerNotice) {
    let line = notice.line();
    if notice.is_whole() {
        output::complain(&line);
    } else {
        output::complain(&format!("warning: {line}"));
    }
}

/// Returns a readout as it is shown.
pub(super) fn experiment_view<'a>(
    comparison: &'a Comparison,
    readout: &'a Readout,
) -> ExperimentView<'a> {
    let experiment = comparison.measured();
    let guardrails = experiment
        .iter()
        .flat_map(|experiment| &experiment.guardrails);
    ExperimentView {
        name: &comparison.definition.name,
        record: &readout.record,
        hypothesis: comparison.hypothesis(&readout.record),
        reading: &readout.reading,
        minimum_effect: experiment.map(|experiment| experiment.primary.minimum_effect),
        margins: guardrails
            .map(|guardrail| (&*guardrail.metric, guardrail.margin))
            .collect(),
        alpha: experiment.map(Experiment::accepted_alpha),
        maximum_days: experiment.and_then(|experiment| experiment.maximum_days),
        notes: readout.notes.clone(),
        ended: readout.ended.as_ref(),
        at: readout.at,
    }
}
