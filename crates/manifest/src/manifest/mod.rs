//! Manifests of releases and of experiments: from YAML text to typed fields, each with its place
//! in the file.
//!
//! `source` and spans, `parse` (YAML to a tree), `overlay` and `variables` (on the tree),
//! `schema_check` (the tree against the types' JSON Schema), `schema` (the types), `rules` (between
//! fields), `diagnostic` and `snippet` (what people see). Everything here is pure, except `files`:
//! no clock, environment, network or terminal. Defaults are not applied here.

mod alarm;
mod analysis;
pub mod code;
mod composed;
mod dependency;
mod destination;
mod diagnostic;
mod experiment;
mod fargate;
mod field_spans;
mod files;
mod foreign_document;
mod identity;
mod model_ref;
mod node;
mod overlay;
mod overlay_hint;
mod parse;
mod path;
mod read;
mod read_again;
mod record_place;
mod redaction;
mod registry_arn;
mod rollout_room;
pub mod row_columns;
mod rules;
pub mod schema;
mod schema_check;
mod secret_source;
mod shift;
mod snippet;
mod source;
mod suggest;
mod variables;

pub use alarm::{AlarmMetric, AlarmTerms, DELAY_MINUTES, LEAST_REQUESTS};
pub use code::Code;
pub use composed::{ComposedManifest, FieldChange};
pub use dependency::Dependency;
pub use destination::Destination;
pub use diagnostic::{Diagnostic, Severity};
pub use experiment::{ExperimentManifest, Measure};
pub use fargate::{is_size, nearest_sizes};
pub use field_spans::Places;
pub use files::{FoundFiles, file, find, variable_files};
pub use identity::{Identified, Identity, identify, identify_variant};
pub use model_ref::{APPROVED, check_for_sagemaker};
pub use model_ref::{Mistake, Reference, Selector};
pub use path::member;
pub use read::{Examined, Manifest, ManifestContent, ReadOptions, examine, in_order, read};
pub use record_place::RecordPlace;
pub use registry_arn::{MlflowArn, MlflowKind};
pub use rollout_room::is_stuck;
pub use rules::{SECRET_HELP, check_releases, is_s3};
pub use schema::{Experiment, ModelRelease};
pub use secret_source::is_secret_source;
pub use shift::Shift;
pub use snippet::render;
pub use source::overlap;
pub use source::{Source, Span};
pub use suggest::nearest;
pub use variables::{Given, GivenText, Origin, Unresolved, UsedDefault, Values, VariableFiles};

/// Returns the JSON Schema of all kinds of manifest, as they are once variables are filled in.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    schema_check::schemas().published.clone()
}

/// Returns the JSON Schema for editors, which see a manifest before variables are filled in.
#[must_use]
pub fn editor_schema() -> serde_json::Value {
    schema_check::with_variables(&schema_check::schemas().published)
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
