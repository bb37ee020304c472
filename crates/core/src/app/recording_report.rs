//! An observer for tests that records events, warnings and findings.

use super::{Report, ResultRecord};
use crate::progress::{Event, Observer};
use crate::release::ids::ServiceId;
use mlship_manifest::Diagnostic;

/// Remembers what it is told.
#[derive(Default)]
pub(crate) struct RecordingReport {
    pub(crate) events: Vec<Event>,
    pub(crate) warnings: Vec<String>,
    /// The codes of findings.
    pub(crate) findings: Vec<&'static str>,
}

impl Observer for RecordingReport {
    fn event(&mut self, _: &ServiceId, event: &Event) {
        self.events.push(event.clone());
    }

    fn idle(&mut self, _: &ServiceId) {}
}

impl Report for RecordingReport {
    fn result(&mut self, _: &ResultRecord) {}

    fn warning(&mut self, text: &str) {
        self.warnings.push(text.to_owned());
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        self.findings
            .extend(findings.iter().map(|finding| finding.code.as_str()));
    }

    fn run(&mut self, _: &crate::app::RunRecord) {}
}

impl RecordingReport {
    /// Returns how many lost answers were made up for.
    #[must_use]
    pub(crate) fn adopted(&self) -> usize {
        let adopted = |event: &&Event| matches!(event, Event::Adopted { .. });
        self.events.iter().filter(adopted).count()
    }

    /// Returns what was noted.
    pub(crate) fn notes(&self) -> impl Iterator<Item = &str> {
        self.events.iter().filter_map(|event| match event {
            Event::Note { message } => Some(message.as_str()),
            _ => None,
        })
    }

    /// Returns whether a verdict rests on the entry of `deployments`.
    #[must_use]
    pub(crate) fn rests_on_entry(&self) -> bool {
        let rests = |event: &Event| matches!(event, Event::RestsOnDeploymentId { .. });
        self.events.iter().any(rests)
    }
}
