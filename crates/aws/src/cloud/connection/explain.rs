//! Says of credentials that could not be had why, and what to do about it; and tells a refusal from
//! a network that broke.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::error::ErrorMetadata;

use super::profiles::{NamedBy, Profiles};
use super::source::{Base, Giver, Source};
use crate::cloud::classify::chain;
use crate::cloud::transport::Outage;
use mlship_core::cloud::{CloudError, ErrorKind};

/// The next step for somebody whose credentials don't do.
pub const CREDENTIALS_HINT: &str = "looked at AWS_ACCESS_KEY_ID, the profile, web identity, \
     the container and the instance, in this order; log in, or name a profile with --profile";

/// Why there are no credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(in crate::cloud) struct NoCredentials {
    kind: ErrorKind,
    message: String,
    hint: String,
}

impl NoCredentials {
    /// Returns it as an error of the request that needed them.
    pub(in crate::cloud) fn of(&self, operation: &'static str) -> CloudError {
        CloudError {
            operation,
            kind: self.kind,
            code: None,
            message: self.message.clone(),
            hint: Some(self.hint.clone()),
        }
    }

    /// Says that they hold what no request can.
    pub(super) fn unsendable(what: &str) -> Self {
        Self {
            kind: ErrorKind::Credentials,
            message: format!(
                "no usable credentials: {what} holds a blank, a line break or another character \
                 that none has"
            ),
            hint: CREDENTIALS_HINT.to_owned(),
        }
    }
}

/// Where credentials were to come from, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    /// Whom they were asked of; empty where nobody was to be asked.
    from: String,
    hint: String,
    /// Whether who can't be reached is there all the same: an instance is not.
    is_there: bool,
}

impl Origin {
    pub(super) fn of(source: &Source, profiles: &Profiles) -> Self {
        let name = &profiles.name;
        let flag = match profiles.named_by {
            NamedBy::Flag | NamedBy::Variable => format!(" --profile {name}"),
            NamedBy::Nobody => String::new(),
        };
        let of_profile = |how: &str| format!("the profile {name} ({how})");
        let (from, hint) = match source {
            Source::Keys(_) => ("the environment".to_owned(), CREDENTIALS_HINT.to_owned()),
            Source::Profile(Base::Sso) => (
                of_profile("single sign-on"),
                format!("run aws sso login{flag}"),
            ),
            Source::Profile(Base::Login) => {
                (of_profile("aws login"), format!("run aws login{flag}"))
            }
            Source::Profile(Base::WebIdentity) => (
                of_profile("web identity"),
                "see that the file is still written anew, and that role_arn trusts whoever does"
                    .to_owned(),
            ),
            Source::Profile(Base::Own(giver, roles)) => {
                let how = match giver {
                    Giver::Keys(_) => "keys",
                    Giver::Process(_) => "credential_process",
                    Giver::Container => "the container",
                    Giver::Instance => "the instance",
                };
                let role = roles.last().map(|role| {
                    format!(
                        "see that {} trusts whoever takes it on, and that who does may",
                        role.arn
                    )
                });
                let alone = || match giver {
                    Giver::Process(_) => format!(
                        "run the command that credential_process names in {}",
                        profiles.places()
                    ),
                    Giver::Keys(_) | Giver::Container | Giver::Instance => {
                        CREDENTIALS_HINT.to_owned()
                    }
                };
                let from = match roles.last() {
                    Some(role) => format!("the role {} of the profile {name}", role.arn),
                    None => of_profile(how),
                };
                (from, role.unwrap_or_else(alone))
            }
            Source::WebIdentity => (
                "AWS_WEB_IDENTITY_TOKEN_FILE".to_owned(),
                "see that the file is still written anew, and that AWS_ROLE_ARN trusts whoever does"
                    .to_owned(),
            ),
            Source::Container => (
                "the container".to_owned(),
                "see that the task or pod has a role".to_owned(),
            ),
            Source::Instance | Source::Nowhere => (String::new(), CREDENTIALS_HINT.to_owned()),
        };
        let is_there = !matches!(
            source,
            Source::Instance | Source::Profile(Base::Own(Giver::Instance, _))
        );
        Self {
            from,
            hint,
            is_there,
        }
    }

    /// Says why nobody gave any.
    pub(super) fn explain(&self, error: &CredentialsError) -> NoCredentials {
        let chain = chain(error);
        let told = |error: &&(dyn Error + 'static)| error.downcast_ref::<NoCredentials>().cloned();
        if let Some(already) = chain.iter().find_map(told) {
            return already;
        }
        let words = said(&chain);
        let from = self.from();
        if self.is_there && is_outage(&chain) {
            return self.unanswered(&words);
        }
        NoCredentials {
            kind: ErrorKind::Credentials,
            message: format!("no usable credentials{from}: {words}"),
            hint: self.hint.clone(),
        }
    }

    /// Says that whoever gives them could not be reached.
    pub(super) fn unanswered(&self, words: &str) -> NoCredentials {
        NoCredentials {
            kind: ErrorKind::Unreachable,
            message: format!("cannot reach who gives credentials{}: {words}", self.from()),
            hint: "check the network, HTTPS_PROXY and the region".to_owned(),
        }
    }

    fn from(&self) -> String {
        if self.from.is_empty() {
            String::new()
        } else {
            format!(" from {}", self.from)
        }
    }
}

/// Returns whether nobody said no: another attempt may mend it.
fn is_outage(chain: &[&(dyn Error + 'static)]) -> bool {
    chain.iter().any(|error| {
        let connection = error.downcast_ref::<ConnectorError>();
        connection.is_some_and(|error| !error.is_user()) || error.is::<Outage>()
    })
}

/// Returns what the root of an error says, with the names of files on the way to it.
fn said(chain: &[&(dyn Error + 'static)]) -> String {
    let refusal = chain
        .iter()
        .find_map(|error| error.downcast_ref::<ErrorMetadata>());
    if let Some((code, message)) = refusal.and_then(|said| said.code().zip(said.message())) {
        return format!("{message} ({code})");
    }
    let texts: Vec<String> = chain.iter().map(ToString::to_string).collect();
    let root = texts.last().cloned().unwrap_or_default();
    let file = texts.iter().rev().find(|text| text.contains("`/"));
    match file {
        Some(text) if *text != root => format!("{text}: {root}"),
        _ => root,
    }
}
