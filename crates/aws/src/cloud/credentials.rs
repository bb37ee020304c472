//! Hands out AWS credentials for requests that are signed without an SDK.
//!
//! Registries that are part of AWS are asked without an SDK, and their requests are signed where
//! they are made. The SDK's type goes there as it is, since it shows no secret when it is printed
//! and wipes it from memory, which a copy of our own would have to learn.

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};

use super::classify::{chain, no_credentials};
use super::connection::NoCredentials;
use mlship_core::cloud::Answer;

/// Who has the credentials of a connection.
#[derive(Debug, Clone)]
pub(crate) struct Signer(SharedCredentialsProvider);

impl Signer {
    pub(crate) fn new(provider: &SharedCredentialsProvider) -> Self {
        Self(provider.clone())
    }

    /// Asks for them, anew each time: a rollout may outlive what it gave before.
    pub(crate) async fn credentials(&self) -> Answer<Credentials> {
        load(&self.0).await
    }
}

async fn load(provider: &SharedCredentialsProvider) -> Answer<Credentials> {
    let loaded = provider.provide_credentials().await;
    loaded.map_err(|error| {
        let chain = chain(&error);
        let told = chain.iter().find_map(|error| error.downcast_ref());
        told.map_or_else(
            || no_credentials("", &error.to_string()),
            |told: &NoCredentials| told.of(""),
        )
    })
}
