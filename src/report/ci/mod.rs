//! What build platforms read beside a log: annotations, outputs, files. Pure: who writes them where
//! is the command line's business.

mod github;
mod gitlab;
mod outcome;
#[cfg(test)]
mod tests;
mod workspace;

pub use github::{Command, annotations, github_outputs};
pub use gitlab::{code_quality, dotenv, links};
pub use outcome::outcome;
pub use workspace::Workspace;
