//! User and password before a host, in addresses without a scheme: `user:password@host/x`.

use std::ops::Range;

use super::HIDDEN;
use super::commands;
use super::scan::{NEARBY, Scan};
use super::url::host_mark;

/// Finds the passwords of all of them.
pub(super) fn find(scan: &Scan<'_>, found: &mut Vec<Range<usize>>) {
    let mut words = Words::default();
    for (at, _) in scan.text.match_indices('@') {
        let colon = words.first_colon(scan, at);
        let mut marks = ["@tcp(", "@unix(", "@("].iter();
        let password = if marks.any(|mark| scan.starts_with(at, mark)) {
            // As Go's driver for MySQL has it, with any characters in the password.
            colon.map(|colon| colon + 1..at)
        } else {
            of_user(scan, at)
        };
        found.extend(password.filter(|password| !password.is_empty()));
    }
    let mut seen = 0;
    for (at, mark) in scan.text.match_indices("jdbc:oracle:") {
        let start = at + mark.len();
        // Whatever is in the word was looked at from its beginning.
        if start >= seen {
            seen = scan.word_end(start);
            found.extend(oracle(scan, start..seen));
        }
    }
}

/// Finds the first colon of each word, in one walk over the text.
#[derive(Default)]
struct Words {
    at: usize,
    colon: Option<usize>,
}

impl Words {
    fn first_colon(&mut self, scan: &Scan<'_>, to: usize) -> Option<usize> {
        for at in self.at..to {
            match scan.bytes[at] {
                byte if byte.is_ascii_whitespace() || b"\"'`".contains(&byte) => self.colon = None,
                b':' => self.colon = self.colon.or(Some(at)),
                _ => {}
            }
        }
        self.at = to;
        self.colon
    }
}

/// Returns where what stands before a byte begins, without blanks, quotation marks and the like and
/// without some more bytes.
fn run_start(scan: &Scan<'_>, end: usize, without: &[u8]) -> usize {
    let lead = &scan.bytes[end.saturating_sub(NEARBY)..end];
    let ends = |byte: &&u8| {
        !byte.is_ascii_whitespace() && !b"\"'`=(,[<".contains(byte) && !without.contains(byte)
    };
    let length = lead.iter().rev().take_while(ends).count();
    scan.walked(length);
    end - length
}

/// `user:password@registry.example.com/image`, `user:password@localhost:80`, `user:password@/db`,
/// and Oracle's `user/password@//host/x`.
fn of_user(scan: &Scan<'_>, at: usize) -> Option<Range<usize>> {
    // None of them has such bytes in the password, so that no walk is long for nothing.
    let start = run_start(scan, at, b":/@");
    let password = scan.text.get(start..at)?;
    let mark = scan.before(start);
    let user_end = start.checked_sub(1)?;
    let user_start = run_start(scan, user_end, b":/@");
    let user = scan.text.get(user_start..user_end)?;
    let is_word = |c: char| c.is_alphanumeric() || "_-.%+".contains(c);
    let is_user = !user.is_empty()
        && user != "mailto"
        && user.chars().all(is_word)
        && !b":/@".contains(&scan.before(user_start));
    if password.is_empty() || !is_user {
        return None;
    }
    let rest = scan.rest(at + 1);
    let is_address = match mark {
        b':' => {
            let is_number = password.bytes().all(|byte| byte.is_ascii_digit());
            !is_number && (is_registry(rest) || is_path(rest) || is_quoted(scan, at, rest))
        }
        b'/' => {
            rest.starts_with("//")
                || (rest.starts_with(|c: char| c.is_ascii_alphanumeric())
                    && commands::run_on(scan.lead(user_start), commands::OF_ORACLE))
        }
        _ => false,
    };
    is_address.then_some(start..at)
}

/// Returns the password of an argument `user/password@database`.
pub(super) fn of_oracle(argument: &str) -> Option<Range<usize>> {
    let slash = argument.find('/').filter(|slash| *slash > 0)?;
    let host = argument.rfind('@').filter(|host| *host > slash + 1)?;
    (&argument[slash + 1..host] != HIDDEN).then_some(slash + 1..host)
}

/// `jdbc:oracle:thin:user/password@//host/x`
fn oracle(scan: &Scan<'_>, word: Range<usize>) -> Option<Range<usize>> {
    let text = scan.text.get(word.clone())?;
    scan.walked(text.len());
    let at = host_mark(text)?;
    let slash = text[..at].find('/').filter(|slash| slash + 1 < at)?;
    Some(word.start + slash + 1..word.start + at)
}

/// Returns whether a host with a domain comes next, and a port or a path.
fn is_registry(rest: &str) -> bool {
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    let after = rest.trim_start_matches(is_host);
    let host = &rest[..rest.len() - after.len()];
    let port = after.strip_prefix(':').unwrap_or_default();
    (host.contains('.') || host == "localhost")
        && (port.starts_with(|c: char| c.is_ascii_digit()) || is_path(after))
}

/// Returns whether a path comes next.
fn is_path(rest: &str) -> bool {
    let path = rest.strip_prefix('/').unwrap_or_default();
    path.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Returns whether the word that the at sign is in is all that is quoted, as messages quote what
/// was given for an address.
fn is_quoted(scan: &Scan<'_>, at: usize, rest: &str) -> bool {
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    let lead = scan.lead(at);
    let word = lead.rsplit('`').next().unwrap_or_default();
    word.len() < lead.len()
        && !word.contains(char::is_whitespace)
        && rest.trim_start_matches(is_host).starts_with('`')
        && rest.starts_with(is_host)
}
