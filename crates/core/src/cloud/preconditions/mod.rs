//! The port for what a release leans on: questions about it, and the facts that answer them. Decides
//! nothing: what a fact means is the preflight's to say.

mod facts;
mod question;

use std::future::Future;

pub use facts::{
    Alarm, CapacityProvider, Decision, Endpoint, EndpointKind, Fact, GroupDetails, HostAnswer,
    ImageState, Platform, Route, RouteTable, Rule, RuleSource, SecretState, SecurityGroup, Subnet,
    Transport, Verdict,
};
pub use question::{Kind, Question, RegistryImage};

use super::Answer;

/// What mlship asks about what a release leans on. All of it reads, and may be repeated.
pub trait Preconditions {
    /// Returns what there is, as far as AWS or a registry tells.
    fn look(&self, question: &Question) -> impl Future<Output = Answer<Fact>>;
}
