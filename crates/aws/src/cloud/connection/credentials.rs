//! Asks for credentials at the one place that they come from, for a limited time.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};

use super::explain::{NoCredentials, Origin};
use super::instance;
use super::process::Process;
use super::source::{Base, Giver, Role, Source};

/// How long anybody waits for credentials.
const LONGEST: Duration = Duration::from_secs(9);

/// What it takes to ask.
pub(super) struct Ways<'a> {
    /// The SDK's settings, whose own provider is the SDK's reading of what was chosen.
    pub(super) config: &'a SdkConfig,
    /// For those that are asked without a service of AWS.
    pub(super) provider: &'a ProviderConfig,
}

impl Ways<'_> {
    /// Returns who gives the credentials.
    pub(super) async fn to(&self, source: Source, origin: Origin) -> SharedCredentialsProvider {
        let inner = match source {
            Source::Keys(keys) => SharedCredentialsProvider::new(keys),
            Source::Profile(Base::Own(giver, roles)) => self.with_roles(giver, roles).await,
            Source::Profile(Base::Sso | Base::Login | Base::WebIdentity)
            | Source::WebIdentity
            | Source::Container => self.by_sdk(),
            Source::Instance => self.instance(),
            Source::Nowhere => SharedCredentialsProvider::new(Nobody),
        };
        SharedCredentialsProvider::new(Told { inner, origin })
    }

    fn by_sdk(&self) -> SharedCredentialsProvider {
        let theirs = self.config.credentials_provider();
        theirs.unwrap_or_else(|| SharedCredentialsProvider::new(Nobody))
    }

    fn instance(&self) -> SharedCredentialsProvider {
        let provider = ImdsCredentialsProvider::builder()
            .configure(self.provider)
            .imds_client(instance(self.provider))
            .build();
        SharedCredentialsProvider::new(provider)
    }

    async fn with_roles(&self, giver: Giver, roles: Vec<Role>) -> SharedCredentialsProvider {
        let mut held = match giver {
            Giver::Keys(keys) => SharedCredentialsProvider::new(keys),
            Giver::Process(command) => SharedCredentialsProvider::new(Process::of(command)),
            Giver::Instance => self.instance(),
            Giver::Container => {
                let container = EcsCredentialsProvider::builder().configure(self.provider);
                SharedCredentialsProvider::new(container.build())
            }
        };
        for role in roles {
            let mut builder = AssumeRoleProvider::builder(role.arn).configure(self.config);
            if let Some(id) = role.external_id {
                builder = builder.external_id(id);
            }
            if let Some(name) = role.session_name {
                builder = builder.session_name(name);
            }
            held = SharedCredentialsProvider::new(builder.build_from_provider(held).await);
        }
        held
    }
}

/// Gives none.
#[derive(Debug)]
struct Nobody;

impl ProvideCredentials for Nobody {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let why = "nothing that is set says where they come from";
        future::ProvideCredentials::ready(Err(CredentialsError::not_loaded(why)))
    }
}

/// Waits a limited time, says why there are none, and lets only credentials through that a header
/// can hold: with others the SDK panics.
#[derive(Debug)]
struct Told {
    inner: SharedCredentialsProvider,
    origin: Origin,
}

impl ProvideCredentials for Told {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let asked = tokio::time::timeout(LONGEST, self.inner.provide_credentials());
            let found = match asked.await {
                Ok(Ok(found)) => unsendable(&found)
                    .map_or(Ok(found), |what| Err(NoCredentials::unsendable(what))),
                Ok(Err(error)) => Err(self.origin.explain(&error)),
                Err(_) => {
                    let words = format!("no answer in {} s", LONGEST.as_secs());
                    Err(self.origin.unanswered(&words))
                }
            };
            found.map_err(CredentialsError::provider_error)
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
