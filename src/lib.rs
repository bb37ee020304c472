//! mlship ships ML model releases to Amazon ECS.
//!
//! The crate reads as the journey of one release:
//!
//! ```text
//! YAML ─► manifest ─► release::resolve ─► Desired ─┐
//!                                                  ├─► plan ─► show | apply ─► rollout ─► Verdict ─► report ─► exit code
//! AWS  ─► cloud ────────────────────────► Observed ┘
//! ```
//!
//! - [`manifest`]: what was written, every value with its place in the file.
//! - [`release`]: what is wanted and what is there, in ECS's own field names.
//! - [`plan`]: decides what must change; pure.
//! - [`registry`]: model registries: which version a reference names, and its gates.
//! - [`preflight`]: whether what an old release leans on is still there.
//! - [`app`]: use cases, generic over the ports.
//! - [`apply`]: makes the writes of a plan, each at most once.
//! - [`progress`]: how rollouts and commands end, and the exit codes that say so.
//! - [`rollout`]: follows a deployment to its verdict; the machine is pure, the driver sleeps.
//! - [`history`]: what became of earlier deployments; pure.
//! - [`experiment`]: A/B experiments between running releases.
//! - [`stats`]: their statistics, from counts to a verdict; pure.
//! - [`logs`]: what the containers of a service wrote; follows it too.
//! - [`pause`]: the waits between requests.
//! - [`cloud`]: the only way to AWS; SDK types stop there.
//! - [`progress`]: the events that are told while a release is under way.
//! - [`report`]: their readers; the only part that prints.
//! - [`text`]: what people and AWS write, read one way everywhere; knows no other module.
//! - [`cli`]: the commands, a file each.

pub mod app;
pub mod apply;
pub mod cli;
pub mod cloud;
pub mod experiment;
pub mod history;
pub mod logs;
pub mod manifest;
pub mod pause;
pub mod plan;
pub mod preflight;
pub mod progress;
pub mod registry;
pub mod release;
pub mod report;
pub mod rollout;
pub mod stats;
pub mod text;
