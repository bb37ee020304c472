//! Tests of the schema check: one finding a case.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "snapbox writes its snapshots like this"
)]

mod bounds;
mod fields;
mod quotes;
mod schema;
mod types;

use snapbox::data::Inline;
use snapbox::{assert_data_eq, str};

use super::super::testing::{GOOD, adding, findings, good, with};
use super::schemas;

/// Replaces a part of the good manifest, and checks everything that is said of it then.
#[track_caller]
fn check(old: &str, new: &str, expected: Inline) {
    assert_data_eq!(findings(&with(old, new)), expected);
}
