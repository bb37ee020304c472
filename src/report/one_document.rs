//! The reader of a command whose answer is one document: standard output holds nothing else.

use super::{Json, Report, Writer};
use mlship_core::app::{ResultRecord, RunRecord};
use mlship_core::progress::{Event, Observer};
use mlship_core::release::ids::ServiceId;
use mlship_manifest::Diagnostic;

/// Passes on what goes to standard error. The rest is the document's to say.
pub struct OneDocument(Json<'static>);

impl OneDocument {
    /// Says beside a document what holds nothing up.
    #[must_use]
    pub fn new() -> Self {
        Self(Json::new(Writer::stdout()))
    }
}

impl Default for OneDocument {
    fn default() -> Self {
        Self::new()
    }
}

impl Observer for OneDocument {
    fn event(&mut self, _: &ServiceId, _: &Event) {}

    fn idle(&mut self, _: &ServiceId) {}
}

impl Report for OneDocument {
    fn result(&mut self, _: &ResultRecord) {}

    fn warning(&mut self, text: &str) {
        self.0.warning(text);
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        self.0.findings(findings);
    }

    fn run(&mut self, _: &RunRecord) {}
}
