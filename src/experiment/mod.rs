//! A/B experiments between running releases.

pub mod stats;
