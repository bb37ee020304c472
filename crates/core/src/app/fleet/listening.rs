//! Hears, beside whoever is told, whether a release began a deployment of its own.

use std::cell::Cell;

use crate::app::{Report, ResultRecord, RunRecord};
use crate::progress::{Event, Observer};
use crate::release::ids::ServiceId;
use mlship_manifest::Diagnostic;

/// Tells on, and remembers that a deployment was begun.
pub(super) struct Listening<'a> {
    pub(super) report: Box<dyn Report + 'a>,
    pub(super) has_begun: &'a Cell<bool>,
}

impl Observer for Listening<'_> {
    fn event(&mut self, service: &ServiceId, event: &Event) {
        // One that is only followed is somebody else's, or an earlier run's.
        if matches!(event, Event::Started { .. }) {
            self.has_begun.set(true);
        }
        self.report.event(service, event);
    }

    fn idle(&mut self, service: &ServiceId) {
        self.report.idle(service);
    }

    fn decision(&mut self, service: &ServiceId, text: &str) {
        self.report.decision(service, text);
    }
}

impl Report for Listening<'_> {
    fn result(&mut self, result: &ResultRecord) {
        self.report.result(result);
    }

    fn warning(&mut self, text: &str) {
        self.report.warning(text);
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        self.report.findings(findings);
    }

    fn run(&mut self, run: &RunRecord) {
        self.report.run(run);
    }
}
