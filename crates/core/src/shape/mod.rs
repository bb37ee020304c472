//! What ECS's documents are made of: which lists have an order, which names a user chose, what
//! a field that is left out stands for. Knows no manifest and no service.
//!
//! Everything goes by the full path in ECS's model. The last word of a path says nothing: a
//! variable may be named `protocol`, and a label `strategy`.

mod canonical;
mod defaults;
mod edit;
mod items;
mod leaves;
mod lists;
mod members;
#[cfg(test)]
pub(crate) mod model;
mod path;
#[cfg(test)]
mod tests;

pub use defaults::{Defaults, Implied, default_at, defaults, meaning, same};
pub use edit::set_leaves;
pub use items::items;
pub use leaves::{Leaves, item_at, leaves, written_leaves};
pub use lists::{List, PAUSE_BEFORE_STEPS, is_free_map, is_pause, list_at, lists, maps};
pub use members::members;
pub use path::{Path, Segment};

/// A JSON object as ECS's wire format has it.
pub type Document = serde_json::Map<String, serde_json::Value>;

/// Which of ECS's documents a path leads into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// What `RegisterTaskDefinition` takes and `DescribeTaskDefinition` answers.
    TaskDefinition,
    /// What `CreateService` and `UpdateService` take, and what `DescribeServices` and
    /// `DescribeServiceRevisions` answer of it.
    Service,
}
