//! A diagnostic: what is wrong with a manifest, where, and how to fix it.
//!
//! Data only: drawing it is `snippet`'s work, and printing it is the caller's.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::code::Code;
use super::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The manifest can't be used.
    Error,
    /// It can be used, and probably does not mean what was meant.
    Warning,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that it is of.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// A lowercase fragment that names the field, the value and the rule.
    pub message: String,
    /// Where it was written.
    pub span: Option<Span>,
    /// The next step.
    pub help: Option<String>,
    /// The path of the field, where it is about one.
    pub field: Option<String>,
}

impl Diagnostic {
    /// Returns an error without a place.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span: None,
            help: None,
            field: None,
        }
    }

    /// Returns a warning without a place.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, message)
        }
    }

    /// Adds the place, and whose value it is that stands there.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        if let Some(filling) = span.filling()
            && !filling.origins.is_empty()
            && self.span.is_none()
        {
            self.message = format!("{} ({})", self.message, filling.origins);
        }
        self.span = Some(span);
        self
    }

    /// Says which field it is about.
    #[must_use]
    pub fn of(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    /// Adds the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says whether the manifest can't be used because of this.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The machine form: `file`, `line`, `column`, `code`, `severity`, `message`, `help`.
impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Of a file that could not be read there is no line to speak of.
        let place = self
            .span
            .as_ref()
            .filter(|span| !span.source().text().is_empty());
        let mut finding = serializer.serialize_struct("Diagnostic", 7)?;
        finding.serialize_field("file", &self.span.as_ref().map(|span| span.source().name()))?;
        finding.serialize_field("line", &place.map(Span::line))?;
        finding.serialize_field("column", &place.map(Span::column))?;
        finding.serialize_field("code", &self.code)?;
        finding.serialize_field("severity", &self.severity)?;
        finding.serialize_field("message", &self.message)?;
        finding.serialize_field("help", &self.help)?;
        finding.end()
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::Source;
    use super::*;

    #[test]
    fn the_machine_form_has_exactly_seven_members() {
        let source = Source::new("a.yaml", "x: 1\ny: 2\n");
        let finding = Diagnostic::error(Code::SAMPLE, "no good")
            .at(Span::new(&source, 8..9))
            .help("do better");
        assert_eq!(
            serde_json::to_string(&finding).unwrap(),
            r#"{"file":"a.yaml","line":2,"column":4,"code":"some-code","severity":"error","message":"no good","help":"do better"}"#
        );
        assert_eq!(
            serde_json::to_string(&Diagnostic::warning(Code::SAMPLE, "hm")).unwrap(),
            r#"{"file":null,"line":null,"column":null,"code":"some-code","severity":"warning","message":"hm","help":null}"#
        );
    }
}
