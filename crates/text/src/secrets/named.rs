//! Values that stand beside a name in running text: `name=value`, `name: value`, `--flag value`,
//! `name is value`, parameters of a query, headers.

use std::ops::Range;

use super::harmless;
use super::mark::{Mark, mark};
use super::names::{self, Certainty, certainty};
use super::prefixes::PARAMETERS;
use super::scan::{Place, Scan};
use super::scheme;

/// Finds the values of names that sound secret.
pub(super) fn find(scan: &Scan<'_>, found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(run) = next_run(scan, at) {
        at = run.end;
        let value = scheme::find(scan, &run).or_else(|| value_of(scan, &run));
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            // What is hidden holds no more names: that keeps this linear.
            at = at.max(value.end);
            let is_first = scan.opens_list(value.start);
            found.push(value);
            while let Some(more) = is_first.then(|| scan.next_of_list(at)).flatten() {
                at = more.end;
                found.push(more);
            }
        }
    }
}

/// Returns the next run of what names are made of.
fn next_run(scan: &Scan<'_>, from: usize) -> Option<Range<usize>> {
    let is_name = |c: char| match c {
        '_' | '-' | '.' => true,
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        c => c.is_alphanumeric(),
    };
    let rest = scan.text.get(from..)?;
    let start = from + rest.find(is_name)?;
    let run = &scan.text[start..];
    Some(start..start + run.find(|c| !is_name(c)).unwrap_or(run.len()))
}

fn value_of(scan: &Scan<'_>, run: &Range<usize>) -> Option<Range<usize>> {
    let written = &scan.text[run.clone()];
    let is_flag = is_flag(written);
    let name = written.trim_matches(['-', '.']);
    let (mark, from, quoted) = mark(scan, run, is_flag)?;
    let before = scan.before(run.start);
    let is_parameter = || PARAMETERS.contains(&&*name.to_ascii_lowercase());
    // The whole of a query may be the value of a variable.
    let opens_query = || {
        let word = scan.rest(from).split_ascii_whitespace().next();
        is_parameter() && word.is_some_and(|word| word.contains('&'))
    };
    let in_query = mark == Mark::Equals && (matches!(before, b'?' | b'&' | b'#') || opens_query());
    let certainty = if in_query && is_parameter() {
        Certainty::Sure
    } else {
        certainty_of(scan, run, name, in_query)?
    };
    // Parts of ARNs, of images and of paths go by no value.
    // `/password:x` is a flag to Windows.
    let is_switch = before == b'/'
        && certainty == Certainty::Sure
        && scan.before(run.start - 1).is_ascii_whitespace();
    let is_part = (before == b'/' && !is_switch) || (before == b':' && !is_assigned(scan, run));
    if is_part && !quoted && matches!(mark, Mark::Colon { .. } | Mark::Is | Mark::Blank) {
        return None;
    }
    let speaks = certainty == Certainty::Sure
        || (mark == Mark::Blank
            && (name.contains('_') || name.starts_with(['x', 'X']) || is_assigned(scan, run)));
    if (mark == Mark::Blank && !speaks) || (mark == Mark::Whose && certainty != Certainty::Sure) {
        return None;
    }
    let in_header = matches!(mark, Mark::Colon { .. } | Mark::Equals);
    let header = scheme::header(name).filter(|_| in_header);
    if let Some(credentials) = header.and_then(|header| header.value(scan, from)) {
        return (scan.text.get(credentials.clone()) != Some(super::HIDDEN)).then_some(credentials);
    }
    let place = match mark {
        Mark::Element => Place::Element,
        _ if in_query => Place::Query,
        Mark::Equals
        | Mark::Colon { .. }
        | Mark::Flag
        | Mark::Is
        | Mark::Whose
        | Mark::Quotation
        | Mark::Pair
        | Mark::Blank => Place::Anywhere,
    };
    if mark == (Mark::Colon { tight: false })
        && let Some(block) = scan.block(run.start, from)
    {
        return Some(block);
    }
    let value = scan.value(from, place);
    let text = scan.text.get(value.clone())?;
    let is_bare = value.start == from;
    let rest = || scan.rest(value.end);
    let is_harmless = match mark {
        Mark::Flag => {
            harmless::after_flag(name, certainty, text)
                || (is_bare && (is_other_flag(text) || harmless::is_comment(text)))
                || "<|>&;)".contains(scan.at(from) as char)
        }
        Mark::Equals if is_flag => harmless::after_flag(name, certainty, text),
        Mark::Blank => {
            !harmless::is_telling(text)
                && (!is_assigned(scan, run) || harmless::in_text(name, certainty, text))
        }
        Mark::Pair => harmless::is_value(name, certainty, text),
        Mark::Is => harmless::in_text(name, certainty, text) || harmless::is_said(text, rest()),
        Mark::Quotation if !speaks => {
            !harmless::is_telling(text) || harmless::in_text(name, certainty, text)
        }
        Mark::Whose if is_bare && harmless::is_comment(text) => true,
        Mark::Colon { tight: false } | Mark::Whose if is_bare && !quoted => {
            harmless::in_text(name, certainty, text) || is_prose(name, certainty, text, rest())
        }
        Mark::Colon { tight: true } if is_bare && !quoted && certainty <= Certainty::Likely => {
            harmless::in_text(name, certainty, text) || harmless::is_tag(text)
        }
        Mark::Colon { tight: false } if scan.at(from) == b'`' && certainty <= Certainty::Likely => {
            harmless::in_text(name, certainty, text) || harmless::is_reason(text)
        }
        Mark::Equals | Mark::Colon { .. } | Mark::Whose | Mark::Quotation | Mark::Element => {
            harmless::in_text(name, certainty, text)
        }
    };
    // A tag or an anchor of YAML stands before its value.
    let end = if matches!(mark, Mark::Colon { tight: false }) && text.starts_with(['!', '&']) {
        let next = scan.value(scan.skip_spaces(value.end), Place::Anywhere);
        value.end.max(next.end)
    } else {
        value.end
    };
    (!is_harmless).then_some(value.start..end)
}

