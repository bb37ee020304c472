//! What is hidden and what stays, by table and by property.

mod commands;
mod documents;
mod forms;
mod hostile;
mod names;
mod notations;
mod places;
mod properties;
mod prose;
mod values;

use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(redact(text), expected, "{text}");
    assert_eq!(redact(expected), expected, "again: {expected}");
}

#[track_caller]
fn stays(text: &str) {
    check(text, text);
}
