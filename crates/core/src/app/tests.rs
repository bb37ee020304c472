//! Whole use cases against the stand-in, on paused time.

mod abort;
mod deploy;
mod experiment;
mod registry;
mod rollback;
mod watch;
