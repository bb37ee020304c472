//! Lines of containers for programs: one JSON object a line.

use std::io;

use serde_json::{Value, json};

use super::Writer;
use super::json::name;
use mlship_core::logs::{Death, Line, Listener, LogSource};
use mlship_core::release::ids::ServiceId;
use mlship_text::secrets::redact;

/// Writes lines as they come; notes go to the other stream, as text.
pub struct LogJson<'a> {
    out: Writer<'a>,
    notes: Writer<'a>,
    service: &'a ServiceId,
}

impl<'a> LogJson<'a> {
    /// Writes lines of a service to one stream and notes to another.
    #[must_use]
    pub fn new(out: Writer<'a>, notes: Writer<'a>, service: &'a ServiceId) -> Self {
        Self {
            out,
            notes,
            service,
        }
    }

    fn write(&mut self, mut value: Value) -> io::Result<()> {
        name(&mut value, self.service);
        self.out.json(&value)
    }
}

impl Listener for LogJson<'_> {
    fn expect(&mut self, _: &LogSource) {}

    fn line(&mut self, line: &Line) -> io::Result<()> {
        let source = &line.source;
        self.write(json!({
            "event": "log",
            "time": line.time,
            "task": source.task.id(),
            "task_definition": source.task_definition,
            "container": source.container,
            "message": redact(&line.message),
        }))
    }

    fn death(&mut self, death: &Death) -> io::Result<()> {
        self.write(json!({
            "event": "task_died",
            "time": death.time,
            "task": death.task.id(),
            "task_definition": death.task_definition,
            "cause": death.failure.cause,
            "reason": redact(&death.failure.reason),
        }))
    }

    fn note(&mut self, text: &str) {
        // The lines themselves go elsewhere: a note that nobody can read ends nothing.
        let _ = self.notes.line(text);
    }
}
