//! The adapter to AWS: one file or folder for each AWS service. SDK types stay inside.
//!
//! Every request goes through [`Api::ask`](api::Api::ask), whose reader says what an answer must have. Reads are
//! asked again where there is none. Writes are sent once, except after throttling, since ECS's
//! `RegisterTaskDefinition` and `UpdateService` take no client token and would be carried out
//! twice.

mod alarms;
mod api;
mod autoscaling;
mod balancing;
pub mod body;
mod call;
mod classify;
mod clients;
mod clock;
mod connection;
mod counter;
mod credentials;
mod denial;
pub(crate) mod domain;
mod ecr;
mod ecs;
pub mod known_fields;
mod lacks;
mod limits;
mod logs;
mod metrics;
mod operation;
mod preconditions;
mod query;
mod reception;
mod secrets;
pub(crate) mod signature;
mod stored_parameters;
mod sts;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod transport;
mod warnings;
pub mod wire;

use api::{
    BalancingApi, EcrApi, EcsApi, LogsApi, MetricsApi, ParametersApi, QueryApi, ScalingApi,
    SecretsApi, StsApi,
};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
pub use classify::kind_of;
pub use connection::{
    CREDENTIALS_HINT, Connector, Options, Variables, connector, endpoint_problem,
};
use counter::Counter;
pub(crate) use credentials::Signer;
use ecs::Batches;
use preconditions::PlainHttp;
use warnings::{Warnings, in_the_clear};

use mlship_core::cloud::request::Observer;
use mlship_core::cloud::{Answer, Requests, own_requests};

/// AWS, reached through its SDK.
#[derive(Debug)]
pub struct AwsCloud {
    ecs: EcsApi,
    sts: StsApi,
    logs: LogsApi,
    scaling: ScalingApi,
    ecr: EcrApi,
    secrets: SecretsApi,
    parameters: ParametersApi,
    balancing: BalancingApi,
    metrics: MetricsApi,
    ec2: QueryApi,
    iam: QueryApi,
    /// Of what is asked without a signature: layers of images, and other registries.
    plain: PlainHttp,
    credentials: SharedCredentialsProvider,
    sagemaker_endpoint: Option<String>,
    s3_endpoint: Option<String>,
    warnings: Warnings,
    is_one_server: bool,
    region: String,
    counter: Counter,
    batches: Batches,
    store: stored_parameters::Store,
}

impl AwsCloud {
    /// Tells this observer of every request from now on.
    pub fn observe(&self, observer: Observer) {
        self.counter.observe(observer);
    }

    /// Returns the region that requests go to.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Returns whether who tells who is calling is also who is asked for all else: whoever can't
    /// reach the one can't reach the other.
    #[must_use]
    pub fn is_one_server(&self) -> bool {
        self.is_one_server
    }

    /// Tells what whoever uses this connection should know of it, now and once it is found out.
    pub fn hear_warnings(&self, tell: impl Fn(&str) + Send + Sync + 'static) {
        self.warnings.hear(Box::new(tell));
    }

    /// Warns where credentials for an address would go over plain http to another machine.
    pub(crate) fn warn_in_the_clear(&self, place: &str, url: &str) {
        if let Some(warning) = in_the_clear(place, url) {
            self.warnings.add(warning);
        }
    }

    /// Returns the address of SageMaker, where it is not AWS's own.
    #[must_use]
    pub fn sagemaker_endpoint(&self) -> Option<&str> {
        self.sagemaker_endpoint.as_deref()
    }

    /// Returns the address of S3, where it is not AWS's own.
    #[must_use]
    pub(crate) fn s3_endpoint(&self) -> Option<&str> {
        self.s3_endpoint.as_deref()
    }

    /// Returns the credentials that requests are signed with, for services that are asked without
    /// their SDK.
    pub async fn credentials(&self) -> Answer<Credentials> {
        self.signer().credentials().await
    }

    /// Returns who has these credentials, for requests that may never be made.
    pub(crate) fn signer(&self) -> Signer {
        Signer::new(&self.credentials)
    }
}

impl Requests for AwsCloud {
    fn calls(&self) -> u64 {
        own_requests().unwrap_or_else(|| self.counter.total())
    }
}
