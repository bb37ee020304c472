//! Separators between a name and its value.

use std::ops::Range;

use super::scan::Scan;

/// What stands between a name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// `=`, and how they write it elsewhere.
    Equals,
    /// `:`, with a blank behind it or none.
    Colon { tight: bool },
    /// A blank, after a flag.
    Flag,
    /// `is`
    Is,
    /// `for user me:`
    Whose,
    /// A blank before a quotation.
    Quotation,
    /// `<name>value</name>`
    Element,
    /// `"name": "DB_PASSWORD", "value": `
    Pair,
    /// A blank before a word that can be no other than a password.
    Blank,
}

/// Returns what follows a name, where its value begins, and whether the name is quoted.
pub(super) fn mark(
    scan: &Scan<'_>,
    run: &Range<usize>,
    is_flag: bool,
) -> Option<(Mark, usize, bool)> {
    let mut end = run.end;
    let escapes = scan.escapes(end);
    if matches!(scan.at(end + escapes), b'"' | b'\'') {
        end += escapes;
    }
    let quoted = matches!(scan.at(end), b'"' | b'\'');
    end += usize::from(quoted);
    // `config["password"] =`, `?user[password]=`, `[password] => `
    let is_parameter = scan.before(run.start) == b'[' && scan.at(scan.skip_spaces(end + 1)) == b'=';
    if scan.at(end) == b']' && (quoted || is_parameter) {
        end += 1;
    }
    // In an address in a parameter.
    let end = if scan.starts_with(end, "%5D") {
        end + 3
    } else {
        end
    };
    let blank = scan.skip_spaces(end);
    let equals = ["%3D", "%3d", "\\u003d", "\\u003D", "&#61;", "＝"];
    if let Some(written) = equals.iter().find(|written| scan.starts_with(end, written)) {
        return Some((Mark::Equals, end + written.len(), quoted));
    }
    // Who writes in Chinese or Japanese has a colon as wide as a letter.
    if scan.starts_with(blank, "：") {
        let from = blank + "：".len();
        return Some((Mark::Colon { tight: false }, scan.skip_spaces(from), quoted));
    }
    let (mark, from) = match scan.at(blank) {
        b'=' => (Mark::Equals, skip(scan, blank + 1, b"=>")),
        b'%' if scan.at(end + 1) == b'=' && scan.before(run.start) == b'%' => {
            (Mark::Equals, end + 2)
        }
        // LDIF has two before base64.
        b':' if scan.at(blank + 1) == b':' && scan.is_space(blank + 2) => {
            (Mark::Colon { tight: false }, blank + 2)
        }
        b':' if scan.at(blank + 1) == b':' || scan.bytes[blank..].starts_with(b"://") => {
            return None;
        }
        b':' | b'?' | b'+' if scan.at(blank + 1) == b'=' => (Mark::Equals, blank + 2),
        b':' => {
            let tight = !scan.at(blank + 1).is_ascii_whitespace();
            (Mark::Colon { tight }, blank + 1)
        }
        b'>' if blank == end && (quoted || scan.before(run.start) == b'<') => {
            (Mark::Element, blank + 1)
        }
        b',' => match paired(scan, blank + 1) {
            Some(from) => (Mark::Pair, from),
            // `getenv("DB_PASSWORD", "x")`, `(b"x-api-key", b"x")`
            None if quoted
                && scan
                    .lead(run.start)
                    .trim_end_matches(['"', '\'', 'b', '\\'])
                    .ends_with('(') =>
            {
                (Mark::Equals, blank + 1)
            }
            None if is_flag && (quoted || scan.lead(run.start).contains('[')) => {
                (Mark::Flag, blank + 1)
            }
            None => return None,
        },
        b'-' if scan.at(blank + 1) == b'>' => (Mark::Equals, blank + 2),
        b' ' | b'\t' | b'\r' | b'\n' | b'-' | b'v' | b'V' if paired(scan, blank).is_some() => {
            (Mark::Equals, paired(scan, blank)?)
        }
        _ if blank == end => return None,
        _ if is_flag => (Mark::Flag, blank),
        _ if quoted => return None,
        b'"' | b'\'' => (Mark::Quotation, blank),
        _ => match is(scan, blank).or_else(|| whose(scan, blank)) {
            Some((mark, from)) => (mark, from),
            // Columns stand further apart.
            None if blank == end + 1 => (Mark::Blank, blank),
            None => return None,
        },
    };
    let from = skip_letter(scan, into_list(scan, scan.skip_spaces(from), quoted)?);
    Some((mark, from, quoted))
}

