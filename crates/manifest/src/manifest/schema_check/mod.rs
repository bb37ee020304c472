//! Checks a tree against the JSON Schema of the types, and reports everything at once.
//!
//! The one walker that knows how to say "unknown field", "wrong type", "missing" and "too small".
//! It knows no field by name: what is right is said by the types in `schema`. Rules between
//! fields are `rules`' business, and so are patterns: they explain better than a pattern can.

mod editor;
mod generate;
mod messages;
mod scalar;
mod text;
mod typo_repair;
mod units;
mod unknown;
mod walk;

pub(super) use editor::with_variables;
pub(super) use generate::{IDENTITY, Stages, VARIANT, is_field, schemas};
pub(super) use messages::shorten;
pub(super) use text::{Period, Text};
pub(super) use typo_repair::repair_typos;
pub(super) use walk::{Stage, walk};

#[cfg(test)]
mod tests;
