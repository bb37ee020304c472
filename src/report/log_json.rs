//! Lines of containers for programs: one JSON object a line.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::terminal::harmless;
use crate::logs::{Death, Line, Listener, Source};
use crate::release::ids::ServiceId;
use crate::text::secrets::redact;

/// Writes lines as they come; notes go to the other stream, as text.
pub struct LogJson<'a> {
    out: Box<dyn Write + 'a>,
    notes: Box<dyn Write + 'a>,
    service: &'a ServiceId,
}

impl<'a> LogJson<'a> {
    /// Writes lines of a service to one stream and notes to another.
    #[must_use]
    pub fn new(
        out: Box<dyn Write + 'a>,
        notes: Box<dyn Write + 'a>,
        service: &'a ServiceId,
    ) -> Self {
        Self {
            out,
            notes,
            service,
        }
    }

    fn write(&mut self, mut value: Value) -> io::Result<()> {
        value["service"] = json!(self.service.name);
        value["cluster"] = json!(self.service.cluster);
        writeln!(self.out, "{}", escaped(&value.to_string()))?;
        self.out.flush()
    }
}

impl Listener for LogJson<'_> {
    fn expect(&mut self, _: &Source) {}

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
        let _ = writeln!(self.notes, "{}", harmless(text));
    }
}

/// JSON lets some control characters stand as they are, and terminals obey them.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, '\u{7f}'..='\u{9f}') {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_written_as_escapes_that_mean_the_same() {
        let value = json!({"message": "a\u{9b}31m\u{7f}\u{1b}[2J"});
        let text = escaped(&value.to_string());
        assert!(!text.chars().any(char::is_control), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