/// Returns whether a command or a file gives the name a value without a mark between them:
/// `configure set NAME x`, `machine h login me password x`.
fn is_assigned(scan: &Scan<'_>, run: &Range<usize>) -> bool {
    let lead = scan.lead(run.start);
    let words = || lead.split_ascii_whitespace();
    let is_set = || {
        words()
            .zip(words().skip(1))
            .any(|pair| matches!(pair, ("config" | "configure", "set")))
    };
    let is_netrc =
        || lead.contains(" login ") && words().any(|word| matches!(word, "machine" | "default"));
    is_set() || is_netrc()
}

fn is_flag(written: &str) -> bool {
    let name = written.strip_prefix('-').unwrap_or_default();
    name.len() > 1 && name.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic())
}

/// `--verbose`, `-v`
pub(super) fn is_other_flag(text: &str) -> bool {
    let name = text.trim_start_matches('-');
    let dashes = text.len() - name.len();
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    match dashes {
        1 => name.len() <= 1 || is_name(name),
        2 => name.is_empty() || is_name(name.split('=').next().unwrap_or(name)),
        _ => false,
    }
}

/// What is said after a name and a colon may be about the secret, and not the secret.
fn is_prose(name: &str, certainty: Certainty, value: &str, rest: &str) -> bool {
    let is_word = !name.contains(['_', '-', '.']);
    match certainty {
        Certainty::Sure => {
            (harmless::is_comment(value) && !rest.trim().is_empty())
                || harmless::is_subject(value, rest)
        }
        Certainty::Likely | Certainty::Possible => {
            harmless::is_said(value, rest)
                || (is_word && is_topic(name) && harmless::is_reason(value))
                || value.starts_with('`')
                || (is_word
                    && name.ends_with('s')
                    && !rest.trim().is_empty()
                    && !rest.trim_start().starts_with([',', ';', '}']))
        }
    }
}

/// What is spoken of in sentences, and in names of services: `no usable credentials: expired`.
fn is_topic(name: &str) -> bool {
    // `AUTH` is a variable.
    ["auth", "cookies", "credentials", "secrets", "tokens"].contains(&name)
        || ["Cookies", "Credentials", "Secrets", "Tokens"].contains(&name)
}

/// Returns how sure a name is, `API key` and `connection string` among them.
fn certainty_of(
    scan: &Scan<'_>,
    run: &Range<usize>,
    name: &str,
    in_query: bool,
) -> Option<Certainty> {
    if ["pass", "token"].contains(&&*name.to_ascii_lowercase()) && is_counted(scan, run) {
        return None;
    }
    if !in_query && ["signature", "sig"].contains(&&*name.to_ascii_lowercase()) {
        // Of functions and models, in what they log.
        return None;
    }
    certainty(name).or_else(|| {
        let is_second = ["key", "keys", "string"].contains(&&*name.to_ascii_lowercase());
        if !is_second || scan.before(run.start) != b' ' {
            return None;
        }
        let before = scan.bytes[..run.start - 1].iter().rev();
        let length = before
            .take(32)
            .take_while(|byte| byte.is_ascii_alphabetic());
        let first = run.start - 1 - length.count();
        certainty(&scan.text[first..run.end])
    })
}

/// `forward pass: 12ms`, `next token: "the"`, `to pass "x"`
fn is_counted(scan: &Scan<'_>, run: &Range<usize>) -> bool {
    let before = scan.lead(run.start);
    let fails = |text: &str| text.to_ascii_lowercase().contains("fail");
    let is_pass = scan.text[run.clone()].eq_ignore_ascii_case("pass");
    if is_pass && (fails(before) || fails(scan.rest(run.end))) {
        return true;
    }
    let word = before.trim_end_matches(' ').rsplit(' ').next();
    let word = word.unwrap_or_default().to_ascii_lowercase();
    let is_verb = is_pass && names::is_passer(&word);
    before.ends_with(' ') && (names::is_counted(&word) || is_verb)
}
