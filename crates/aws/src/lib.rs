//! The ways to AWS and to model registries: adapters of the ports that `mlship-core` names. SDK
//! types stop here. What a manifest comes to is held against the SDK's own knowledge of ECS, too.

pub mod cloud;
pub mod ecs_document_checks;
mod ecs_type_errors;
pub mod registry;
