//! Whole use cases against the stand-in, on paused time.

mod abort;
mod deploy;
mod registry;
mod rollback;
mod watch;
