//! What clients of Redis and of mail servers send to be let in: `AUTH x`, `AUTH me x`, `AUTH PLAIN x`.

use std::ops::Range;

use super::harmless::is_telling;
use super::scan::{Place, Scan};

/// Returns the password that follows the command.
pub(super) fn find(scan: &Scan<'_>, end: usize) -> Option<Range<usize>> {
    let first = word(scan, end)?;
    let then = word(scan, first.end);
    let said = |range: &Range<usize>| scan.text.get(range.clone()).unwrap_or_default();
    let is_told = |range: &Range<usize>| is_telling(said(range));
    if is_mechanism(said(&first)) {
        return then.filter(|then| is_base64(said(then)) && !is_mechanism(said(then)));
    }
    // A user comes before the password.
    then.filter(is_told).or_else(|| Some(first).filter(is_told))
}

fn word(scan: &Scan<'_>, end: usize) -> Option<Range<usize>> {
    let from = scan.skip_spaces(end);
    let word = scan.value(from, Place::Anywhere);
    (from > end && !word.is_empty()).then_some(word)
}

/// `PLAIN`, `CRAM-MD5`
fn is_mechanism(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() > 3 && text.len() <= 20 && text.bytes().all(is_part)
}

fn is_base64(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    text.len() >= 8 && text.bytes().all(is_digit)
}
