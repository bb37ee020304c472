//! Work on text alone. Knows no manifest, no AWS, no terminal, and no other module of the crate.

pub mod secrets;
