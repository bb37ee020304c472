//! Tests of whole use cases against the fake AWS, on paused time.

mod abort;
mod deploy;
mod experiment;
mod foreign;
mod importing;
mod registry;
mod rollback;
mod watch;
