//! The connection: TLS, proxies, and what a broken one means.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::HttpConnectorSettings;

use crate::registry::{Answer, RegistryError, RegistryErrorKind};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Whose certificates are trusted.
#[derive(Debug, Clone, Default)]
pub(in crate::registry) struct Trust {
    /// The variable that names the file, and the file; the system's authorities without it.
    pub(in crate::registry) bundle: Option<(&'static str, PathBuf)>,
}

/// Prepares connections; makes none.
pub(in crate::registry) fn connector(trust: &Trust) -> Answer<Connector> {
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .build();
    let mut builder = Connector::builder()
        .connector_settings(settings)
        .proxy_config(ProxyConfig::from_env())
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc));
    if let Some((variable, path)) = &trust.bundle {
        builder = builder.tls_context(context(variable, path)?);
    }
    Ok(builder.build())
}

fn context(variable: &str, path: &Path) -> Answer<TlsContext> {
    let refuse = |message: String| {
        let message = format!("{variable} {}: {message}", path.display());
        RegistryError::new(RegistryErrorKind::Refused, message)
            .hint(format!("point {variable} at a PEM file, or unset it"))
    };
    let pem = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
    let store = TrustStore::empty().with_pem_certificate(pem);
    TlsContext::builder()
        .with_trust_store(store)
        .build()
        .map_err(|error| refuse(error.to_string()))
}

/// Says what a request met with that got no answer.
pub(super) fn failed(error: &(dyn Error + 'static), place: &str) -> RegistryError {
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
        .hint("name the authority's PEM file in MLFLOW_TRACKING_SERVER_CERT_PATH");
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
