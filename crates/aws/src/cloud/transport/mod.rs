//! The HTTP connections to AWS: TLS, proxies, and what of an answer counts as an outage.

mod exceptions;
mod outage;
mod proxies;
mod trust;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use mlship_core::cloud::{CloudError, ErrorKind};
pub(super) use outage::{Outage, telling_outages};
pub use proxies::Proxies;
pub(crate) use proxies::{Routed, host, is_loopback};
pub(crate) use trust::trusting;

/// Prepares connections by the variables of proxies, which trust whom the system trusts, or some
/// authorities alone; makes none.
pub(super) fn http_client(
    variable: &dyn Fn(&str) -> Option<String>,
    authorities: Option<TlsContext>,
) -> Result<SharedHttpClient, CloudError> {
    let proxies = Proxies::of(variable).map_err(|message| CloudError {
        operation: "",
        kind: ErrorKind::Setting,
        code: None,
        message,
        hint: Some("write it as http://HOST:PORT, or unset it".to_owned()),
    })?;
    let tls = authorities.unwrap_or_default();
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
