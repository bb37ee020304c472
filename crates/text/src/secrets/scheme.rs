//! Credentials by how they are sent: `Authorization: Bearer x`, `Cookie: a=b`, `-u user:x`.

use std::ops::Range;

use super::commands::{self, Means};
use super::handshake;
use super::harmless;
use super::scan::{Place, Scan};

/// A header whose whole value is a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    Authorization,
    Cookie,
}

/// Returns the header that goes by a name.
pub(super) fn header(name: &str) -> Option<Header> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    match name.as_str() {
        "authorization" | "proxy-authorization" => Some(Header::Authorization),
        "cookie" | "set-cookie" | "cookies" => Some(Header::Cookie),
        _ => None,
    }
}

/// Schemes whose credentials are one word.
const SCHEMES: &[&str] = &[
    "apikey",
    "api-key",
    "basic",
    "bearer",
    "negotiate",
    "ntlm",
    "token",
];
/// Schemes whose credentials are a list.
const LISTS: &[&str] = &[
    "aws4-hmac-sha256",
    "digest",
    "hawk",
    "hmac",
    "oauth",
    "signature",
];

/// What follows `Bearer` and `Basic` where they are spoken of.
const SPOKEN: &[&str] = &[
    "api",
    "auth",
    "authentication",
    "authorization",
    "credential",
    "credentials",
    "error",
    "format",
    "header",
    "of",
    "realm",
    "scheme",
    "token",
    "tokens",
];

impl Header {
    /// Returns the credentials that begin there, hidden or not.
    pub(super) fn value(self, scan: &Scan<'_>, from: usize) -> Option<Range<usize>> {
        match self {
            Self::Authorization => authorization(scan, from),
            Self::Cookie => cookies(scan, from),
        }
    }
}

fn authorization(scan: &Scan<'_>, from: usize) -> Option<Range<usize>> {
    // A shell's words are joined by backslashes.
    let from = from + if scan.starts_with(from, "\\ ") { 2 } else { 0 };
    // The value of a member, in quotation marks of its own.
    // Go writes a header as a list.
    let quote = matches!(scan.at(from), b'"' | b'\'' | b'[');
    let start = from + usize::from(quote);
    let start = start + usize::from(scan.at(start) == b'"' && scan.at(from) == b'[');
    let word = scan.word_end(start);
    let scheme = scan.text.get(start..word)?.trim_end_matches('\\');
    let next = scan.skip_spaces(word);
    if next == word || matches!(scan.at(next), b'\n' | b'\r') {
        return None;
    }
    let scheme = scheme.to_ascii_lowercase();
    if SCHEMES.contains(&scheme.as_str()) {
        return Some(scan.value(next, Place::Anywhere));
    }
    if LISTS.contains(&scheme.as_str()) {
        return Some(next..scan.context_end(start));
    }
    // A scheme of somebody's own.
    let value = scan.value(next, Place::Anywhere);
    let text = scan.text.get(value.clone())?;
    let is_scheme = scheme
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_prose = harmless::is_said(&scheme, scan.rest(word)) || harmless::is_comment(text);
    (is_scheme && !is_prose && !text.is_empty()).then_some(value)
}

fn is_worth_hiding(scan: &Scan<'_>, value: &Range<usize>) -> bool {
    let text = scan.text.get(value.clone()).unwrap_or_default();
    !text.is_empty() && text != super::HIDDEN
}

/// Returns all of `a=b; c=d`.
fn cookies(scan: &Scan<'_>, from: usize) -> Option<Range<usize>> {
    let first = scan.value(from, Place::Anywhere);
    if first.start != from || !scan.text.get(first.clone())?.contains('=') {
        return None;
    }
    let mut end = first.end;
    while scan.at(end) == b';' {
        let next = scan.skip_spaces(end + 1);
        let more = scan.value(next, Place::Anywhere);
        if more.is_empty() || more.start != next {
            break;
        }
        end = more.end;
    }
    Some(from..end)
}

