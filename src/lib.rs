//! mlship ships ML model releases to Amazon ECS: the command line and its output.
//!
//! What mlship does is in the crates below, whose Cargo.toml hold the arrows:
//!
//! - `mlship-text`: what people and AWS write, read one way everywhere; what is safe to show.
//! - `mlship-stats`: the statistics of A/B experiments, from counts to a verdict.
//! - `mlship-manifest`: what was written, every value with its place in the file.
//! - `mlship-core`: plans, rollouts, rollbacks, experiments: the use cases, generic over the ports.
//! - `mlship-aws`: the ports to AWS and to model registries; SDK types stop there.
//!
//! Here are [`cli`], the commands, a file each, and [`report`], the only part that prints.

pub mod cli;
pub mod report;
