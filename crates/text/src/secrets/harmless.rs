//! Recognises values that stand where a secret could and are none: numbers, switches, paths,
//! references, prose.

use super::names::{
    Certainty, is_code, is_credentials, is_of_authentication, is_switched, is_working_directory,
    words,
};
use super::phrases::{METHODS, SAID, SWITCHES};
use super::{HIDDEN, plain};
use crate::arn::Arn;

/// Returns whether a variable's or a field's value is none, though its name is that of a secret.
pub(super) fn is_value(name: &str, certainty: Certainty, value: &str) -> bool {
    let text = value.trim();
    text.is_empty()
        || text == HIDDEN
        || is_reference(text)
        || is_variable(text)
        || (is_working_directory(name) && is_path(text))
        || (is_credentials(name) && is_path(text))
        || ((is_switch(text) || matches!(text, "0" | "1")) && is_switched(name))
        || match certainty {
            Certainty::Possible => plain::is_plain(text),
            Certainty::Likely => {
                is_switch(text)
                    || (is_of_authentication(name) && is_method(text))
                    || (is_small(text) && !is_code(name))
                    || is_placeholder(text)
                    || is_key_name(text)
                    || is_file(text)
                    || !text.chars().any(char::is_alphanumeric)
            }
            Certainty::Sure => false,
        }
}

/// A manifest's `${NAME}` or `${NAME:?message}`, with or without the brace that ends it: the value
/// is elsewhere. A default is a value, and stays hidden.
fn is_variable(text: &str) -> bool {
    let Some(inner) = text.strip_prefix("${") else {
        return false;
    };
    // Where the brace is not there a password may begin like that.
    let closed = inner.strip_suffix('}');
    let is_usual = |byte: u8| !byte.is_ascii_lowercase();
    if closed.is_none() && !inner.split(":?").next().unwrap_or("").bytes().all(is_usual) {
        return false;
    }
    let inner = closed.unwrap_or(inner);
    let name = inner.split_once(":?").map_or(inner, |(name, _)| name);
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(is_part)
}

/// Settings of what models and servers do with tokens and salts: `10`, `3600`, `0.1`.
fn is_small(text: &str) -> bool {
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    text.len() <= 4 && text.bytes().all(is_number) && text.parse::<f64>().is_ok()
}

/// `alias/x`: keys that never leave their store are told by their name.
fn is_key_name(text: &str) -> bool {
    let name = text.strip_prefix("alias/").unwrap_or_default();
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/_-".contains(c);
    !name.is_empty() && name.chars().all(is_part)
}

/// Returns whether a text is the path of a file in a directory.
fn is_file(text: &str) -> bool {
    let parts = || text.split('/').filter(|part| !part.is_empty());
    is_path(text) && parts().count() > 1 && parts().all(plain::is_name)
}

/// Returns whether what stands after a name in running text is none.
pub(super) fn in_text(name: &str, certainty: Certainty, value: &str) -> bool {
    is_value(name, certainty, value)
        || is_switch(value)
        || is_told(value)
        || is_masked(value)
        || (certainty <= Certainty::Likely
            && (is_count(value)
                || is_version(value)
                || is_placeholder(value)
                || !value.chars().any(char::is_alphanumeric)))
        || (name.eq_ignore_ascii_case("pass") && is_small(value))
        // What a diff says of a secret.
        || (name == "secret" && ["added", "removed", "changed"].contains(&value))
}

/// Returns whether what stands after a flag is none.
pub(super) fn after_flag(name: &str, certainty: Certainty, value: &str) -> bool {
    let is_small = value.len() <= 3 && is_count(value);
    // A password may begin with a slash, too.
    let is_path = match certainty {
        Certainty::Likely | Certainty::Possible => is_known_file(value) || is_beside(value),
        Certainty::Sure => is_known_file(value),
    };
    in_text(name, certainty, value) || is_small || is_path || is_mount(name, value)
}

