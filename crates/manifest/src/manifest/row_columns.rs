//! The names of columns that have a meaning of their own in rows of clients.

/// Who the client is.
pub const CLIENT: &str = "client";
/// The variant it is with.
pub const VARIANT: &str = "variant";
/// When it was first seen with it.
pub const FIRST_SEEN: &str = "first_seen";
/// What the name of a covariate begins with, before that of its metric.
pub const BEFORE: &str = "before_";
/// What the name of a segment begins with.
pub const SEGMENT: &str = "segment_";

/// Says whether no outcome can be in a column of this name.
#[must_use]
pub fn is_taken(column: &str) -> bool {
    [CLIENT, VARIANT, FIRST_SEEN].contains(&column)
        || column.starts_with(BEFORE)
        || column.starts_with(SEGMENT)
}
