//! Whole commands against LocalStack, with faults injected.
//!
//! Each test has an AWS account of its own, so that tests run side by side. The endpoint is
//! `AWS_ENDPOINT_URL`, else the instance that `localstack/start` finds or starts.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod abort;
mod adoption;
mod alarms;
mod autoscaling;
mod canary;
mod causes;
mod checks;
mod deploy;
mod diff;
mod examples;
mod experiment;
mod failures;
mod first_shift;
mod fleet;
mod fleet_output;
mod history;
mod import;
mod judged;
mod logs;
mod offline;
mod output;
mod peers;
mod permissions;
mod pipelines;
mod places;
mod quiet;
mod registry;
mod rescue;
mod rollback;
mod shifting;
mod spared;
mod stage;
mod status;
mod together;
mod truth;
mod tutorials;
mod variables;
mod verify;
mod watch;
mod weights;