/// `./token`, `/certs/tls.key`: a path that consists of words.
fn is_beside(value: &str) -> bool {
    let has_start = value.starts_with("./") || value.starts_with("../") || value.starts_with("~/");
    is_path(value) && (has_start || value.matches('/').count() > 1) && plain::is_plain(value)
}

/// `--secret id=x,src=/y`, which is where a build finds one.
fn is_mount(name: &str, value: &str) -> bool {
    let keys = [
        "id", "src", "source", "env", "type", "target", "dst", "required", "mode", "uid", "gid",
    ];
    let is_part = |part: &str| {
        part.split_once('=')
            .is_some_and(|(key, _)| keys.contains(&key))
    };
    name == "secret" && value.split(',').all(is_part)
}

/// Returns whether a text is a path where files are, in a directory that every system has or with
/// an ending.
fn is_known_file(text: &str) -> bool {
    let roots = [
        "app", "certs", "config", "data", "dev", "etc", "home", "mnt", "opt", "proc", "root",
        "run", "secrets", "srv", "tmp", "usr", "var",
    ];
    let mut parts = text
        .trim_start_matches(['.', '~'])
        .split('/')
        .filter(|part| !part.is_empty());
    let (first, last) = (parts.next(), parts.next_back());
    let endings = [
        ".txt", ".key", ".pem", ".json", ".conf", ".env", ".yaml", ".yml", ".token",
    ];
    let is_known = first.is_some_and(|first| roots.contains(&first))
        || last.is_some_and(|last| endings.iter().any(|ending| last.ends_with(ending)));
    is_file(text) && is_known
}

/// What is written here in place of a secret.
fn is_told(value: &str) -> bool {
    let word = value.trim_start_matches('(').trim_end_matches(')');
    let (word, change) = word.split_once(", ").unwrap_or((word, ""));
    let is_change = ["", "added", "removed", "changed"].contains(&change);
    value.starts_with('(') && ["secret", "secret,", "hidden"].contains(&word) && is_change
}

/// What others write in place of a secret.
fn is_masked(value: &str) -> bool {
    let inner = value.trim_matches(['[', ']', '<', '>', '(', ')', '*']);
    let masks = ["filtered", "hidden", "masked", "redacted"];
    value.chars().all(|c| matches!(c, '*' | '•')) || masks.contains(&&*inner.to_ascii_lowercase())
}

/// `<s>`, `<unk>`: what models call their tokens, and what a help calls a value.
fn is_placeholder(value: &str) -> bool {
    let inner = value.trim_start_matches('<').trim_end_matches('>');
    let is_short = inner.len() <= 16;
    let is_name = |c: char| c.is_ascii_lowercase() || "/_|".contains(c);
    (value.starts_with('<') && is_short && inner.chars().all(is_name))
        || (value.len() <= 8 && bracketed(value).is_some_and(is_capital))
}

/// `[CLS]`
fn bracketed(value: &str) -> Option<&str> {
    value.strip_prefix('[')?.strip_suffix(']')
}

