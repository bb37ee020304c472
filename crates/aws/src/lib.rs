//! The ways to AWS and to model registries: adapters of the ports that `mlship-core` names. SDK
//! types stop here.

pub mod cloud;
pub mod registry;
