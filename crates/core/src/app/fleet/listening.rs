//! Hears, beside whoever is told, whether a release began a deployment of its own.

use std::cell::Cell;

use crate::app::{Report, ResultRecord, RunRecord};
use crate::progress::{Event, Observer};
use crate::release::ids::ServiceId;
use mlship_manifest::Diagnostic;

/// Whose deployment a release is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// There is none that was seen.
    Unseen,
    /// This run began it.
    Own,
    /// It ran before: it is somebody else's, or an earlier run's.
    Followed,
}

/// Tells on, and remembers whose deployment it was.
pub(super) struct Listening<'a> {
    pub(super) report: Box<dyn Report + 'a>,
    pub(super) origin: &'a Cell<Origin>,
}

impl Observer for Listening<'_> {
    fn event(&mut self, service: &ServiceId, event: &Event) {
        if matches!(event, Event::Started { .. }) {
            self.origin.set(Origin::Own);
        } else if matches!(event, Event::Attached { .. }) {
            self.origin.set(Origin::Followed);
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