/// Returns the credentials that a word announces by itself.
pub(super) fn find(scan: &Scan<'_>, run: &Range<usize>) -> Option<Range<usize>> {
    let word = &scan.text[run.clone()];
    match word {
        _ if word.eq_ignore_ascii_case("bearer") => bearer(scan, run),
        _ if word.eq_ignore_ascii_case("basic") => basic(scan, run.end),
        _ if word.eq_ignore_ascii_case("by") => identified(scan, run),
        "AUTH" => handshake::find(scan, run.end),
        _ if header(word) == Some(Header::Cookie) => jar(scan, run.end),
        _ if header(word) == Some(Header::Authorization) => encoded(scan, run.end),
        _ if word.starts_with("-u") && word.len() > 2 && scan.at(run.end) == b':' => {
            of_user(scan, scan.value(run.start + 2, Place::Anywhere))
        }
        _ if word.starts_with('-') => by_command(scan, word, run),
        _ => None,
    }
}

fn bearer(scan: &Scan<'_>, run: &Range<usize>) -> Option<Range<usize>> {
    let value = next_word(scan, run.end)?;
    let text = scan.text.get(value.clone())?;
    let small = text.to_ascii_lowercase();
    let name = small.split(['=', ':', '_', '-']).next().unwrap_or_default();
    // In small letters it is a word as well, but for headers that were written by a program.
    let is_word = scan.bytes[run.start].is_ascii_lowercase()
        && scan.before(run.start).is_ascii_whitespace()
        && !scan
            .lead(run.start)
            .to_ascii_lowercase()
            .contains("authorization")
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let is_spoken =
        is_word || SPOKEN.contains(&name) || harmless::is_said(text, scan.rest(value.end));
    (!is_spoken && text != super::HIDDEN).then_some(value)
}

/// `cookies={'a': 'b'}`: all that is in the braces.
fn jar(scan: &Scan<'_>, end: usize) -> Option<Range<usize>> {
    let end = end + usize::from(matches!(scan.at(end), b'"' | b'\''));
    let mark = scan.skip_spaces(end);
    let from = scan.skip_spaces(mark + 1);
    if !matches!(scan.at(mark), b'=' | b':') || scan.at(from) != b'{' {
        return None;
    }
    let line = &scan.text[from..scan.line_end(from)];
    let length = line.find('}').map_or(line.len(), |close| close + 1);
    scan.walked(length);
    let is_text = |value: &str| value.trim_start().starts_with(['"', '\'']);
    let holds_texts = line[..length].split(':').skip(1).any(is_text);
    holds_texts.then_some(from..from + length)
}

/// `Authorization%3A%20Bearer%20x`, in a parameter of an address.
fn encoded(scan: &Scan<'_>, end: usize) -> Option<Range<usize>> {
    let blank = |at: usize| match scan.at(at) {
        b'+' => at + 1,
        _ if scan.starts_with(at, "%20") => at + 3,
        _ => at,
    };
    let colon = ["%3A", "%3a"]
        .iter()
        .any(|colon| scan.starts_with(end, colon));
    let from = colon.then(|| blank(end + 3))?;
    let rest = scan.rest(from);
    let scheme = &rest[..rest.find(['%', '+'])?];
    let value = from + scheme.len();
    let start = blank(value);
    let ends = |c: char| c.is_whitespace() || "\"'&#".contains(c);
    let rest = scan.rest(start);
    let length = rest.find(ends).unwrap_or(rest.len());
    let is_scheme = SCHEMES.contains(&&*scheme.to_ascii_lowercase());
    (is_scheme && start > value && length > 0).then_some(start..start + length)
}

/// `IDENTIFIED BY 'x'`, in SQL.
fn identified(scan: &Scan<'_>, run: &Range<usize>) -> Option<Range<usize>> {
    let lead = scan.lead(run.start).trim_end().to_ascii_lowercase();
    let from = scan.skip_spaces(run.end);
    let is_quoted = matches!(scan.at(from), b'"' | b'\'');
    let value =
        (lead.ends_with("identified") && is_quoted).then(|| scan.value(from, Place::Anywhere))?;
    is_worth_hiding(scan, &value).then_some(value)
}

