//! The adapter to AWS: one file or folder for each AWS service. SDK types stay inside.
//!
//! Every request goes through [`call::ask`], whose reader says what an answer must have. Reads are
//! asked again where there is none. Writes are sent once, except after throttling, since ECS's
//! `RegisterTaskDefinition` and `UpdateService` take no client token and would be carried out
//! twice.

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
mod ecr;
mod ecs;
pub mod known_fields;
mod lacks;
mod logs;
mod metrics;
mod operation;
mod reception;
mod secrets;
mod sts;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod transport;
pub mod wire;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
pub use classify::kind_of;
pub use connection::{CREDENTIALS_HINT, Options, Variables, connect, endpoint_problem};
use counter::Counter;

use mlship_core::cloud::request::Observer;
use mlship_core::cloud::{Answer, Requests};

/// AWS, reached through its SDK.
#[derive(Debug)]
pub struct AwsCloud {
    ecs: aws_sdk_ecs::Client,
    sts: aws_sdk_sts::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
    scaling: aws_sdk_applicationautoscaling::Client,
    ecr: aws_sdk_ecr::Client,
    secrets: aws_sdk_secretsmanager::Client,
    parameters: aws_sdk_ssm::Client,
    balancing: aws_sdk_elasticloadbalancingv2::Client,
    metrics: aws_sdk_cloudwatch::Client,
    credentials: SharedCredentialsProvider,
    sagemaker_endpoint: Option<String>,
    warnings: Vec<String>,
    is_one_server: bool,
    region: String,
    counter: Counter,
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

    /// Returns what whoever uses this connection should know of it.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Returns the address of SageMaker, where it is not AWS's own.
    #[must_use]
    pub fn sagemaker_endpoint(&self) -> Option<&str> {
        self.sagemaker_endpoint.as_deref()
    }

    /// Returns the credentials that requests are signed with, for services that are asked without
    /// their SDK.
    pub async fn credentials(&self) -> Answer<Credentials> {
        credentials::load(&self.credentials).await
    }
}

impl Requests for AwsCloud {
    fn calls(&self) -> u64 {
        self.counter.total()
    }
}
