//! Hands out AWS credentials for requests that are signed without an SDK.
//!
//! Registries that are part of AWS are asked without an SDK, and their requests are signed where
//! they are made. The SDK's type goes there as it is, since it shows no secret when it is printed
//! and wipes it from memory, which a copy of our own would have to learn.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future;
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

/// Lets only credentials through that a header can hold: with others, such as a key that was pasted
/// with its line break, the SDK panics.
#[derive(Debug)]
pub(super) struct Sendable<P>(pub(super) P);

impl<P: ProvideCredentials> ProvideCredentials for Sendable<P> {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let found = self.0.provide_credentials().await?;
            match unsendable(&found) {
                Some(what) => Err(CredentialsError::invalid_configuration(format!(
                    "{what} holds a blank, a line break or another character that none has"
                ))),
                None => Ok(found),
            }
        })
    }
}

/// Returns which part of credentials no header can hold.
fn unsendable(credentials: &Credentials) -> Option<&'static str> {
    let fits = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if !fits(credentials.access_key_id()) {
        return Some("the access key id");
    }
    let token = credentials.session_token().unwrap_or_default();
    (!fits(token)).then_some("the session token")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(id: &str, token: Option<&str>, error: Option<&str>) {
        let found = Credentials::new(id, "secret", token.map(str::to_owned), None, "test");
        let provider = SharedCredentialsProvider::new(Sendable(found));
        let loaded = load(&provider).await.map(drop);
        let told = loaded.map_err(|error| error.to_string());
        match error {
            None => assert_eq!(told, Ok(())),
            Some(what) => assert!(told.unwrap_err().contains(what)),
        }
    }

    #[tokio::test]
    async fn what_no_header_can_hold_is_no_credential() {
        check("AKIDEXAMPLE", None, None).await;
        check("AKIDEXAMPLE", Some("FwoG+/="), None).await;
        check("AKIDEXAMPLE\n", None, Some("the access key id holds")).await;
        check("AKID\u{1b}[2J", None, Some("the access key id holds")).await;
        check("AKID", Some("FwoG\r\n"), Some("the session token holds")).await;
    }
}