/// `Basic` is a word as well, so that base64 must follow.
fn basic(scan: &Scan<'_>, end: usize) -> Option<Range<usize>> {
    let value = next_word(scan, end)?;
    let text = scan.text.get(value.clone())?;
    let mut letters = text.chars().skip(1);
    let is_word = text.chars().all(char::is_alphabetic)
        && (letters.all(char::is_lowercase) || text.chars().all(char::is_uppercase));
    let is_base64 = text.len() >= 4
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte));
    (is_base64 && !is_word).then_some(value)
}

fn next_word(scan: &Scan<'_>, end: usize) -> Option<Range<usize>> {
    let from = scan.skip_spaces(end);
    let value = scan.value(from, Place::Anywhere);
    (from > end && !value.is_empty()).then_some(value)
}

/// Returns what follows a flag, in a shell's words or in a list of them.
fn after_flag(scan: &Scan<'_>, run: &Range<usize>) -> Option<Range<usize>> {
    let end = run.end;
    let quoted = matches!(scan.at(end), b'"' | b'\'');
    let mut from = end + usize::from(quoted);
    let in_list = quoted || scan.lead(run.start).contains('[');
    from += usize::from((in_list && scan.at(from) == b',') || scan.at(from) == b'=');
    let from = scan.skip_spaces(from);
    (from > end).then(|| scan.value(from, Place::Anywhere))
}

fn of_user(scan: &Scan<'_>, value: Range<usize>) -> Option<Range<usize>> {
    let text = scan.text.get(value.clone())?;
    let password = password_of(text)?;
    Some(value.start + password..value.end)
}

/// Users and their groups.
const GROUPS: &[&str] = &[
    "app:app",
    "daemon:daemon",
    "nginx:nginx",
    "node:node",
    "nobody:nobody",
    "nobody:nogroup",
    "nonroot:nonroot",
    "root:root",
    "root:wheel",
    "ubuntu:ubuntu",
    "www-data:www-data",
];

/// What stands before `://` where an address takes the place of a user.
const OF_ADDRESSES: &[&str] = &[
    "file",
    "ftp",
    "ftps",
    "git",
    "gs",
    "http",
    "https",
    "jdbc",
    "ldap",
    "ldaps",
    "mongodb",
    "mysql",
    "postgres",
    "postgresql",
    "redis",
    "rediss",
    "s3",
    "sftp",
    "ssh",
    "tcp",
    "unix",
];

/// Returns where the password of `user:password` begins, if it is no group.
pub(super) fn password_of(text: &str) -> Option<usize> {
    let (user, password) = text.split_once(':')?;
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let is_harmless = password.is_empty()
        || password == super::HIDDEN
        || (password.starts_with("//") && OF_ADDRESSES.contains(&user))
        || user.contains('/')
        || (is_id(user) && is_id(password))
        || GROUPS.contains(&text);
    (!is_harmless).then_some(user.len() + 1)
}

/// Returns what a flag says, to the command that it is one of.
fn by_command(scan: &Scan<'_>, flag: &str, run: &Range<usize>) -> Option<Range<usize>> {
    let line = scan.lead(run.start).rsplit(['|', ';', '&']).next()?;
    let runs = |commands: &[&str]| commands::run_on(line, commands);
    let value = match commands::meaning(flag, runs) {
        Some(Means::User) => return of_user(scan, after_flag(scan, run)?),
        Some(Means::Cookies) => {
            let value = after_flag(scan, run)?;
            scan.text
                .get(value.clone())?
                .contains('=')
                .then_some(value)?
        }
        Some(Means::Password) => after_flag(scan, run)?,
        None => {
            // A quotation mark may come right behind the flag.
            let quoted = matches!(scan.at(run.end), b'"' | b'\'').then(|| format!("{flag}'"));
            let joined = commands::joined(quoted.as_deref().unwrap_or(flag), runs)?;
            scan.value(run.start + joined, Place::Anywhere)
        }
    };
    is_worth_hiding(scan, &value).then_some(value)
}
