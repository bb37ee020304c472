//! Scans a text for quotation marks, to find where a value ends.

use std::cell::Cell;
use std::ops::Range;

use super::quotes::{Quote, quotes};
use super::walks::Walks;

/// How far is looked around, so that no line takes longer than its length.
pub(super) const NEARBY: usize = 256;

/// A text, and the quotation that each of its bytes stands in.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    quotes: Vec<Quote>,
    /// Where words and values end, so that none is walked again from each of its bytes.
    words: Walks,
    values: [Walks; 2],
    lines: Cell<(usize, usize)>,
    /// How many bytes may still be walked over.
    left: Cell<usize>,
}

/// How many times a text may be walked over, and how much more where it is short. Nothing that
/// people and programs write comes near it.
const MOST_WALKS: usize = 100;
const FREE_STEPS: usize = 100_000;

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        Self {
            text,
            bytes,
            quotes: quotes(bytes),
            words: Walks::default(),
            values: [Walks::default(), Walks::default()],
            lines: Cell::new((1, 0)),
            left: Cell::new(
                bytes
                    .len()
                    .saturating_mul(MOST_WALKS)
                    .saturating_add(FREE_STEPS),
            ),
        }
    }

    /// Counts a walk over bytes.
    pub(super) fn walked(&self, steps: usize) {
        self.left.set(self.left.get().saturating_sub(steps + 1));
    }

    /// Returns whether a text takes more time than any that is worth it. From then on every walk
    /// ends where it begins.
    pub(super) fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }

    /// Returns how many steps a text took, for tests.
    #[cfg(test)]
    pub(super) fn steps(&self) -> usize {
        self.bytes.len() * MOST_WALKS + FREE_STEPS - self.left.get()
    }

    /// Returns the byte there, or a line's end behind the last one.
    pub(super) fn at(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    /// Returns the byte before, or a line's end before the first one.
    pub(super) fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(b'\n', |before| self.bytes[before])
    }

    pub(super) fn is_space(&self, at: usize) -> bool {
        matches!(self.at(at), b' ' | b'\t')
    }

    pub(super) fn skip_spaces(&self, mut at: usize) -> usize {
        while self.is_space(at) {
            at += 1;
        }
        at
    }

    /// Returns how many backslashes stand there.
    pub(super) fn escapes(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter()
            .take(NEARBY)
            .take_while(|byte| **byte == b'\\')
            .count()
    }

    pub(super) fn starts_with(&self, at: usize, text: &str) -> bool {
        self.bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }

    /// Returns the lines of a YAML block that a name at `name` has for its value.
    pub(super) fn block(&self, name: usize, from: usize) -> Option<Range<usize>> {
        let header = self.rest(from);
        if !["|", "|-", "|+", ">", ">-", ">+"].contains(&header.trim_end()) {
            return None;
        }
        let end = from + header.len();
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let least = indent(self.lead(name));
        let belongs = |line: &&str| line.trim().is_empty() || indent(line) > least;
        let lines = self.text.get(end..)?.split_inclusive('\n').skip(1);
        let first = self.line_end(end) + 1;
        let block = first + lines.take_while(belongs).map(str::len).sum::<usize>();
        let text = self.text.get(first..block)?;
        let start = first + (text.len() - text.trim_start().len());
        let end = first + text.trim_end().len();
        (start < end).then_some(start..end)
    }

    /// Returns whether a text that begins there, behind its quotation mark, is the first of a list.
    pub(super) fn opens_list(&self, start: usize) -> bool {
        let before = self.lead(start);
        let Some(rest) = before.strip_suffix(['"', '\'']) else {
            return false;
        };
        let rest = rest.trim_end_matches('\\');
        let rest = rest.strip_suffix(['b', 'u', 'r', 'f']).unwrap_or(rest);
        rest.trim_end().ends_with(['[', '('])
    }

    /// Returns the next text of a list of them, behind one that ended there.
    pub(super) fn next_of_list(&self, end: usize) -> Option<Range<usize>> {
        let at = end + self.escapes(end);
        let mark = self.at(at);
        let comma = self.skip_spaces(at + 1);
        let next = self.skip_spaces(comma + 1);
        let opens = next + self.escapes(next);
        let is_next =
            matches!(mark, b'"' | b'\'') && self.at(comma) == b',' && self.at(opens) == mark;
        let value = is_next.then(|| self.quoted(next)).flatten()?;
        // The name of the next member has a colon.
        let after = self.skip_spaces(value.end + self.escapes(value.end) + 1);
        matches!(self.at(after), b',' | b']' | b')').then_some(value)
    }

    /// Returns the rest of the line, as much of it as says how it goes on.
    pub(super) fn rest(&self, from: usize) -> &'a str {
        let mut end = self.bytes.len().min(from + NEARBY);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let rest = self.text.get(from..end).unwrap_or_default();
        rest.split(['\n', '\r']).next().unwrap_or_default()
    }

    /// Returns what is before on the line, as much of it as says what it is about.
    pub(super) fn lead(&self, to: usize) -> &'a str {
        let mut start = to.saturating_sub(NEARBY);
        while !self.text.is_char_boundary(start) {
            start += 1;
        }
        let lead = self.text.get(start..to).unwrap_or_default();
        lead.rsplit(['\n', '\r']).next().unwrap_or_default()
    }

    /// Returns where the line ends that a byte is on.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let (start, end) = self.lines.get();
        if (start..=end).contains(&at) {
            return end;
        }
        if self.is_exhausted() {
            return at;
        }
        let rest = &self.bytes[at.min(self.bytes.len())..];
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let length = length.unwrap_or(rest.len());
        self.walked(length);
        self.lines.set((at, at + length));
        at + length
    }

    /// Returns where the quotation or the line ends that a byte stands in.
    pub(super) fn context_end(&self, from: usize) -> usize {
        let end = self.line_end(from);
        let close = (from..end).find(|at| self.closes(*at, from));
        self.walked(close.unwrap_or(end) - from);
        close.unwrap_or(end)
    }

    /// Returns whether the quotation that stands open at `from` is closed here.
    pub(super) fn closes(&self, at: usize, from: usize) -> bool {
        let open = self.quotes[from];
        match open {
            Quote::None => false,
            Quote::Double | Quote::Single => {
                self.quotes[at] == open
                    && matches!(self.bytes[at], b'"' | b'\'')
                    && self.quotes.get(at + 1).copied() == Some(Quote::None)
                    // A password may have a quotation mark in it.
                    && (at + 1 == self.bytes.len()
                        || self.bytes[at + 1].is_ascii_whitespace()
                        || b",;)]}:>|&'`\\".contains(&self.bytes[at + 1]))
            }
            Quote::Escaped | Quote::Nested => {
                self.bytes[at] == b'\\' && self.at(at + 1) == b'"' && self.quotes[at] == open
            }
        }
    }

    /// Returns where the word ends that begins at `from`: at a blank, or with its quotation.
    pub(super) fn word_end(&self, from: usize) -> usize {
        let Some(quote) = self.quotes.get(from).copied() else {
            return from;
        };
        if let Some(end) = self.words.end(quote, from) {
            return end;
        }
        if self.is_exhausted() {
            return from;
        }
        let mut at = from;
        while at < self.bytes.len()
            && !self.bytes[at].is_ascii_whitespace()
            && !self.closes(at, from)
        {
            at += 1;
        }
        self.walked(at - from);
        self.words.remember(quote, from, at);
        at
    }

    /// Returns the bytes of a value that begins at `from`, without the quotation marks around it
    /// and without what only ends a list or a sentence.
    pub(super) fn value(&self, from: usize, place: Place) -> Range<usize> {
        if place == Place::Element {
            let element = &self.text[from..self.line_end(from)];
            return from..from + element.find('<').unwrap_or(element.len());
        }
        if let Some(quoted) = self.quoted(from) {
            return quoted;
        }
        let end = self.bare_end(self.call_end(from).unwrap_or(from), place);
        let value = self.text.get(from..end).unwrap_or_default();
        let bare = value.trim_end_matches(|c: char| "\"'`,;)]}>.".contains(c));
        let length = if bare.is_empty() {
            value.len()
        } else {
            bare.len()
        };
        from..from + length
    }

    /// Returns where a value without quotation marks ends.
    fn bare_end(&self, from: usize, place: Place) -> usize {
        let Some(quote) = self.quotes.get(from).copied() else {
            return from;
        };
        let walks = &self.values[usize::from(place == Place::Query)];
        if let Some(end) = walks.end(quote, from) {
            return end;
        }
        if self.is_exhausted() {
            return from;
        }
        let mut end = from;
        while end < self.bytes.len()
            && !self.bytes[end].is_ascii_whitespace()
            && !self.closes(end, from)
            && (end <= from || !self.ends_value(end, place))
        {
            end += 1;
        }
        self.walked(end - from);
        walks.remember(quote, from, end);
        end
    }

    /// Returns where what a shell puts in ends, or a call: `$(cat file)`, `${NAME:-two words}`,
    /// `Some("two words")`.
    fn call_end(&self, from: usize) -> Option<usize> {
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_.:".contains(byte);
        let rest = self.bytes.get(from..)?.iter().take(NEARBY);
        let name = rest.take_while(is_name).count();
        let close = match (self.at(from), self.at(from + 1)) {
            (b'$', b'{') => b'}',
            (b'$', b'(') => b')',
            _ if name > 0 && self.at(from + name) == b'(' => b')',
            _ => return None,
        };
        let length = self.rest(from).bytes().position(|byte| byte == close)?;
        Some(from + length)
    }

    fn ends_value(&self, at: usize, place: Place) -> bool {
        let next = self.at(at + 1);
        let followed_by_name = || {
            let name = self.bytes[at + 1..].iter().take(64);
            let length = name
                .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-. ".contains(byte))
                .count();
            length > 0 && matches!(self.at(at + 1 + length), b'=' | b':')
        };
        match self.bytes[at] {
            b'&' => place == Place::Query || followed_by_name(),
            b'#' => place == Place::Query,
            b';' => next.is_ascii_whitespace() || at + 1 == self.bytes.len() || followed_by_name(),
            b',' => {
                next.is_ascii_whitespace()
                    || at + 1 == self.bytes.len()
                    || matches!(next, b'"' | b'\'')
                    || followed_by_name()
            }
            _ => false,
        }
    }

    /// Returns what is between quotation marks that open at `from`. Where they stand in a text in a
    /// text, each has the same number of backslashes.
    fn quoted(&self, from: usize) -> Option<Range<usize>> {
        let escapes = self.escapes(from);
        let mark = self.at(from + escapes);
        let is_mark = matches!(mark, b'"' | b'\'') || (mark == b'`' && escapes == 0);
        if !is_mark || self.is_exhausted() {
            return None;
        }
        let quoted = self.between(from + escapes + 1, escapes, mark);
        self.walked(quoted.len());
        Some(quoted)
    }

    fn between(&self, start: usize, escapes: usize, mark: u8) -> Range<usize> {
        let mut at = start;
        while !matches!(self.at(at), b'\n' | b'\r') {
            let run = self.escapes(at);
            let close = at + run;
            let closes = self.at(close) == mark
                && if escapes == 0 {
                    run.is_multiple_of(2)
                } else {
                    run <= escapes
                };
            if closes && run == 0 && self.at(close + 1) == mark && close > start && mark != b'`' {
                // Doubled, it is one of the text.
                at = close + 2;
                continue;
            }
            if closes && self.ends_quotation(close + 1, escapes > 0) {
                return start..if escapes == 0 { close } else { at };
            }
            at = if run > 0 && matches!(self.at(close), b'\n' | b'\r') {
                close
            } else {
                close + 1
            };
        }
        start..at.min(self.bytes.len())
    }

    /// A shell joins what stands behind a quotation mark to what is before it.
    fn ends_quotation(&self, at: usize, escaped: bool) -> bool {
        let byte = self.at(at);
        byte.is_ascii_whitespace()
            || b",;)]}&:<>|`\"'".contains(&byte)
            || (byte == b'/' && self.at(at + 1) == b'>')
            || (byte == b'.' && self.at(at + 1).is_ascii_whitespace())
            || (byte == b'\\' && (escaped || self.at(at + 1).is_ascii_alphabetic()))
    }
}

/// Where a value stands, which says what ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Anywhere,
    Query,
    Element,
}
