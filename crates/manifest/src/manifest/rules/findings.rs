//! Collects the findings of rules.

use std::ops::Range;

use super::super::diagnostic::Diagnostic;
use super::super::field_spans::Places;
use super::super::redaction;
use super::super::schema_check::shorten;
use super::super::source::{Span, overlap};
use crate::manifest::Code;

/// What was found so far, and where the fields are that it is found in.
pub(super) struct Findings<'a> {
    places: &'a Places,
    found: &'a mut Vec<Diagnostic>,
    /// Where something is wrong already, so that a rule would only add to the noise.
    broken: Vec<Range<usize>>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(places: &'a Places, found: &'a mut Vec<Diagnostic>) -> Self {
        let errors = found.iter().filter(|finding| finding.is_error());
        let broken = errors
            .filter_map(|finding| Some(finding.span.as_ref()?.range()))
            .collect();
        Self {
            places,
            found,
            broken,
        }
    }

    /// Reports an error at a field, with the next step.
    pub(super) fn error(
        &mut self,
        path: &str,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.places.span(path);
        self.report(span, Diagnostic::error(code, message).of(path).help(help));
    }

    /// Reports an error in a field's name, with the next step.
    pub(super) fn error_in_name(
        &mut self,
        path: &str,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.places.key(path);
        self.report(span, Diagnostic::error(code, message).of(path).help(help));
    }

    /// Reports a warning at a field, with the next step.
    pub(super) fn warn(
        &mut self,
        path: &str,
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.places.span(path);
        self.report(span, Diagnostic::warning(code, message).of(path).help(help));
    }

    fn report(&mut self, span: Span, diagnostic: Diagnostic) {
        let own = span.range();
        if !self.broken.iter().any(|range| overlap(&own, range)) {
            self.found.push(diagnostic.at(span));
        }
    }

    /// Returns a field's value as a message repeats it.
    pub(super) fn quote(&self, path: &str, value: &str) -> String {
        if self.places.is_hidden(path) || redaction::looks_secret(value) {
            "(hidden)".to_owned()
        } else {
            format!("`{}`", shorten(value))
        }
    }

    /// Says whether a field was written at all, rightly or wrongly.
    pub(super) fn is_written(&self, path: &str) -> bool {
        self.places.is_written(path)
    }

    /// Says whether something is wrong with a field, so that its value is not what was meant.
    pub(super) fn is_broken(&self, path: &str) -> bool {
        let own = self.places.span(path).range();
        self.broken.iter().any(|range| overlap(&own, range))
    }
}
