//! Tells an outage of whoever gives credentials from their refusal: the SDK keeps of such an answer
//! what it says, and not that another attempt may mend it.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// An answer of somebody who can't answer now.
#[derive(Debug, thiserror::Error)]
#[error("{host} answers HTTP {status}")]
pub(in crate::cloud) struct Outage {
    host: String,
    status: u16,
}

/// Returns a client in which an outage is an error of the connection.
pub(in crate::cloud) fn telling_outages(client: SharedHttpClient) -> SharedHttpClient {
    SharedHttpClient::new(Telling(client))
}

#[derive(Debug)]
struct Telling(SharedHttpClient);

impl HttpClient for Telling {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.0.http_connector(settings, components);
        SharedHttpConnector::new(TellingConnector(inner))
    }
}

#[derive(Debug)]
struct TellingConnector(SharedHttpConnector);

impl HttpConnector for TellingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let host = super::host(request.uri()).unwrap_or_default().to_owned();
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let response = answer.await?;
            let status = response.status().as_u16();
            let body = response.body().bytes().unwrap_or_default();
            // STS answers 400 to who asks too often.
            let is_throttled = status == 400 && says(body, "<Code>Throttl");
            if status == 429 || status >= 500 || is_throttled {
                let outage = Outage { host, status };
                return Err(ConnectorError::other(outage.into(), None));
            }
            Ok(response)
        })
    }
}

fn says(body: &[u8], words: &str) -> bool {
    body.windows(words.len())
        .any(|part| part == words.as_bytes())
}