/// `b'x'`, `u'x'`: how Python writes a text.
fn skip_letter(scan: &Scan<'_>, from: usize) -> usize {
    let is_text = matches!(scan.at(from), b'b' | b'u' | b'r' | b'f')
        && matches!(scan.at(from + 1), b'"' | b'\'');
    from + usize::from(is_text)
}

/// Returns where the value of a pair begins whose name came before.
fn paired(scan: &Scan<'_>, from: usize) -> Option<usize> {
    let from = skip(scan, from, b" \t\r\n\"'\\");
    let rest = scan.bytes.get(from..)?;
    let word = [&b"value"[..], b"Value"]
        .into_iter()
        .find(|word| rest.starts_with(word))?;
    let end = skip(scan, from + word.len(), b" \"'\\");
    matches!(scan.at(end), b':' | b'=').then_some(end + 1)
}

fn skip(scan: &Scan<'_>, mut at: usize, bytes: &[u8]) -> usize {
    while bytes.contains(&scan.at(at)) && at < scan.bytes.len() {
        at += 1;
    }
    at
}

/// Returns where the first text of a list begins; the members of an object have their own names.
fn into_list(scan: &Scan<'_>, from: usize, quoted: bool) -> Option<usize> {
    let inside = scan.skip_spaces(from + 1);
    let next = scan.at(inside);
    let is_line_end = |byte: u8| matches!(byte, b'\n' | b'\r');
    // A password may begin like a list, though not in JSON.
    let is_empty = || {
        let word = &scan.bytes[from..scan.word_end(from)];
        quoted || !word.iter().any(u8::is_ascii_alphanumeric)
    };
    let closes = |mark: u8| next == mark && is_empty();
    match scan.at(from) {
        b'\n' | b'\r' => None,
        b'{' if is_line_end(next) || closes(b'}') || has_member(scan, inside) => None,
        b'[' if is_line_end(next) || closes(b']') => None,
        b'[' | b'(' if matches!(next, b'"' | b'\'' | b'\\') => Some(inside),
        b'[' if skip_letter(scan, inside) > inside => Some(inside),
        _ => Some(from),
    }
}

/// Returns whether a name and a colon come next, as in an object.
fn has_member(scan: &Scan<'_>, from: usize) -> bool {
    let whole = scan.rest(from);
    let rest = whole.trim_start_matches(['"', '\'', '\\']);
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let after = rest.trim_start_matches(is_name);
    let colon = after.trim_start_matches(['"', '\'', '\\']);
    after.len() < rest.len() && colon.starts_with(": ")
        // What was never opened is closed by no quotation mark.
        || (rest.len() < whole.len() && colon.len() < after.len() && colon.starts_with(':'))
}

/// Returns what follows `is`, `was` or `is:`.
fn is(scan: &Scan<'_>, at: usize) -> Option<(Mark, usize)> {
    let rest = scan.bytes.get(at..)?;
    let verb = [&b"is"[..], b"was", b"IS", b"Is"]
        .into_iter()
        .find(|verb| rest.starts_with(verb))?;
    let end = at + verb.len();
    let end = end + usize::from(matches!(scan.at(end), b':' | b'='));
    let from = scan.skip_spaces(end);
    let is_verb = from > end && !matches!(scan.at(from), b'\n' | b'\r');
    is_verb.then_some((Mark::Is, from))
}

/// Returns what follows `for user me:`, as who asks for a password says whose.
fn whose(scan: &Scan<'_>, at: usize) -> Option<(Mark, usize)> {
    let rest = scan.rest(at).strip_prefix("for ")?;
    let (whose, value) = rest.split_once(": ")?;
    let is_short = whose.split_ascii_whitespace().count() <= 3 && !whose.contains(['=', ',', ';']);
    let from = scan.skip_spaces(at + "for ".len() + whose.len() + 1);
    (is_short && !value.trim().is_empty()).then_some((Mark::Whose, from))
}
