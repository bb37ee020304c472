//! Recorded AWS exchanges for tests: each answers one request, in any order.

use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use ciborium::Value;
use percent_encoding::percent_decode_str;

use super::AwsCloud;
use super::clients::clients;

/// Exchanges that wait for their request, and the requests so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorded(Arc<Mutex<Exchanges>>);

#[derive(Debug, Default)]
struct Exchanges {
    waiting: Vec<Exchange>,
    asked: Vec<String>,
    /// What answers each request that has these words in it, for which nothing waits.
    always: Option<(String, RecordedAnswer)>,
}

#[derive(Debug)]
struct Exchange {
    when: String,
    /// None is a connection that breaks.
    answer: Option<RecordedAnswer>,
}

/// What comes back.
#[derive(Debug, Clone)]
pub(super) struct RecordedAnswer {
    pub(super) status: u16,
    /// Without any, those that AWS would have given.
    pub(super) headers: Option<Vec<(&'static str, &'static str)>>,
    pub(super) body: Vec<u8>,
}

impl Recorded {
    /// Answers the next request that has these words in it.
    pub(super) fn answer(self, when: &str, status: u16, body: &str) -> Self {
        self.exchange(when, Some(RecordedAnswer::of_aws(status, body.as_bytes())))
    }

    /// Answers the next request that has these words in it, in the binary form.
    pub(super) fn answer_cbor(self, when: &str, status: u16, body: &Value) -> Self {
        let mut bytes = Vec::new();
        ciborium::into_writer(body, &mut bytes).unwrap();
        self.exchange(when, Some(RecordedAnswer::of_aws(status, &bytes)))
    }

    /// Breaks the connection of the next request that has these words in it.
    pub(super) fn lose(self, when: &str) -> Self {
        self.exchange(when, None)
    }

    /// Gives this to the next request that has these words in it.
    pub(super) fn given(self, when: &str, given: &RecordedAnswer) -> Self {
        self.exchange(when, Some(given.clone()))
    }

    /// Answers each request that has these words in it, unless something waits for it.
    pub(super) fn always(self, when: &str, given: &RecordedAnswer) -> Self {
        self.0.lock().unwrap().always = Some((when.to_owned(), given.clone()));
        self
    }

    fn exchange(self, when: &str, answer: Option<RecordedAnswer>) -> Self {
        let when = when.to_owned();
        let exchange = Exchange { when, answer };
        self.0.lock().unwrap().waiting.push(exchange);
        self
    }

    /// Returns AWS as it was recorded.
    pub(super) fn cloud(&self) -> AwsCloud {
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
        let credentials = SharedCredentialsProvider::new(credentials);
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(credentials.clone())
            .http_client(self.clone())
            .build();
        clients(&config, credentials, "eu-west-1".to_owned())
    }

    /// Returns the requests so far: their parameters, a line each, or JSON for the binary form.
    pub(super) fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap().asked.clone()
    }

    /// Returns how many exchanges had no request.
    pub(super) fn left(&self) -> usize {
        self.0.lock().unwrap().waiting.len()
    }
}

impl RecordedAnswer {
    fn of_aws(status: u16, body: &[u8]) -> Self {
        Self {
            status,
            headers: None,
            body: body.to_vec(),
        }
    }

    fn response(self, form: &'static str) -> HttpResponse {
        let status = self.status.try_into().unwrap();
        let mut response = HttpResponse::new(status, SdkBody::from(self.body));
        let own = vec![("content-type", form), ("x-amzn-requestid", "8c6b1d1e")];
        for (name, value) in self.headers.unwrap_or(own) {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

impl HttpClient for Recorded {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Recorded {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = request.body().bytes().unwrap();
        let asked = match request.headers().get("content-type") {
            Some("application/cbor") => json(ciborium::from_reader(body).unwrap()).to_string(),
            _ => parameters(std::str::from_utf8(body).unwrap()),
        };
        let headers = request.headers();
        let target = headers.get("x-amz-target").unwrap_or_default();
        let form = match headers.get("content-type") {
            _ if !target.is_empty() => "application/x-amz-json-1.1",
            Some("application/cbor") => "application/cbor",
            _ => "text/xml",
        };
        // The binary form has the operation in its address.
        let named = format!("{target} {} {asked}", request.uri());
        let mut exchanges = self.0.lock().unwrap();
        exchanges.asked.push(asked.clone());
        let mut waiting = exchanges.waiting.iter();
        let at = waiting.position(|exchange| named.contains(&exchange.when));
        let answer = match (at, &exchanges.always) {
            (Some(at), _) => exchanges.waiting.remove(at).answer,
            (None, Some((when, given))) if named.contains(when) => Some(given.clone()),
            (None, _) => panic!("nothing was recorded for {named}"),
        };
        let answer = answer.map(|given| given.response(form));
        HttpConnectorFuture::ready(answer.ok_or_else(|| {
            let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            ConnectorError::io(broken.into())
        }))
    }
}

fn parameters(body: &str) -> String {
    let lines = body.replace('&', "\n").replace('+', " ");
    percent_decode_str(&lines)
        .decode_utf8()
        .unwrap()
        .into_owned()
}

/// Takes a tagged value, which is always a time here, for its number.
fn json(value: Value) -> serde_json::Value {
    match value {
        Value::Tag(_, inner) => json(*inner),
        Value::Array(values) => values.into_iter().map(json).collect(),
        Value::Map(pairs) => {
            let pairs = pairs.into_iter();
            pairs
                .map(|(name, value)| (name.into_text().unwrap(), json(value)))
                .collect()
        }
        other => other.deserialized().unwrap(),
    }
}
