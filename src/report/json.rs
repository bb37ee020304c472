//! Events as JSON lines.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::human::{found, time_of};
use super::palette_for;
use super::{Event, Report, ResultRecord, RunRecord, Writer};
use mlship_core::plan::plan_document;
use mlship_core::progress::Observer;
use mlship_core::release::ids::ServiceId;
use mlship_manifest::Diagnostic;

/// Writes one JSON object a line.
pub struct Json<'a> {
    out: Writer<'a>,
}

impl<'a> Json<'a> {
    /// Writes to a stream.
    #[must_use]
    pub fn new(out: Writer<'a>) -> Self {
        Self { out }
    }

    fn line(&mut self, mut value: Value, time: Timestamp, service: &ServiceId) {
        value["time"] = json!(time);
        name(&mut value, service);
        // The release goes on, whoever reads of it; the stream remembers.
        let _ = self.out.json(&value);
    }
}

impl Observer for Json<'_> {
    fn event(&mut self, service: &ServiceId, event: &Event) {
        let mut value = tagged(event);
        if let Event::Planned { plan } = event {
            value["plan"] = plan_document(plan);
        }
        self.line(value, time_of(event), service);
    }

    fn idle(&mut self, _: &ServiceId) {}
}

impl Report for Json<'_> {
    fn result(&mut self, result: &ResultRecord) {
        let mut value = tagged(result);
        value["event"] = json!("result");
        self.line(value, Timestamp::now(), &result.service_id());
    }

    fn run(&mut self, run: &RunRecord) {
        let mut value = tagged(run);
        value["event"] = json!("run");
        value["time"] = json!(Timestamp::now());
        let _ = self.out.json(&value);
    }

    fn warning(&mut self, text: &str) {
        let _ = Writer::stderr().line(&format!("warning: {text}"));
    }

    fn findings(&mut self, findings: &[Diagnostic]) {
        for finding in findings {
            let _ = Writer::stderr().page(&found(finding, &palette_for(true)));
        }
    }
}

/// Says in a line which service it is about, and where that is in a run over several places.
pub(crate) fn name(line: &mut Value, service: &ServiceId) {
    line["service"] = json!(service.name);
    line["cluster"] = json!(service.cluster);
    let named = service.place.as_ref();
    if let Some(named) = named.filter(|named| named.name().is_some()) {
        line["region"] = json!(named.place.region);
        line["account"] = json!(named.place.account);
    }
}

fn tagged(value: &impl Serialize) -> Value {
    serde_json::to_value(value)
        .unwrap_or_else(|error| json!({"event": "error", "error": error.to_string()}))
}
