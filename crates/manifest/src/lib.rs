//! YAML manifests of model releases and experiments: from text to typed fields, each with its
//! place in the file. Knows neither AWS nor a terminal.

pub mod manifest;

pub use manifest::*;
