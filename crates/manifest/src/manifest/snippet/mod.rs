//! Draws a diagnostic: the message, the line with a caret under what is wrong, and the next step.
//!
//! Returns text and prints nothing. Confidential values never get past here: see `redaction`.

mod excerpt;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::diagnostic::{Diagnostic, Severity};
use super::source::Span;
use excerpt::Excerpt;
use mlship_text::Page;
use mlship_text::sanitize::{self, Colors};

/// Draws one diagnostic, in colour or plain.
#[must_use]
pub fn render(diagnostic: &Diagnostic, color: bool) -> Page {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(printable(&diagnostic.message))
        .id(diagnostic.code.as_str());
    let mut group = Group::with_title(title);
    let excerpt = diagnostic.span.as_ref().and_then(Excerpt::new);
    if let (Some(span), Some(excerpt)) = (&diagnostic.span, &excerpt) {
        let caret = AnnotationKind::Primary.span(excerpt.caret.clone());
        let snippet = Snippet::source(excerpt.line.as_str())
            .path(printable(span.source().name()))
            .line_start(span.line())
            .annotation(caret);
        group = group.element(snippet);
    } else if let Some(span) = &diagnostic.span {
        group = group.element(Element::from(origin(span)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Element::from(Level::HELP.message(printable(help))));
    }
    let mut drawn = renderer.render(&[group]);
    if let (Some(span), Some(excerpt)) = (&diagnostic.span, &excerpt) {
        drawn = correct_column(&drawn, span, excerpt);
    }
    // What is foreign in it was one line before it was drawn.
    drawn.split('\n').collect()
}

/// Where something is of which there is no line to show.
fn origin(span: &Span) -> Origin<'static> {
    let origin = Origin::path(printable(span.source().name()));
    if span.source().text().is_empty() {
        return origin;
    }
    origin.line(span.line()).char_column(span.column())
}

/// Replaces the column within the excerpt by the one within the file.
fn correct_column(drawn: &str, span: &Span, excerpt: &Excerpt) -> String {
    let place = |column: usize| {
        format!(
            "{}:{}:{column}",
            printable(span.source().name()),
            span.line()
        )
    };
    drawn.replacen(&place(excerpt.column()), &place(span.column()), 1)
}

fn printable(text: &str) -> String {
    sanitize::line(text, Colors::Drop).into_owned()
}

#[cfg(test)]
mod tests;
