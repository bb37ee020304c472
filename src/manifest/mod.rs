//! The manifest: from YAML text to typed fields, each with its place in the file.
//!
//! `source` and spans, `parse` (YAML to a tree), `overlay` and `variables` (on the tree), `shape`
//! (the tree against the types' JSON Schema), `schema` (the types), `rules` (between fields),
//! `diagnostic` and `snippet` (what people see). Everything here is pure, except `files`: no
//! clock, environment, network or terminal. Defaults are not applied here.

mod conceal;
mod diagnostic;
mod elsewhere;
mod fargate;
mod files;
mod node;
mod overlay;
mod parse;
mod path;
mod places;
mod read;
mod rolling;
mod rules;
pub mod schema;
mod shape;
mod snippet;
mod source;
mod suggest;
mod variables;

pub use diagnostic::{Diagnostic, Severity};
pub(crate) use fargate::{is_size, nearest_sizes};
pub use files::{Found, find};
pub(crate) use path::member;
pub use places::Places;
pub use read::{Examined, Manifest, Settings, examine, in_order, read};
pub(crate) use rolling::is_stuck;
pub(crate) use rules::is_s3;
pub use schema::ModelRelease;
pub use snippet::render;
pub use source::{Source, Span};
pub(crate) use suggest::nearest;

/// Returns the JSON Schema of a manifest, for editors.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    shape::schemas().published.clone()
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
