//! Texts that were made to be looked at for long.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::super::phrases::SAID;
use super::super::prefixes::{PARAMETERS, PREFIXES, WEBHOOKS};
use super::super::scan::Scan;
use super::super::vocabulary::{LIKELY, PAIRS, SURE};
use super::super::{bare_address, named, url, values};
use super::*;

/// What opens something that may go on, or looks back.
const PARTS: &[&str] = &[
    "password=\"",
    "postgres://a:b@",
    "a,b;c&",
    "token: x ",
    "--token ",
    "\\\"",
    "'",
    "//",
    "//a@",
    "@//",
    "a@b//",
    "\\/\\/a@",
    "@",
    "a:b@",
    "@(",
    "a:@tcp(",
    "-u ",
    "-u a:b ",
    "-px ",
    "Bearer ",
    "Basic ",
    "password=\"a\",\"",
    "password: [\"a\",\"b\",",
    "\\\\\"password\\\\\":",
    "password: ${",
    "password=(secret ",
    "password=\"(secret ",
    "token: ``a ",
    "('token', ",
    "credentials: a ",
    "a:b@c.d/x ",
    "mysql -px ",
    "sig=x&",
    "password: |\n  a\n",
    "---- BEGIN ",
    "-----BEGIN -----END",
    "-----BEGIN",
    "AKIA",
    "ASIA",
    "%2F%2F",
    "%2F%2Fa%3A",
    "jdbc:oracle:",
    "jdbc:oracle:a/",
    "a/b@",
    "\u{1b}[",
    "\u{1b}[0",
    "\u{200b}",
    "a\n",
    "a   ",
    "a_",
    "aB",
    "{",
    "[",
    "***",
    "::",
    "Authorization: ",
    "Cookie: a=b; ",
    "mlship",
    "auth ",
    "x",
    "é",
];

/// Every word of the engine's tables, as data has it and as what stands before a value.
fn parts() -> Vec<String> {
    let words = PREFIXES.iter().map(|(prefix, _)| *prefix);
    let words = words
        .chain(WEBHOOKS.iter().copied())
        .chain(PARAMETERS.iter().copied());
    let words = words
        .chain(SURE.iter().copied())
        .chain(LIKELY.iter().copied())
        .chain(SAID.iter().copied());
    let words = words.chain(PAIRS.iter().map(|(_, last)| *last));
    let written = words.flat_map(|word| [word.to_owned(), format!("{word}="), format!("{word} ")]);
    written
        .chain(PARTS.iter().map(|part| (*part).to_owned()))
        .collect()
}

fn repeated(part: &str, length: usize) -> String {
    part.repeat(length / part.len())
}

/// Returns how many bytes are walked over for each of a text.
fn steps_per_byte(text: &str) -> usize {
    let scan = Scan::new(text);
    let mut found = Vec::new();
    values::find(&scan, &mut found);
    url::find(&scan, &mut found);
    bare_address::find(&scan, &mut found);
    named::find(&scan, &mut found);
    scan.steps() / text.len()
}

#[test]
fn nothing_that_is_repeated_is_walked_over_again_and_again() {
    for part in parts() {
        let steps = steps_per_byte(&repeated(&part, 4_000));
        assert!(steps <= 32, "{part:?}: {steps} steps a byte");
    }
}

/// Returns how long a text takes the processor, whatever else it does meanwhile.
fn time_of(text: &str) -> Duration {
    let spent = || {
        let times = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        let nanos = times.split_ascii_whitespace().next()?.parse().ok()?;
        Some(Duration::from_nanos(nanos))
    };
    let (begin, before) = (Instant::now(), spent());
    let _ = redact(text);
    match (before, spent()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => begin.elapsed(),
    }
}

#[test]
fn a_long_line_takes_no_longer_than_its_length() {
    for part in [
        "hooks.slack.com/services/",
        "jdbc:oracle:",
        "//a@",
        "@",
        "@//",
        "-u ",
        "AKIA",
        "-----BEGIN -----END",
        "password=(secret ",
        "token: ``a ",
        "mysql -px ",
        "\u{1b}[",
    ] {
        let spent = time_of(&repeated(part, 200_000));
        assert!(spent < Duration::from_secs(15), "{part:?}: {spent:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_mixture_takes_longer_than_is_allowed(
        first in prop::sample::select(parts()), then in prop::sample::select(parts()), number in 1..400_usize,
    ) {
        let behind = format!("{}{}", first.repeat(number), repeated(&then, 20_000));
        let mixed = repeated(&format!("{first}{then}"), 20_000);
        for text in [behind, mixed] {
            let spent = time_of(&text);
            prop_assert!(spent < Duration::from_secs(10), "{:?} {:?}: {:?}", first, then, spent);
        }
    }
}

#[test]
fn what_would_take_too_long_is_hidden_whole() {
    let scan = Scan::new("password=x");
    assert!(!scan.is_exhausted());
    scan.walked(usize::MAX / 2);
    assert!(scan.is_exhausted());
    // No walk goes on from there.
    assert_eq!(scan.word_end(0), 0);
}
