//! Recognises secrets by their form, whatever their name: published prefixes, PEM, bare key
//! material.

use std::ops::Range;

use super::prefixes::{PREFIXES, Tail, WEBHOOKS};
use super::scan::Scan;

/// Finds what looks secret by itself.
pub(super) fn find(scan: &Scan<'_>, found: &mut Vec<Range<usize>>) {
    pem(scan, found);
    webhooks(scan, found);
    access_key_ids(scan, found);
    let mut at = 0;
    while at < scan.bytes.len() {
        let begins =
            scan.bytes[at].is_ascii_alphanumeric() && !scan.before(at).is_ascii_alphanumeric();
        match begins.then(|| key_at(scan, at)).flatten() {
            Some(key) => {
                at = key.end.max(at + 1);
                found.push(key);
            }
            None => at += 1,
        }
    }
    key_material(scan, found);
}

/// Returns the published key that begins here.
fn key_at(scan: &Scan<'_>, at: usize) -> Option<Range<usize>> {
    let rest = scan.text.get(at..)?;
    let (prefix, _) = PREFIXES
        .iter()
        .filter(|(prefix, _)| rest.starts_with(prefix))
        .find(|(prefix, tail)| is_tail(&rest[prefix.len()..], *tail))?;
    let may_have_slashes = *prefix == "eyJ";
    let ends = |c: char| {
        c.is_whitespace()
            || ("\"'`,;&()[]{}<>|\\@:?#*".contains(c))
            || (c == '/' && !may_have_slashes)
    };
    let length = rest.find(ends).unwrap_or(rest.len());
    let key = rest[..length].trim_end_matches('.');
    (key.len() > prefix.len()).then(|| at..at + key.len())
}

fn is_tail(rest: &str, tail: Tail) -> bool {
    let count = |is: fn(&u8) -> bool| rest.bytes().take_while(is).count();
    match tail {
        Tail::AtLeast(least) => {
            count(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) >= least
        }
        Tail::Capitals(least) => {
            count(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) >= least
        }
        Tail::Random => looks_random(&rest[..count(u8::is_ascii_alphanumeric)]),
    }
}

/// Words are in one case and have hardly a digit; the keys of examples are short.
fn looks_random(run: &str) -> bool {
    let count = |is: fn(&u8) -> bool| run.bytes().filter(is).count();
    let upper = count(u8::is_ascii_uppercase);
    let lower = count(u8::is_ascii_lowercase);
    let digits = count(u8::is_ascii_digit);
    let is_mixed = upper > 0 && lower > 0;
    run.len() >= 16
        || (run.len() >= 8 && (is_mixed || (digits >= 3 && upper + lower > 0)))
        || (run.len() >= 6 && is_mixed && digits > 0)
}

/// Returns whether a user's name is a key: longer than names are, and with digits among letters.
pub(super) fn looks_like_key(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_-.~%+=".contains(c);
    text.len() >= 16 && text.chars().all(is_name) && digits >= 2 && letters >= 2
        || text.len() >= 32 && text.chars().all(is_name)
}

/// An AWS key id is found within a word, too: that was always hidden.
fn access_key_ids(scan: &Scan<'_>, found: &mut Vec<Range<usize>>) {
    for prefix in ["AKIA", "ASIA"] {
        let mut seen = 0;
        for (at, _) in scan.text.match_indices(prefix) {
            // The same run of letters was as long from its beginning.
            if at < seen {
                continue;
            }
            let tail = &scan.bytes[at + 4..];
            let is_id = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
            let length = tail.iter().take_while(|byte| is_id(byte)).count();
            scan.walked(length);
            seen = at + 4 + length;
            if length >= 16 {
                found.push(at..seen);
            }
        }
    }
}

/// PEM blocks, to their last line, and to the end of the text where it is missing.
fn pem(scan: &Scan<'_>, found: &mut Vec<Range<usize>>) {
    const END: &str = "-----END";
    let mut from = 0;
    for (at, _) in scan.text.match_indices("BEGIN") {
        if at < from {
            continue;
        }
        let lead = &scan.text[from..at];
        let dashes = ["-----", "---- "];
        let Some(dashes) = dashes.iter().find(|dashes| lead.ends_with(**dashes)) else {
            continue;
        };
        let begin = at - dashes.len();
        let end = scan.text[begin..].find(END).map(|end| begin + end);
        let end = end.map_or(scan.text.len(), |end| {
            let label = end + END.len();
            let line = &scan.text[label..scan.line_end(label)];
            line.find("-----")
                .map_or(label + line.len(), |at| label + at + 5)
        });
        scan.walked(end - begin);
        found.push(begin..end);
        from = end;
    }
}

fn webhooks(scan: &Scan<'_>, found: &mut Vec<Range<usize>>) {
    for address in WEBHOOKS {
        let mut seen = 0;
        for (at, _) in scan.text.match_indices(address) {
            // The first one's path goes on to the end of the word.
            if at < seen {
                continue;
            }
            let path = scan.value(at + address.len(), super::scan::Place::Anywhere);
            seen = path.end;
            let is_hidden = scan.text.get(path.clone()) == Some(super::HIDDEN);
            if !path.is_empty() && !is_hidden && path.end <= scan.text.len() {
                found.push(path);
            }
        }
    }
}

/// The inside of a PEM file: a line of nothing but base64, as wide as those files are.
fn key_material(scan: &Scan<'_>, found: &mut Vec<Range<usize>>) {
    let mut from = 0;
    for line in scan.text.split_inclusive('\n') {
        let bare = line.trim();
        if is_key_material(bare) {
            let start = from + (line.len() - line.trim_start().len());
            found.push(start..start + bare.len());
        }
        from += line.len();
    }
}

fn is_key_material(line: &str) -> bool {
    let any = |is: fn(&u8) -> bool| line.bytes().any(|byte| is(&byte));
    (60..=76).contains(&line.len())
        && line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
        && any(u8::is_ascii_uppercase)
        && any(u8::is_ascii_lowercase)
        && any(u8::is_ascii_digit)
        // A path has short parts.
        && line.split('/').any(|part| part.len() >= 20)
        && !line.bytes().all(|byte| byte.is_ascii_hexdigit())
}
