//! The HTTP connection: TLS, proxies, and the errors of a broken one.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext};
use aws_smithy_runtime_api::client::http::HttpConnectorSettings;

use crate::cloud::transport::{Proxies, Routed, trusting};
use mlship_core::registry::{Answer, RegistryError, RegistryErrorKind};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Whose certificates are trusted.
#[derive(Debug, Clone)]
pub(in crate::registry) struct Trust {
    /// The variable that names a file of authorities, or would.
    variable: &'static str,
    /// The file; the system's authorities without it.
    bundle: Option<PathBuf>,
}

impl Trust {
    /// Takes the first of some variables that is set.
    pub(in crate::registry) fn from_variables<const N: usize>(
        names: [&'static str; N],
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let set = names.into_iter().find_map(|name| {
            let path = variable(name)?;
            Some((name, PathBuf::from(path)))
        });
        Self {
            variable: set.as_ref().map_or(names[0], |(name, _)| *name),
            bundle: set.map(|(_, path)| path),
        }
    }
}

/// Prepares connections; makes none.
pub(super) fn connector(trust: &Trust) -> Answer<Routed<Connector>> {
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .build();
    let proxies = Proxies::of(&|name| std::env::var(name).ok())
        .map_err(|message| RegistryError::new(RegistryErrorKind::Refused, message))?;
    let context = match &trust.bundle {
        Some(path) => context(trust.variable, path)?,
        None => TlsContext::default(),
    };
    Ok(proxies.route(|proxy| {
        let mut builder = Connector::builder().connector_settings(settings.clone());
        builder.set_proxy_config(proxy.cloned());
        builder
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(context.clone())
            .build()
    }))
}

fn context(variable: &str, path: &Path) -> Answer<TlsContext> {
    let refuse = |message: String| {
        let message = format!("{variable} {}: {message}", path.display());
        RegistryError::new(RegistryErrorKind::Refused, message)
            .hint(format!("point {variable} at a PEM file, or unset it"))
    };
    let pem = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
    trusting(pem).map_err(refuse)
}

/// Says what a request met with that got no answer.
pub(super) fn failed(error: &(dyn Error + 'static), place: &str, trust: &Trust) -> RegistryError {
    let mut chain = vec![error.to_string()];
    let mut at = error;
    while let Some(source) = at.source() {
        chain.push(source.to_string());
        at = source;
    }
    let root = chain.last().map_or("", String::as_str);
    let of = |kind, what: &str| RegistryError::new(kind, format!("{place}: {what}"));
    if chain.iter().any(|words| words.contains("certificate")) {
        return of(
            RegistryErrorKind::Unreachable,
            &format!("its certificate is not trusted: {root}"),
        )
        .hint(format!(
            "name the authority's PEM file in {}",
            trust.variable
        ));
    }
    if chain
        .iter()
        .any(|words| words.contains("InvalidContentType"))
    {
        return of(
            RegistryErrorKind::Unreachable,
            "the server does not speak TLS",
        )
        .hint("write http:// if it is meant to be reached without TLS");
    }
    of(RegistryErrorKind::Unreachable, root)
        .hint("check the registry's address, and whether it can be reached from here")
}
