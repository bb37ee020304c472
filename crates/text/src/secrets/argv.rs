//! Lists of arguments, where a flag's value is the next element.

use std::borrow::Cow;

use super::names::certainty;
use super::{HIDDEN, harmless, named, redact, scheme};

/// Returns the arguments of a command with what is secret hidden.
#[must_use]
pub fn redact_arguments<'a>(arguments: &[&'a str]) -> Vec<Cow<'a, str>> {
    let mut before = None;
    let mut redacted = Vec::with_capacity(arguments.len());
    for argument in arguments {
        redacted.push(redact_argument(before, argument));
        before = Some(*argument);
    }
    redacted
}

fn redact_argument<'a>(before: Option<&str>, argument: &'a str) -> Cow<'a, str> {
    match before {
        Some("-u" | "-U" | "--user" | "--proxy-user") => match scheme::password_of(argument) {
            Some(password) => Cow::Owned(format!("{}{HIDDEN}", &argument[..password])),
            None => redact(argument),
        },
        Some(flag) if is_value_of(flag, argument) => Cow::Borrowed(HIDDEN),
        Some(_) | None => redact(argument),
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
