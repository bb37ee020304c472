//! Hides what looks like a secret in a line, and nothing else of it. Pure.
//!
//! A log is shown to people and programs that asked for it, and it is what they need to find a
//! fault; so only the word goes, by its look or by the name it stands beside.

use crate::plan::looks_secret;

const HIDDEN: &str = "***";

/// How the name of a secret ends, written small and without separators. Models speak of tokens
/// all the time: the plural and `tokenizer` are no secrets.
const ENDS: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "accesskeyid",
    "privatekey",
    "credential",
    "authorization",
    "connectionstring",
];

/// Returns a line with what looks secret in it hidden. A line with something to hide loses its
/// colours, which could stand in the middle of it.
#[must_use]
pub fn masked(line: &str) -> String {
    let plain = without_colors(line);
    let hidden = hidden(&plain);
    if hidden == plain {
        line.to_owned()
    } else {
        hidden
    }
}

/// Leaves out what sets a colour.
fn without_colors(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_parameter = |c: char| c.is_ascii_digit() || matches!(c, ';' | ':');
        match part.trim_start_matches(is_parameter).strip_prefix('m') {
            Some(rest) => out.push_str(rest),
            None => out.extend(["\u{1b}[", part]),
        }
    }
    out
}

fn hidden(line: &str) -> String {
    if is_key_material(line) {
        return HIDDEN.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    let mut hides_next = false;
    let mut is_quoted = false;
    for (word, gap) in words(line) {
        let bare = word.trim_matches(is_quote);
        if is_quoted {
            // A secret of several words ends with its quotation mark.
            let end = word.find('"');
            out.push_str(HIDDEN);
            out.push_str(&word[end.unwrap_or(word.len())..]);
            is_quoted = end.is_none();
            out.push_str(gap);
            continue;
        }
        if hides_next && !bare.is_empty() && !is_plain(bare) && !is_scheme(bare) {
            out.push_str(&word.replace(bare, HIDDEN));
        } else {
            out.push_str(&of_word(word));
        }
        is_quoted = out.ends_with(HIDDEN) && word.matches('"').count() % 2 == 1;
        // "Authorization: Bearer …" hides what follows both.
        hides_next = announces(word) || is_scheme(bare);
        out.push_str(gap);
    }
    out
}

/// Splits a line at blanks into words and the gaps after them.
fn words(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = line;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, after) = rest.split_at(word);
        let gap = after
            .find(|c: char| !c.is_whitespace())
            .unwrap_or(after.len());
        let (gap, after) = after.split_at(gap);
        rest = after;
        Some((word, gap))
    })
}

/// Hides a word, or the parts of it that look or go by a name that sounds secret.
fn of_word(word: &str) -> String {
    let bare = word.trim_matches(is_quote);
    if looks_secret(bare) {
        return word.replace(bare, HIDDEN);
    }
    let mut out = String::with_capacity(word.len());
    let mut hides_next = false;
    for piece in word.split_inclusive(is_border) {
        let text = piece.trim_end_matches(is_border);
        let border = &piece[text.len()..];
        if looks_secret(text) || (hides_next && !text.is_empty() && !is_plain(text)) {
            out.push_str(HIDDEN);
        } else {
            out.push_str(text);
        }
        hides_next = if text.is_empty() && !border.starts_with(['&', ',', ';', '}', ']']) {
            hides_next || (is_named(&out) && border.starts_with(['=', ':']))
        } else {
            sounds_secret(text) && border.starts_with(['=', ':', '"', '\''])
        };
        out.push_str(border);
    }
    out
}

/// Returns whether what was written so far ends with the name of a secret in quotes.
fn is_named(out: &str) -> bool {
    let name = out.trim_end_matches(is_quote);
    let begin = name.rfind(is_border).map_or(0, |at| at + 1);
    sounds_secret(&name[begin..])
}

