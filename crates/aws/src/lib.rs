//! Adapters of the ports of `mlship-core`: AWS and model registries. SDK types stop here. Documents
//! are also checked against the SDK's own model of ECS.

pub mod cloud;
pub mod ecs_document_checks;
mod ecs_type_errors;
pub mod registry;
