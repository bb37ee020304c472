//! The HTTP connections to AWS: TLS, proxies, and what of an answer counts as an outage.

mod outage;
mod proxies;

use std::path::PathBuf;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use mlship_core::cloud::{CloudError, ErrorKind};
pub(super) use outage::{Outage, telling_outages};
pub use proxies::Proxies;
pub(crate) use proxies::{Routed, host, is_loopback};

/// Prepares connections by the variables `AWS_CA_BUNDLE`, which the SDK itself does not read, and
/// those of proxies; makes none.
pub(super) fn http_client(
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<SharedHttpClient, CloudError> {
    let proxies = Proxies::of(variable).map_err(|message| CloudError {
        operation: "",
        kind: ErrorKind::Setting,
        code: None,
        message,
        hint: Some("write it as http://HOST:PORT, or unset it".to_owned()),
    })?;
    let tls = tls(variable("AWS_CA_BUNDLE").map(PathBuf::from))?;
    let ways = proxies.route(|proxy| {
        let (tls, proxy) = (tls.clone(), proxy.cloned());
        Builder::new().build_with_connector_fn(move |settings, components| {
            connector(&tls, proxy.as_ref(), settings, components)
        })
    });
    Ok(SharedHttpClient::new(ByRoute(ways)))
}

fn connector(
    tls: &TlsContext,
    proxy: Option<&ProxyConfig>,
    settings: Option<&HttpConnectorSettings>,
    components: Option<&RuntimeComponents>,
) -> Connector {
    let mut builder = Connector::builder();
    builder.set_connector_settings(settings.cloned());
    builder.set_proxy_config(proxy.cloned());
    if let Some(components) = components {
        builder.set_sleep_impl(components.sleep_impl());
    }
    builder
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(tls.clone())
        .build()
}

fn tls(bundle: Option<PathBuf>) -> Result<TlsContext, CloudError> {
    let Some(path) = bundle else {
        return Ok(TlsContext::default());
    };
    let refuse = |message: String| CloudError {
        operation: "",
        kind: ErrorKind::Credentials,
        code: None,
        message: format!("AWS_CA_BUNDLE {}: {message}", path.display()),
        hint: Some("point AWS_CA_BUNDLE at a PEM file, or unset it".to_owned()),
    };
    let pem = std::fs::read(&path).map_err(|error| refuse(error.to_string()))?;
    let store = TrustStore::empty().with_pem_certificate(pem);
    TlsContext::builder()
        .with_trust_store(store)
        .build()
        .map_err(|error| refuse(error.to_string()))
}

/// A client whose requests each take their way.
#[derive(Debug)]
struct ByRoute(Routed<SharedHttpClient>);

impl HttpClient for ByRoute {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connectors = self.0.map(|way| way.http_connector(settings, components));
        SharedHttpConnector::new(connectors)
    }
}
