//! What mlship does, without a way to AWS: the journey of one release.
//!
//! ```text
//! YAML ─► manifest ─► release::resolve ─► Desired ─┐
//!                                                  ├─► plan ─► apply ─► rollout ─► Verdict ─► app ─► exit code
//! AWS  ─► cloud ────────────────────────► Observed ┘
//! ```
//!
//! - [`release`]: what is wanted and what is there, in ECS's own field names.
//! - [`scaffold`]: a manifest to start from; pure.
//! - [`shape`]: what ECS's documents are made of, by full path: lists, maps and defaults.
//! - [`plan`]: decides what must change; pure.
//! - [`cloud`]: the ports to AWS in domain words, their errors, and when a request is repeated.
//! - [`registry`]: model registries: which version a reference names, and its gates.
//! - [`preflight`]: whether what a release leans on is there.
//! - [`permissions`]: what a caller must be allowed: the one table.
//! - [`iam_policy`]: the policies that somebody needs for certain releases; pure.
//! - [`apply`]: makes the writes of a plan, each at most once.
//! - [`progress`]: what happens, how rollouts and commands end, and the exit codes that say so.
//! - [`rollout`]: follows a deployment to its verdict; the machine is pure, the driver sleeps.
//! - [`history`]: what became of earlier deployments; pure.
//! - [`experiment`]: A/B experiments between running releases.
//! - [`ledger`]: the records of experiments that ended, and the port to where they are kept.
//! - [`traffic`]: whether a rule sends traffic to the tasks that should serve; pure.
//! - [`versions`]: two versions of a model, trained and in production; pure.
//! - [`fleet`]: in which order the releases of one run begin; pure.
//! - [`import`]: the manifest of a service that runs; pure.
//! - [`logs`]: what the containers of a service wrote; follows it too.
//! - [`pause`]: the waits between requests.
//! - [`app`]: use cases, generic over the ports.

pub mod analysis;
pub mod app;
pub mod apply;
pub mod cloud;
pub mod experiment;
pub mod fleet;
pub mod history;
pub mod iam_policy;
pub mod import;
pub mod ledger;
pub mod logs;
pub mod pause;
pub mod permissions;
pub mod plan;
pub mod preflight;
pub mod progress;
pub mod registry;
pub mod release;
pub mod rollout;
pub mod scaffold;
pub mod shape;
pub mod traffic;
pub mod versions;
