//! The part of a line that a snippet shows: without secrets, and limited in length.

use std::ops::Range;

use super::super::redaction;
use super::super::source::{Source, Span};
use mlship_text::sanitize::is_harmful;

/// How many characters of a line are shown.
const WIDEST: usize = 120;
/// How many of them before the caret, at most, when the line is longer.
const BEFORE: usize = 60;
const MASK: &str = "***";
/// How many bytes on either side of the caret are looked at, however long the line is.
const NEARBY: usize = 400;

/// One line to show, with the bytes to underline.
pub(super) struct Excerpt {
    pub(super) line: String,
    pub(super) caret: Range<usize>,
}

impl Excerpt {
    /// Returns the line a span starts on, unless it is blank.
    pub(super) fn new(span: &Span) -> Option<Self> {
        let source = span.source();
        let index = source.line_index(span.range().start);
        let line = source.line_range(index);
        let mut start = span.range().start.clamp(line.start, line.end);
        let end = span.range().end.clamp(start, line.end);
        if source.text()[line.clone()].starts_with('\u{feff}') && start == line.start {
            start += '\u{feff}'.len_utf8();
        }
        let nearby = Span::new(source, start.saturating_sub(NEARBY)..start + NEARBY).range();
        let nearby = nearby.start.max(line.start)..nearby.end.min(line.end);
        let hidden = hidden(source, index, &line);
        let masked = mask(source, &nearby, start..end.max(start), &hidden);
        if masked.line.trim().is_empty() {
            return None;
        }
        Some(crop(
            &masked,
            nearby.start > line.start,
            nearby.end < line.end,
        ))
    }

    /// Returns the caret's column within the excerpt, counted from 1.
    pub(super) fn column(&self) -> usize {
        self.line[..self.caret.start].chars().count() + 1
    }
}

/// Copies a part of a line with `***` in place of everything confidential.
fn mask(
    source: &Source,
    part: &Range<usize>,
    span: Range<usize>,
    hidden: &[Range<usize>],
) -> Excerpt {
    let touches = |range: &&Range<usize>| range.start < part.end && range.end > part.start;
    let hidden: Vec<&Range<usize>> = hidden.iter().filter(touches).collect();
    let mut copy = String::new();
    let mut caret = None;
    let mut end = 0;
    for (offset, character) in source.text()[part.clone()].char_indices() {
        let at = part.start + offset;
        let start = copy.len();
        match hidden.iter().find(|range| range.contains(&at)) {
            Some(range) if at == range.start.max(part.start) => copy.push_str(MASK),
            Some(_) => {}
            None if character == '\u{feff}' => {}
            None if character.is_control() => copy.push(' '),
            None if is_harmful(character) => copy.push(char::REPLACEMENT_CHARACTER),
            None => copy.push(character),
        }
        // Within what is masked, everything is where the mask begins.
        let masked = start == copy.len();
        let start = if masked {
            start.saturating_sub(MASK.len())
        } else {
            start
        };
        if at >= span.start && caret.is_none() {
            caret = Some(start);
        }
        if at < span.end {
            end = copy.len();
        }
    }
    let start = caret.unwrap_or(copy.len());
    Excerpt {
        line: copy,
        caret: start..end.max(start),
    }
}

/// Returns the confidential bytes of a line, in order and apart from each other.
fn hidden(source: &Source, index: usize, line: &Range<usize>) -> Vec<Range<usize>> {
    let touches = |range: &&Range<usize>| range.start < line.end && range.end > line.start;
    let mut ranges: Vec<Range<usize>> = match (source.concealed(), redaction::guess(source, index))
    {
        (None, guessed) => guessed.into_iter().collect(),
        (Some(known), guessed) => {
            let known: Vec<Range<usize>> = known.iter().filter(touches).cloned().collect();
            // A comment may hold an old secret, and the tree knows no comments.
            let comment = guessed.and_then(|_| comment(source, line, &known));
            known.into_iter().chain(comment).collect()
        }
    };
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// Returns the comment at the end of a line.
fn comment(source: &Source, line: &Range<usize>, known: &[Range<usize>]) -> Option<Range<usize>> {
    let text = &source.text()[line.clone()];
    let marks = text.match_indices('#').map(|(at, _)| line.start + at);
    let outside = |at: &usize| {
        let before = known.partition_point(|range| range.start <= *at);
        !known[..before]
            .last()
            .is_some_and(|range| range.contains(at))
    };
    marks.into_iter().find(outside).map(|at| at..line.end)
}

/// Cuts a long line down to what is around the caret; it may have been cut before.
fn crop(excerpt: &Excerpt, cut_left: bool, cut_right: bool) -> Excerpt {
    let line = &excerpt.line;
    if line.chars().count() <= WIDEST && !cut_left && !cut_right {
        return Excerpt {
            line: line.clone(),
            caret: excerpt.caret.clone(),
        };
    }
    let before = line[..excerpt.caret.start].chars().count();
    let skipped = before.saturating_sub(BEFORE);
    let offset = |count: usize| {
        line.char_indices()
            .nth(count)
            .map_or(line.len(), |(at, _)| at)
    };
    let (from, to) = (offset(skipped), offset(skipped + WIDEST));
    let (left, right) = (
        if from > 0 || cut_left { "…" } else { "" },
        if to < line.len() || cut_right {
            "…"
        } else {
            ""
        },
    );
    let moved = |at: usize| at.clamp(from, to) - from + left.len();
    Excerpt {
        caret: moved(excerpt.caret.start)..moved(excerpt.caret.end),
        line: format!("{left}{}{right}", &line[from..to]),
    }
}
