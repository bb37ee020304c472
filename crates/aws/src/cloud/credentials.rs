//! The credentials themselves: the one SDK type that leaves the adapter.
//!
//! Registries that are part of AWS are asked without an SDK, and their requests are signed where
//! they are made. The SDK's type goes there as it is, since it shows no secret when it is printed
//! and wipes it from memory, which a copy of our own would have to learn.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};

use super::classify::{chain, foreign, no_credentials};
use mlship_core::cloud::{Answer, CloudError};

/// What the SDK itself waits for credentials.
const LONGEST: Duration = Duration::from_secs(5);

/// Asks the standard chain, anew each time: a rollout may outlive what it gave before.
pub(super) async fn load(provider: &SharedCredentialsProvider) -> Answer<Credentials> {
    let loaded = tokio::time::timeout(LONGEST, provider.provide_credentials()).await;
    let loaded = loaded.map_err(|_| no_credentials("", "no answer in 5 s"))?;
    loaded.map_err(|error| {
        // The one who gives them may be out of reach behind somebody who answers in its place.
        if let Some(foreign) = foreign(&error) {
            return CloudError::unreadable("", &foreign.to_string());
        }
        let root = chain(&error).last().map(ToString::to_string);
        no_credentials("", &root.unwrap_or_default())
    })
}
