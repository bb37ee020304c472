//! Lists of arguments, where a flag's value is the next element.

use std::borrow::Cow;

use super::commands::{self, Means};
use super::names::{Certainty, certainty};
use super::{HIDDEN, bare_address, harmless, named, redact, scheme};

/// How many arguments before one say what it is.
const NEARBY: usize = 64;

/// Returns the arguments of a command with what is secret hidden.
#[must_use]
pub fn redact_arguments<'a>(arguments: &[&'a str]) -> Vec<Cow<'a, str>> {
    let argument = |(at, argument): (usize, &&'a str)| {
        let before = &arguments[at.saturating_sub(NEARBY)..at];
        redact_argument(before, argument)
    };
    arguments.iter().enumerate().map(argument).collect()
}

fn redact_argument<'a>(before: &[&str], argument: &'a str) -> Cow<'a, str> {
    let runs = |commands: &[&str]| {
        before
            .iter()
            .any(|word| commands::is_one_of(word, commands))
    };
    if let Some(password) = commands::joined(argument, runs) {
        return Cow::Owned(format!("{}{HIDDEN}", &argument[..password]));
    }
    if let Some(password) = runs(commands::OF_ORACLE)
        .then(|| bare_address::of_oracle(argument))
        .flatten()
    {
        return Cow::Owned(
            [
                &argument[..password.start],
                HIDDEN,
                &argument[password.end..],
            ]
            .concat(),
        );
    }
    let Some(last) = before.last() else {
        return redact(argument);
    };
    match commands::meaning(last, runs) {
        Some(Means::User) => match scheme::password_of(argument) {
            Some(password) => Cow::Owned(format!("{}{HIDDEN}", &argument[..password])),
            None => redact(argument),
        },
        Some(Means::Cookies) if argument.contains('=') => Cow::Borrowed(HIDDEN),
        Some(Means::Password) if !argument.is_empty() => Cow::Borrowed(HIDDEN),
        _ if is_value_of(last, argument) || is_set(before, last, argument) => Cow::Borrowed(HIDDEN),
        _ => redact(argument),
    }
}

fn is_value_of(flag: &str, argument: &str) -> bool {
    let name = flag.trim_start_matches('-');
    let is_flag = name.len() < flag.len() && name.len() > 1 && !name.contains(['=', ' ']);
    is_flag
        && !argument.is_empty()
        && !named::is_other_flag(argument)
        && certainty(name).is_some_and(|certainty| !harmless::after_flag(name, certainty, argument))
}

/// `configure set aws_secret_access_key x`, `--header X-Api-Key x`
fn is_set(before: &[&str], name: &str, argument: &str) -> bool {
    // npm has the registry before the name.
    let name = name.rsplit(':').next().unwrap_or_default();
    let is_name = !name.starts_with('-') && !name.contains(['=', ' ']);
    let is_assigned = || {
        before
            .iter()
            .rev()
            .nth(1)
            .is_some_and(|verb| *verb == "set")
    };
    let speaks = |certainty| certainty == Certainty::Sure || name.contains(['_', '-']);
    is_name
        && certainty(name).is_some_and(|certainty| {
            !harmless::in_text(name, certainty, argument)
                && (is_assigned() || (speaks(certainty) && harmless::is_telling(argument)))
        })
}