fn is_capital(text: &str) -> bool {
    text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

pub(super) fn is_switch(text: &str) -> bool {
    SWITCHES.contains(&&*text.to_ascii_lowercase())
}

fn is_method(text: &str) -> bool {
    METHODS.contains(&&*text.to_ascii_lowercase())
}

/// A number that may count something. Longer ones have no business beside such a name.
fn is_count(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']).trim_end_matches('%');
    digits.len() <= 10
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && (digits.parse::<f64>().is_ok() || is_duration(digits))
}

/// `30s`, `5m`, `250ms`
fn is_duration(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < text.len() && ["s", "m", "h", "d", "ms", "us", "k"].contains(&unit)
}

/// `2.8.0`, and `v2` as the tag of an image.
pub(super) fn is_version(text: &str) -> bool {
    let number = text.strip_prefix('v').unwrap_or(text);
    text.len() <= 16
        && number
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What else the tag of an image may be.
pub(super) fn is_tag(text: &str) -> bool {
    let text = text.split_once("@sha256:").map_or(text, |(tag, _)| tag);
    let (version, rest) = text.split_once('-').unwrap_or((text, ""));
    let names = [
        "latest", "stable", "main", "master", "dev", "prod", "staging", "nightly", "edge",
    ];
    names.contains(&text) || (is_version(version) && rest.len() <= 12)
}

/// Returns whether a text is the path of a file, and no base64 that happens to begin like one.
pub(super) fn is_path(text: &str) -> bool {
    let rest = ["/", "./", "../", "~/", "file:///"]
        .iter()
        .find_map(|start| text.strip_prefix(start));
    rest.is_some_and(|rest| {
        let is_part = |part: &str| {
            let known = |c: char| c.is_alphanumeric() || "._-@".contains(c);
            part.len() <= 64 && part.chars().all(known) && !is_scrambled(part)
        };
        rest.split('/').all(is_part)
    })
}

/// Long, with digits and both cases: a random part of a path would be a secret after all.
fn is_scrambled(part: &str) -> bool {
    let any = |is: fn(&u8) -> bool| part.bytes().any(|byte| is(&byte));
    part.len() >= 16
        && any(u8::is_ascii_uppercase)
        && any(u8::is_ascii_lowercase)
        && any(u8::is_ascii_digit)
}

/// Returns whether a text is an ARN, which names a secret and holds none.
pub(super) fn is_reference(text: &str) -> bool {
    Arn::parse(text).is_some_and(|arn| {
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_name = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-:*".contains(c);
        let parts = [arn.service, arn.region, arn.account];
        parts.iter().all(|part| part.bytes().all(is_plain)) && arn.resource.chars().all(is_name)
    })
}

/// Returns whether words that follow a name are said about it: the first, and what is behind it.
pub(super) fn is_said(value: &str, rest: &str) -> bool {
    let word = value.trim_matches(|c: char| !c.is_alphanumeric());
    if SAID.contains(&&*word.to_ascii_lowercase()) {
        return true;
    }
    if is_subject(value, rest) {
        return true;
    }
    let is_word = |word: &str| {
        let word = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
        word.len() > 1
            && word
                .chars()
                .all(|c| c.is_lowercase() || matches!(c, '\'' | '’' | '-'))
    };
    is_word(value) && rest.split_ascii_whitespace().next().is_some_and(is_word)
}

/// `field required`, `secret is gone`: what is said of another thing than the secret.
pub(super) fn is_subject(value: &str, rest: &str) -> bool {
    let subjects = [
        "field",
        "parameter",
        "secret",
        "string",
        "text",
        "value",
        "variable",
    ];
    subjects.contains(&&*value.to_ascii_lowercase())
        && rest.split_ascii_whitespace().next().is_some_and(is_comment)
}

/// Returns whether one word says why: `timeout`, `AccessDenied`, `aws-vault`. Letters in any case
/// would be no word.
pub(super) fn is_reason(value: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_');
    value.chars().all(is_letter)
        && words(value)
            .iter()
            .all(|word| (2..=16).contains(&word.len()))
}

/// Returns whether a word that only stands behind the name of a secret is one: letters among
/// digits, and no name of an algorithm.
pub(super) fn is_telling(text: &str) -> bool {
    let count = |is: fn(&u8) -> bool| text.bytes().filter(is).count();
    let known = [
        "base64", "md5", "pbkdf2", "sha1", "sha256", "sha384", "sha512", "utf8",
    ];
    text.len() >= 6
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&*+-_=@^~/".contains(&byte))
        && count(u8::is_ascii_digit) > 0
        && count(u8::is_ascii_alphabetic) > 1
        && !known.contains(&&*text.to_ascii_lowercase())
        && !is_version(text)
        && !is_path(text)
}

/// Returns whether a word is what is commonly said of a secret.
pub(super) fn is_comment(value: &str) -> bool {
    let word = value.trim_matches(|c: char| !c.is_alphanumeric());
    SAID.contains(&&*word.to_ascii_lowercase())
}
