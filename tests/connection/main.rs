//! Whole commands over connections that are broken, and over those that are not: what is said, with
//! which exit code, and who was asked with whose keys. Nothing of this machine's AWS is read, and
//! nobody but this machine is asked.

#![expect(clippy::unwrap_used, reason = "a test that can't be run fails")]

mod commands;
mod hangup;
mod identity;
mod places;
mod reached;
mod said;
mod server;
mod table;