/// Returns whether a word ends as the name of a secret whose value comes next.
fn announces(word: &str) -> bool {
    let name = word.strip_suffix([':', '=']);
    name.is_some_and(is_named)
}

fn sounds_secret(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    ENDS.iter().any(|end| plain.ends_with(end))
}

/// Numbers and the like are counts and switches.
fn is_plain(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    text.parse::<f64>().is_ok() || ["true", "false", "null", "none", HIDDEN].contains(&&*small)
}

fn is_scheme(word: &str) -> bool {
    ["bearer", "basic"].contains(&&*word.to_ascii_lowercase())
}

fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | ',' | ';' | '(' | ')' | '{' | '}' | '[' | ']'
    )
}

fn is_border(c: char) -> bool {
    is_quote(c) || matches!(c, '=' | ':' | '&' | '?')
}

/// The inside of a PEM file: nothing but base64, as wide as those files are.
fn is_key_material(line: &str) -> bool {
    let line = line.trim();
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    (60..=76).contains(&line.len())
        && line.chars().all(is_base64)
        && !line.chars().all(|c| c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(line: &str, expected: &str) {
        assert_eq!(masked(line), expected);
    }

    #[test]
    fn the_word_that_looks_secret_goes_and_the_line_stays() {
        check(
            "connecting to postgres://me:p=w@db/x now",
            "connecting to *** now",
        );
        check("key AKIAIOSFODNN7EXAMPLE, used", "key ***, used");
        check("{\"auth\":\"ghp_abcdef\"}", "{\"auth\":\"***\"}");
        check("jwt=eyJhbGciOi.x.y", "jwt=***");
        check("  two  blanks\tkept ", "  two  blanks\tkept ");
    }

    #[test]
    fn the_value_of_a_name_that_sounds_secret_goes() {
        check("DB_PASSWORD=hunter2 x=1", "DB_PASSWORD=*** x=1");
        check("password: hunter2", "password: ***");
        check(
            "{\"api_key\": \"abc\", \"n\": 1}",
            "{\"api_key\": \"***\", \"n\": 1}",
        );
        check(
            "{\"client_secret\":\"abc\",\"n\":1}",
            "{\"client_secret\":\"***\",\"n\":1}",
        );
        check(
            "{\"password\": \"correct horse battery\", \"n\": 1}",
            "{\"password\": \"*** *** ***\", \"n\": 1}",
        );
        check("passphrase=\"a b\" c", "passphrase=\"*** ***\" c");
        check("Authorization: Bearer abc.def", "Authorization: Bearer ***");
        check("serve --hf-token=abc", "serve ***");
        check("GET /x?access_token=abc&n=1", "GET /x?access_token=***&n=1");
    }

    #[test]
    fn what_models_say_all_day_stays() {
        for line in [
            "max_tokens=512 tokens: 17 n_token=3",
            "loaded tokenizer=/opt/model/tokenizer.json",
            "token: 17, finished",
            "INFO:     127.0.0.1:4242 - \"GET /ping HTTP/1.1\" 200 OK",
            "https://example.com/a@b?c=d",
            "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "wrong password",
        ] {
            check(line, line);
        }
    }

    #[test]
    fn the_inside_of_a_private_key_goes() {
        let inside = "MIIEowIBAAKCAQEAx9".repeat(4);
        check(&inside[..64], "***");
        check("-----BEGIN", "***");
    }

    #[test]
    fn colour_hides_no_secret_and_stays_where_there_is_none() {
        check("\u{1b}[32mghp_abc\u{1b}[0m x", "*** x");
        check("\u{1b}[32mready\u{1b}[0m", "\u{1b}[32mready\u{1b}[0m");
    }

    proptest! {
        #[test]
        fn any_line_can_be_masked_and_a_password_in_a_url_never_stays(text in ".{0,40}") {
            let line = format!("{text} amqp://user:Zq9Zq9Zq9@host/ {text}");
            prop_assert!(!masked(&line).contains("Zq9Zq9Zq9"));
        }
    }
}
