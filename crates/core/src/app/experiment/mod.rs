//! Experiments: what must not disturb them.

pub mod guard;
