//! Events as JSON lines, and plans as JSON documents.

use std::io::Write;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Event, Report, ResultRecord};
use crate::plan::Plan;
use crate::release::ids::ServiceId;
use crate::text::secrets::redact;

/// Writes one JSON object a line.
pub struct Json<'a> {
    out: Box<dyn Write + 'a>,
}

impl<'a> Json<'a> {
    /// Writes to a stream.
    #[must_use]
    pub fn new(out: Box<dyn Write + 'a>) -> Self {
        Self { out }
    }

    fn line(&mut self, mut value: Value, cluster: &str, service: &str) {
        value["time"] = json!(Timestamp::now());
        value["service"] = json!(service);
        value["cluster"] = json!(cluster);
        let _ = writeln!(self.out, "{value}");
        let _ = self.out.flush();
    }
}

impl Report for Json<'_> {
    fn event(&mut self, service: &ServiceId, event: &Event) {
        let value = tagged(event);
        self.line(value, service.cluster.as_str(), service.name.as_str());
    }

    fn result(&mut self, result: &ResultRecord) {
        let mut value = tagged(result);
        value["event"] = json!("result");
        self.line(value, &result.cluster, &result.service);
    }
}

fn tagged(value: &impl Serialize) -> Value {
    serde_json::to_value(value)
        .unwrap_or_else(|error| json!({"event": "error", "error": error.to_string()}))
}

/// Returns a plan as the `diff` command's JSON has it: without the documents it writes, which
/// hold secrets.
#[must_use]
pub fn plan_document(plan: &Plan) -> Value {
    json!({
        "service": plan.service.name,
        "cluster": plan.service.cluster,
        "account": plan.caller.account,
        "region": plan.caller.region,
        "release": {"model": plan.model.name, "version": plan.model.version, "image": redact(&plan.image)},
        "origin": plan.origin,
        "previous": plan.previous,
        "effect": plan.effect,
        "changes": plan.changes,
        "notes": plan.notes,
    })
}
