//! Decides what is secret and redacts it: by name, by value, by place and by origin. Used for all
//! output. Knows neither ECS nor the manifest.

mod argv;
mod bare_address;
mod commands;
mod document;
mod handshake;
mod harmless;
mod known;
mod mark;
mod named;
mod names;
mod phrases;
mod plain;
mod prefixes;
mod quotes;
mod scan;
mod scheme;
mod url;
mod values;
mod vocabulary;
mod walks;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

pub use argv::redact_arguments;
pub use document::{Redacted, redact_document, redact_texts};
pub use known::KnownSecrets;
pub use names::is_secret_name;

use crate::sanitize;
use scan::Scan;

/// What stands in place of a secret.
pub const HIDDEN: &str = "***";

/// How often what is left is looked at again. What is hidden can join what was apart.
const MOST_PASSES: usize = 16;

/// Returns whether a text is, or holds, what looks secret.
#[must_use]
pub fn is_secret_value(text: &str) -> bool {
    matches!(redact(text), Cow::Owned(_))
}

/// Returns whether the value of a variable or a field is secret because of the name it goes by: not
/// a number, a switch or a path beside one that is not always a secret's.
#[must_use]
pub fn is_secret_under(name: &str, value: &str) -> bool {
    names::certainty(name).is_some_and(|certainty| !harmless::is_value(name, certainty, value))
}

/// Returns a text with the secrets in it replaced by `***`; the rest stays as it is. A text with
/// something to hide loses its colours and what nobody sees, which could stand in the middle of a
/// secret or of its name.
///
/// What this returns, it leaves as it is.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    let plain = without_colors(text);
    let plain = without_unseen(&plain);
    let Some(mut hidden) = pass(&plain) else {
        return Cow::Borrowed(text);
    };
    for _ in 0..MOST_PASSES {
        match pass(&hidden) {
            Some(next) => hidden = next,
            None => return Cow::Owned(hidden),
        }
    }
    // Nobody writes such a text by accident.
    Cow::Owned(HIDDEN.to_owned())
}

/// Hides what is found in one look, and returns nothing when nothing is.
fn pass(text: &str) -> Option<String> {
    let scan = Scan::new(text);
    let mut found = Vec::new();
    values::find(&scan, &mut found);
    url::find(&scan, &mut found);
    named::find(&scan, &mut found);
    if scan.is_exhausted() {
        return Some(HIDDEN.to_owned());
    }
    found.retain(|range| {
        let hidden = text.get(range.clone());
        hidden.is_some_and(|hidden| !hidden.is_empty() && hidden != HIDDEN)
    });
    if found.is_empty() {
        return None;
    }
    found.sort_by_key(|range| (range.start, range.end));
    let replaced = replace(text, &found);
    (replaced != text).then_some(replaced)
}

/// Puts `***` in place of ranges that are in order and may overlap.
fn replace(text: &str, ranges: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for range in ranges {
        if range.start >= end {
            out.push_str(&text[end..range.start]);
            out.push_str(HIDDEN);
        }
        end = end.max(range.end);
    }
    out.push_str(&text[end..]);
    out
}

/// Leaves out what sets a colour.
fn without_colors(text: &str) -> Cow<'_, str> {
    if !text.contains("\u{1b}[") {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split("\u{1b}[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_parameter = |c: char| c.is_ascii_digit() || matches!(c, ';' | ':');
        match part.trim_start_matches(is_parameter).strip_prefix('m') {
            Some(rest) => out.push_str(rest),
            None => out.extend(["\u{1b}[", part]),
        }
    }
    Cow::Owned(out)
}

/// Leaves out what has no width, and what stands for it where it was neutralised.
fn without_unseen(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(is_unseen, ""))
}

fn is_unseen(character: char) -> bool {
    let is_selector = matches!(character, '\u{fe00}'..='\u{fe0f}');
    let is_line_end = matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}');
    let is_harmful = !character.is_ascii() && !is_line_end && sanitize::is_harmful(character);
    is_harmful || is_selector || character == char::REPLACEMENT_CHARACTER
}
