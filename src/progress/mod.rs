//! What becomes of a release, as types: how a rollout ended, how a command ended, and the exit
//! code that says so. Words and numbers are made from these, never read back.

mod conclusion;
mod exit_code;
mod verdict;

pub use conclusion::{Conclusion, Fault, Refusal};
pub use exit_code::ExitCode;
pub use verdict::{Interrupt, Verdict};
