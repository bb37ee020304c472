//! A manifest's text and places in it.
//!
//! Knows bytes, lines and columns; never YAML, and never the file system.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// The name and the text of one manifest.
pub struct Source {
    name: String,
    text: String,
    line_starts: OnceLock<Vec<usize>>,
    concealed: OnceLock<Vec<Range<usize>>>,
}

impl Source {
    /// Wraps a text under the name that diagnostics show, usually a path.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
            concealed: OnceLock::new(),
        })
    }

    /// Returns the name that diagnostics show.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the whole text, as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the 0-based index of the line that holds a byte offset.
    pub(super) fn line_index(&self, offset: usize) -> usize {
        self.line_starts()
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    }

    /// Returns the bytes of a 0-based line, without its line break.
    pub(super) fn line_range(&self, index: usize) -> Range<usize> {
        let starts = self.line_starts();
        let start = starts.get(index).copied().unwrap_or(self.text.len());
        let end = starts.get(index + 1).copied().unwrap_or(self.text.len());
        let line = &self.text[start..end];
        start..start + line.trim_end_matches(['\n', '\r']).len()
    }

    /// Returns the nearest character boundary at or before an offset.
    pub(super) fn boundary(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        (0..=offset)
            .rev()
            .find(|at| self.text.is_char_boundary(*at))
            .unwrap_or(0)
    }

    /// Marks the byte ranges that no snippet may show; the first call wins.
    pub(super) fn conceal(&self, ranges: Vec<Range<usize>>) {
        // A source that was read twice is concealed alike both times.
        let _ = self.concealed.set(ranges);
    }

    /// Returns the byte ranges that no snippet may show, if the text was understood.
    pub(super) fn concealed(&self) -> Option<&[Range<usize>]> {
        self.concealed.get().map(Vec::as_slice)
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(breaks).collect()
        })
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.text == other.text
    }
}

impl Eq for Source {}

// The text may hold secrets, so it stays out.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({:?}, {} bytes)", self.name, self.text.len())
    }
}

/// A stretch of a source, in byte offsets.
#[derive(Clone)]
pub struct Span {
    source: Arc<Source>,
    start: usize,
    end: usize,
    filling: Option<Arc<Filling>>,
}

/// What stands in place of the text that was written.
#[derive(Debug)]
pub(super) struct Filling {
    /// Whose values it is made of, in words.
    pub(super) origins: String,
    /// Whether any of them is secret.
    pub(super) is_secret: bool,
}

/// Says whether two stretches share text, or are the same.
#[must_use]
pub fn overlap(first: &Range<usize>, other: &Range<usize>) -> bool {
    first == other || (first.start < other.end && other.start < first.end)
}

impl Span {
    /// Returns a span that ends within the text and never splits a character.
    #[must_use]
    pub fn new(source: &Arc<Source>, range: Range<usize>) -> Self {
        let start = source.boundary(range.start);
        Self {
            source: Arc::clone(source),
            start,
            end: source.boundary(range.end).max(start),
            filling: None,
        }
    }

    /// Says that something else stands in place of the text.
    pub(super) fn filled(mut self, filling: Option<Arc<Filling>>) -> Self {
        self.filling = filling;
        self
    }

    /// Returns what stands in place of the text.
    pub(super) fn filling(&self) -> Option<&Filling> {
        self.filling.as_deref()
    }

    /// Returns the source this is a part of.
    #[must_use]
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// Returns the byte offsets.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Returns the text as it was written there.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.source.text[self.start..self.end]
    }

    /// Returns the line it starts on, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.source.line_index(self.start) + 1
    }

    /// Returns the column it starts at, in characters, counted from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        let line = self.source.line_range(self.source.line_index(self.start));
        let before = &self.source.text[line.start.min(self.start)..self.start];
        before
            .chars()
            .filter(|character| *character != '\u{feff}')
            .count()
            + 1
    }
}

impl PartialEq for Span {
    fn eq(&self, other: &Self) -> bool {
        let same = Arc::ptr_eq(&self.source, &other.source) || self.source == other.source;
        self.range() == other.range() && same
    }
}

impl Eq for Span {}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.source.name, self.line(), self.column())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, at: usize, line: usize, column: usize) {
        let source = Source::new("a.yaml", text);
        let span = Span::new(&source, at..at);
        assert_eq!((span.line(), span.column()), (line, column));
    }

    #[test]
    fn places_count_from_one_in_characters() {
        check("", 0, 1, 1);
        check("ab\ncd", 0, 1, 1);
        check("ab\ncd", 2, 1, 3);
        check("ab\ncd", 3, 2, 1);
        check("é: x", 4, 1, 4);
        check("a\r\nb", 3, 2, 1);
        check("\u{feff}a: 1", 3, 1, 1);
    }

    #[test]
    fn spans_stay_within_the_text_and_on_character_boundaries() {
        let source = Source::new("a.yaml", "é");
        assert_eq!(Span::new(&source, 1..99).range(), 0..2);
        assert_eq!(Span::new(&source, 50..50).range(), 2..2);
    }

    #[test]
    fn debug_output_shows_no_text() {
        let source = Source::new("a.yaml", "hunter2");
        assert_eq!(format!("{source:?}"), "Source(\"a.yaml\", 7 bytes)");
    }
}
